"""Who did what: every record that says who, newest first."""

from __future__ import annotations

from typing import Final

from shall.api.shown.subsets import KIND as SUBSET
from shall.core.proposals import DECLINED, PROPOSAL, SIGNED
from shall.core.recalls import LIFTED, RECALL
from shall.core.reviews import REVIEW
from shall.core.store import Record
from shall.page import addresses
from shall.page.said import step
from shall.page.site import Asked, Shown, Site
from shall.page.travel import sent
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

KINDS: Final = {                            # of records that people make, and what each says that they did
    "approval": "approved", DECLINED: "declined a proposal", "done": "did", LIFTED: "lifted the recall",
    PROPOSAL: "proposed", RECALL: "recalled", "response": "responded", REVIEW: "reviewed", SIGNED: "signed",
    SUBSET: "named a slice",
}
AT_ONCE: Final = 200                        # records on one page


def view(site: Site, asked: Asked) -> Shown:
    """Who did what, newest first; ``before``: of the records before one."""
    before = asked.one("before")
    until = int(before) if before.isdecimal() and len(before) < 19 else 0
    found = [record for record in _records(site) if (not until or record.sequence < until) and asked.who.sees(
        record.subject.partition("@")[0])]
    shown = found[:AT_ONCE]
    rows: list[list[Inside]] = [[
        record.created[:19].replace("T", " "), _who(record), KINDS[record.kind], record.subject, _what(record),
        element("a", str(record.sequence), href=addresses.record(record.sequence))] for record in shown]
    titles = ("when (UTC)", "who", "did", "of", "what", "record")
    table = grid("Everything that somebody did", titles, rows, "<<<<<>", heads=1)
    older = element("p", element("a", "Older", href=f"/page/trail?before={shown[-1].sequence}")) if len(
        found) > AT_ONCE else None
    nothing = step("Nobody has done anything yet that is recorded: proposals, signatures, recalls, reviews and "
                   "sign-ins stand here.", 'shall propose NAME "LINE" --why REASON')
    return Shown("Trail", [table if rows else nothing, older])


def _records(site: Site) -> list[Record]:
    store = site.evidence.store
    every = [] if store is None else [record for kind in KINDS for record in store.records(kind)]
    return sorted((record for record in every if _who(record)), key=lambda record: -record.sequence)


def _who(record: Record) -> str:
    role = record.body.get("role")
    return str(record.body.get("by") or "") + (f" ({role})" if role else "")


def _what(record: Record) -> str:
    """The telling part of a record, in a few words."""
    body = record.body
    if record.kind == REVIEW:
        return f"decision {body.get('decision')}: {body.get('label')}"
    name, line, why = (str(body.get(key) or "") for key in ("name", "line", "why"))
    if record.kind == SUBSET:
        return sent(f"{name}: {body.get('where') or 'dropped'}")
    change = sent(f"{name} = {line}") if line else f"without {name}" if name else ""
    return "; ".join(filter(None, (change, why, str(body.get("what") or ""))))
