"""`shall propose`: change a line of a shall file with what it would have meant, a reason, and a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from shall.api import storing
from shall.api.shown import foreseen, previewing, proposing
from shall.api.shown.drilling import Drill
from shall.api.shown.previewing import Preview
from shall.api.shown.proposing import Signature
from shall.cli._out import coloured, painted, say
from shall.cli.sign import VARIABLE, passphrase_of
from shall.core.errors import InputError
from shall.core.proposals import Proposal
from shall.reports import json
from shall.reports._figures import finite
from shall.reports._layout import Cell, plain, safe, table

EXAMPLES = """\b
Examples:
  shall propose useful "roc_auc >= 0.80" --preview
  shall propose useful "roc_auc >= 0.80" --preview --data gate.parquet
  shall propose useful "roc_auc >= 0.80" --why "our own standard from 2027"
  shall propose --list
  shall propose --sign 12 --key regulator.key
  shall propose --decline 12 --why "not before the audit"

An empty line, "", drops the requirement. The file changes when somebody signs; where its [trust] names the
regulator's key, it takes that key.
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", required=False)
@click.argument("line", required=False)
@click.option("--file", default="shall.toml", show_default=True, metavar="PATH", help="The shall file.")
@click.option("--why", default="", help="For those who sign.")
@click.option("--by", default="", help="Who says so; else whose key [trust] says it is, or the user of this machine.")
@click.option("--preview", is_flag=True, help="Only say what it would have meant for what was measured before.")
@click.option("--data", metavar="PATH", help="With --preview: rows to put the line to, read as the file says.")
@click.option("--list", "listed", is_flag=True, help="All proposals for the file.")
@click.option("--sign", "signed", type=int, metavar="NUMBER", help="Sign one: its line stands in the file then.")
@click.option("--decline", "declined", type=int, metavar="NUMBER", help="Decline one, or take it back.")
@click.option("--key", metavar="PATH", help="The private key that signs.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}.")
@click.option("--store", metavar="ADDRESS", help="A path or postgresql://…; else SHALL_STORE, else beside the file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(name: str | None, line: str | None, *, file: str, why: str, by: str, preview: bool, listed: bool,
            signed: int | None, declined: int | None, key: str | None, passphrase_file: Path | None,
            store: str | None, as_json: bool, data: str | None) -> int:
    """Propose LINE for the requirement NAME of a shall file; or sign, decline or list what was proposed."""
    if data is not None and not preview:
        raise click.UsageError("--data goes with --preview: a proposal is recorded without rows")
    if listed:
        found = proposing.proposals(file, store)
        meant = {one.number: _meant(file, one, store) for one in found if one.state == "open"}
        keys = proposing.signatures(file, store)
        told = [_plain(one, keys) | ({"preview": meant[one.number]} if one.number in meant else {}) for one in found]
        say(json.written("propose", {"proposals": told}) if as_json else _all(found, meant, keys))
        return 0
    if signed is not None or declined is not None:
        phrase = passphrase_of(passphrase_file) if key else None
        made = (proposing.sign(file, signed, by=by, why=why, key=key, passphrase=phrase, store=store)
                if signed is not None else proposing.decline(file, declined or 0, why=why, by=by, store=store))
        keys = proposing.signatures(file, store)
        who = f"{made.state} {proposing.whose(made, keys)}"
        said = f"{safe(made.change)}\nis in {safe(file)}, {safe(who)}" if signed is not None else (
            f"{safe(who)}: {safe(made.change)}")
        say(json.written("propose", _plain(made, keys)) if as_json else said)
        return 0
    if name is None or line is None:
        raise click.UsageError('which line? shall propose NAME "LINE", or --list, --sign NUMBER, --decline NUMBER')
    looked = previewing.preview(file, name, line, store)
    now = foreseen.of_rows(file, line, data) if data is not None and line else _now(file, looked, store)
    if preview:
        say(json.written("propose", _previewed(looked, now)) if as_json else _told(looked, now))
        return 0
    made = proposing.propose(file, name, line, why=why, by=by, store=store)
    said = f"{_told(looked, now)}\n\nproposal {made.number}: {safe(made.change)}\n{_to_sign(made, file, store)}"
    say(json.written("propose", _plain(made, {}) | _previewed(looked, now)) if as_json else said)
    return 0


