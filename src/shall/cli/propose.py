"""`shall propose`: change a line of a shall file with what it would have meant, a reason, and a signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from shall.api.shown import previewing, proposing
from shall.api.shown.previewing import Preview
from shall.cli._out import coloured, painted, say
from shall.cli.sign import VARIABLE, passphrase_of
from shall.core.errors import InputError
from shall.core.proposals import Proposal
from shall.reports import json
from shall.reports._layout import Cell, plain, safe, table

EXAMPLES = """\b
Examples:
  shall propose useful "roc_auc >= 0.80" --preview
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
@click.option("--by", default="", help="Who says so; else the user of this machine.")
@click.option("--preview", is_flag=True, help="Only say what it would have meant for what was measured before.")
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
            store: str | None, as_json: bool) -> int:
    """Propose LINE for the requirement NAME of a shall file; or sign, decline or list what was proposed."""
    if listed:
        found = proposing.proposals(file, store)
        meant = {one.number: _meant(file, one, store) for one in found if one.state == "open"}
        told = [_plain(one) | ({"preview": meant[one.number]} if one.number in meant else {}) for one in found]
        say(json.written("propose", {"proposals": told}) if as_json else _all(found, meant))
        return 0
    if signed is not None or declined is not None:
        phrase = passphrase_of(passphrase_file) if key else None
        made = (proposing.sign(file, signed, by=by, why=why, key=key, passphrase=phrase, store=store)
                if signed is not None else proposing.decline(file, declined or 0, why=why, by=by, store=store))
        said = f"{safe(made.change)}\nis in {safe(file)}" if signed is not None else f"declined: {safe(made.change)}"
        say(json.written("propose", _plain(made)) if as_json else said)
        return 0
    if name is None or line is None:
        raise click.UsageError('which line? shall propose NAME "LINE", or --list, --sign NUMBER, --decline NUMBER')
    looked = previewing.preview(file, name, line, store)
    if preview:
        say(json.written("propose", _previewed(looked)) if as_json else _told(looked))
        return 0
    made = proposing.propose(file, name, line, why=why, by=by, store=store)
    said = f"{_told(looked)}\n\nproposal {made.number}: {safe(made.change)}\nshall propose --sign {made.number}"
    say(json.written("propose", _plain(made) | _previewed(looked)) if as_json else said)
    return 0


def _plain(one: Proposal) -> dict[str, object]:
    return {"number": one.number, "name": one.name, "line": one.line, "was": one.was, "why": one.why, "by": one.by,
            "on": one.on, "state": one.state, "ended_by": one.ended_by, "ended_on": one.ended_on,
            "ended_why": one.ended_why}


def _meant(file: str, one: Proposal, store: str | None) -> str:
    """What an open proposal would mean, in a sentence; or why it cannot be signed as it is."""
    try:
        return str(previewing.of_proposal(file, one, store))
    except InputError as error:
        return str(error)


def _previewed(found: Preview) -> dict[str, object]:
    return {"preview": str(found), "cases": [
        {"model": case.model, "at": case.at, "what": case.what, "record": case.record,
         "before": None if case.before is None else str(case.before),
         "after": None if case.after is None else str(case.after)} for case in found.cases]}


def _told(found: Preview) -> str:
    turned = [case for case in found.cases if case.after is not None and case.after is not case.before]
    rows = [[Cell(case.at[:16].replace("T", " ")), Cell(safe(case.model), "name"), Cell(safe(case.what)),
             Cell(str(case.before or "not asked"), str(case.before or "")), Cell(str(case.after), str(case.after))]
            for case in turned[:20]]
    head = [Cell(title, "head") for title in ("RECORDED (UTC)", "OF", "WHAT", "WAS", "WOULD HAVE BEEN")]
    told = table([head, *rows], "<<<<<", painted if coloured() else plain) if rows else []
    return "\n".join([safe(str(found)), *told])


def _all(found: Sequence[Proposal], meant: Mapping[int, str]) -> str:
    if not found:
        return "nothing was proposed"
    rows = [[Cell(str(one.number)), Cell(one.state, "undecided" if one.state == "open" else ""),
             Cell(safe(one.change), "name"), Cell(safe(one.by)), Cell(one.on[:10]), Cell(safe(one.why))]
            for one in found]
    head = [Cell(title, "head") for title in ("NUMBER", "STATE", "CHANGE", "BY", "ON", "WHY")]
    told = [f"{number}: {safe(words)}" for number, words in meant.items()]
    told = ["", *told] if told else []
    return "\n".join([*table([head, *rows], "><<<<<", painted if coloured() else plain), *told])
