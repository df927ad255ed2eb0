"""Who did what: every record that says who, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.happening import NO_LIFT, Event
from shall.api.shown.reviewing import withheld
from shall.api.shown.subsets import KIND as SUBSET
from shall.core.proposals import DECLINED, PROPOSAL, SIGNED
from shall.core.recalls import LIFTED, RECALL
from shall.core.responses import RESPONSE
from shall.core.reviews import REVIEW
from shall.core.store import Record
from shall.page import addresses
from shall.page.said import step
from shall.page.site import Asked, Shown, Site
from shall.page.travel import sent
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

DONE: Final = "done"                        # kind of a record of the page itself, whose subject is who did it
KINDS: Final = {                            # of records that people make, and what each says that they did
    "approval": "approved", DECLINED: "declined a proposal", DONE: "", LIFTED: "lifted the recall",
    PROPOSAL: "proposed", RECALL: "recalled", RESPONSE: "ended the response", REVIEW: "reviewed", SIGNED: "signed",
    SUBSET: "named a slice",
}
NOT_LIFTED: Final = "tried to lift the recall"
BEGUN: Final = {"build": "built", "check": "checked", "in charge": "put in charge", "shipped": "packed"}
AT_ONCE: Final = 200                        # records on one page
NOBODY: Final = "somebody on this machine"  # without tokens the page asks nobody for a name
UNSAID: Final = "not recorded"              # of records from before they said who
ALONE: Final = "Sign-ins that failed are no records. What a server did by itself is on the page of its model."
LEFT: Final = f"{ALONE} shall serve --access-log writes who failed to sign in: when, and from which address."
WITHHELD: Final = "what was said is withheld until the case is settled"


def view(site: Site, asked: Asked) -> Shown:
    """Who did what, newest first; ``before``: of the records before one."""
    before = asked.one("before")
    until = int(before) if before.isdecimal() and len(before) < 19 else 0
    said: list[tuple[int, Record | tuple[str, Event]]] = [
        (record.sequence, record) for record in _records(site) if asked.who.sees(record.subject.partition("@")[0])]
    found = sorted(((number, one) for number, one in (*said, *_begun(site, asked)) if not until or number < until),
                   key=lambda one: -one[0])
    shown, closed = found[:AT_ONCE], withheld(site.evidence.store, asked.who.role)
    rows: list[list[Inside]] = [[*(_made(*one) if isinstance(one, tuple) else _done(site, one, closed)),
                                 element("a", str(number), href=addresses.record(number))] for number, one in shown]
    titles = ("when (UTC)", "who", "did", "of", "what", "record")
    table = grid("Everything that somebody did", titles, rows, "<<<<<>", heads=1)
    older = element("p", element("a", "Older", href=f"/page/trail?before={shown[-1][0]}")) if len(
        found) > AT_ONCE else None
    nothing = step("Nobody has done anything yet that is recorded: checks, builds, proposals, signatures, recalls, "
                   "reviews and sign-ins stand here.", 'shall propose NAME "LINE" --why REASON')
    left = LEFT if site.serving is not None else ALONE
    return Shown("Trail", [table if rows else nothing, older, *_elsewhere(site), element("p", left, class_="pale")],
                 figures="")


def _elsewhere(site: Site) -> list[Element]:
    return [element("p", f"Reviews of {name} are kept in {place}, the store of its server: they stand on its page.",
                    class_="pale") for name, place in site.reviewed.items()]


def _records(site: Site) -> list[Record]:
    store = site.evidence.store
    every = [] if store is None else [record for kind in KINDS for record in store.records(kind)]
    return [record for record in every if _by_people(record)]


def _begun(site: Site, asked: Asked) -> Iterator[tuple[int, tuple[str, Event]]]:
    """What somebody has begun, and the name of the model; not what a server did by itself."""
    for name in filter(asked.who.sees, site.evidence.names()):
        yield from ((event.record, (name, event)) for event in site.evidence.life(name)
                    if event.kind in BEGUN and (event.by or event.kind != "in charge"))


def _made(name: str, event: Event) -> list[Inside]:
    of = f"{name}@{event.version}" if event.version else name
    return [event.at[:19].replace("T", " "), event.by or UNSAID, BEGUN[event.kind], of, event.words]


def _done(site: Site, record: Record, closed: Callable[[Record], bool]) -> list[Inside]:
    void = record.kind == LIFTED and not site.evidence.lifted(record.sequence)
    what = _what(record, closed)
    return [record.created[:19].replace("T", " "), _who(record), NOT_LIFTED if void else _did(record),
            "" if record.kind == DONE else record.subject, f"{what}. {NO_LIFT}" if void else what]


def _by_people(record: Record) -> bool:
    """Whether somebody did it, not a server."""
    return record.kind != RESPONSE or bool(record.body.get("ended"))


def _who(record: Record) -> str:
    role = record.body.get("role")
    return (str(record.body.get("by") or "") or NOBODY) + (f" ({role})" if role else "")


def _did(record: Record) -> str:
    if record.kind == DONE:
        return str(record.body.get("what") or "")
    if record.kind == SUBSET and not record.body.get("where"):
        return "dropped a slice"
    return KINDS[record.kind]


def _what(record: Record, closed: Callable[[Record], bool]) -> str:
    """The telling part of a record, in a few words."""
    body = record.body
    name, line, why = (str(body.get(key) or "") for key in ("name", "line", "why"))
    if record.kind == REVIEW:
        return f"decision {body.get('decision')}: {WITHHELD if closed(record) else body.get('label')}"
    if record.kind == SUBSET:
        return sent(": ".join(filter(None, (name, str(body.get("where") or "")))))
    if record.kind == RESPONSE:
        return "; ".join(filter(None, (name, ", ".join(map(str, body.get("ways") or ())), why)))
    if record.kind not in (PROPOSAL, SIGNED, DECLINED):
        return why
    change = sent(f"{name} = {line}") if line else f"without {name}" if name else ""
    return "; ".join(filter(None, (change, why)))