def _to_sign(made: Proposal, file: str, store: str | None) -> str:
    """The command that signs a proposal, as it can be copied; what only the reader knows stands in capitals."""
    told = f"shall propose --sign {made.number}"
    if proposing.takes_key(file):
        told += " --key REGULATOR.key"
    if file != "shall.toml":
        told += f" --file {previewing.quoted(file)}"
    if store is not None:
        told += f" --store {previewing.quoted(store) if storing.shown(store) == store else 'ADDRESS'}"
    return safe(told)


def _now(file: str, looked: Preview, store: str | None) -> Drill | None:
    """What a line would be found to be on the rows of the newest check, where no earlier verdict says so."""
    if not looked.line or any(case.after is not None for case in looked.cases):
        return None
    return foreseen.of_check(file, looked.line, store)


def _plain(one: Proposal, keys: Mapping[int, Signature]) -> dict[str, object]:
    key = keys[one.number].key if one.number in keys else ""
    return {"number": one.number, "name": one.name, "line": one.line, "was": one.was, "why": one.why, "by": one.by,
            "on": one.on, "state": one.state, "ended_by": one.ended_by, "ended_on": one.ended_on,
            "ended_why": one.ended_why, "key": key}


def _meant(file: str, one: Proposal, store: str | None) -> str:
    """What an open proposal would mean, in a sentence; or why it cannot be signed as it is."""
    try:
        looked = previewing.of_proposal(file, one, store)
        now = _now(file, looked, store)
        return str(looked) if now is None else foreseen.told(now)
    except InputError as error:
        return str(error)


def _previewed(found: Preview, now: Drill | None) -> dict[str, object]:
    return {"preview": _meaning(found, now), "now": None if now is None else _found(now), "cases": [
        {"model": case.model, "versions": [*case.versions], "at": case.at, "what": case.what, "record": case.record,
         "before": None if case.before is None else str(case.before),
         "after": None if case.after is None else str(case.after)} for case in found.cases]}


def _meaning(found: Preview, now: Drill | None) -> str:
    """In a sentence: what it would have meant, where that can be told; what it would be found to be now."""
    told = [] if now is not None and all(case.after is None for case in found.cases) else [str(found)]
    return "; ".join([*told, *([] if now is None else [foreseen.told(now)])])


def _found(now: Drill) -> dict[str, object]:
    verdict = now.drilled.verdict
    assert verdict is not None
    part = verdict.deciding
    return {"verdict": str(verdict.verdict), "value": part.value, "low": finite(part.low),
            "high": finite(part.high), "n": part.n, "reason": part.reason, "record": now.stand.record,
            "log": now.stand.log}


def _told(found: Preview, now: Drill | None) -> str:
    turned = [case for case in found.cases if case.after is not None and case.after is not case.before]
    rows = [[Cell(case.at[:16].replace("T", " ")), Cell(safe(case.of), "name"), Cell(safe(case.what)),
             Cell(str(case.before or "not asked"), str(case.before or "")), Cell(str(case.after), str(case.after))]
            for case in turned[:20]]
    head = [Cell(title, "head") for title in ("RECORDED (UTC)", "OF", "WHAT", "WAS", "WOULD HAVE BEEN")]
    told = table([head, *rows], "<<<<<", painted if coloured() else plain) if rows else []
    return "\n".join([safe(_meaning(found, now)), *told])


def _all(found: Sequence[Proposal], meant: Mapping[int, str], keys: Mapping[int, Signature]) -> str:
    if not found:
        return "nothing was proposed"
    rows = [[Cell(str(one.number)), Cell(one.state, "undecided" if one.state == "open" else ""),
             Cell(safe(one.change), "name"), Cell(safe(one.by)), Cell(one.on[:10]), Cell(safe(one.why))]
            for one in found]
    head = [Cell(title, "head") for title in ("NUMBER", "STATE", "CHANGE", "BY", "ON", "WHY")]
    told = [meant.get(one.number) or f"{one.state} {proposing.whose(one, keys)}" for one in found]
    return "\n".join([*table([head, *rows], "><<<<<", painted if coloured() else plain), "",
                      *(f"{one.number}: {safe(words)}" for one, words in zip(found, told, strict=True))])
