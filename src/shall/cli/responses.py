"""`shall responses`: what was done about broken promises, and that it ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from shall.api.life import lifting
from shall.api.life.recalling import Attempt
from shall.api.service.beside_log import address_here
from shall.api.storing import shown
from shall.cli._out import coloured, painted, say
from shall.cli.recall import tried
from shall.cli.sign import VARIABLE, passphrase_of
from shall.core.responses import Response, silences
from shall.reports import json
from shall.reports._layout import Cell, plain, safe, table

EXAMPLES = """\b
Examples:
  shall responses                                            what stands now
  shall responses --end income@8 fair --why "the feed of ages is mended"
  shall responses --end income@8 fair --why "mended" --key user.key

A response stands until somebody ends it: an alarm that is quiet again ends nothing. Every server that shares the store
hears of it within two seconds; one that trusts keys of a user or a regulator only where one of them signed it.

\b
Exit code 1: the end is recorded and does not count, so the response still
stands. 2: nothing was recorded.
"""


@click.command(epilog=EXAMPLES)
@click.option("--end", "ended", nargs=2, metavar="NAME@VERSION REQUIREMENT", help="End what was done about it.")
@click.option("--why", default="", help="With --end: what has changed since the alarm.")
@click.option("--by", default="", help="With --end: who says so; else the user of this machine.")
@click.option("--key", metavar="PATH", help="With --end: the private key that signs it.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}.")
@click.option("--store", metavar="ADDRESS",
              help="A path or postgresql://…; else that of the server whose decisions/ lies here, else SHALL_STORE, "
                   "else .shall/shall.db.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(ended: tuple[str, str] | None, why: str, by: str, *, key: str | None, passphrase_file: Path | None,
            store: str | None, as_json: bool) -> int:
    """Show what was done about broken promises, as their shall files say, and end it."""
    address = address_here(store)
    kept = shown(address)
    if not ended:
        stand = lifting.listed(address)
        told = [_plain(one) | {"ends": [tried(end) for end in ends]} for one, ends in stand]
        say(json.written("responses", {"responses": told, "store": kept}) if as_json else
            f"{_told(stand)}\nStore: {safe(kept)}")
        return 0
    model, name = ended
    found = lifting.end(model, name, why, by=by, key=key, store=address,
                        passphrase=passphrase_of(passphrase_file) if key else None)
    body = {"ended": [_plain(one) for one in found.responses], "lacks": found.lacks, "store": kept}
    say(json.written("responses", body) if as_json else
        f"{_ended(found, safe(name), safe(model), signed=key is not None)}\nKept in {safe(kept)}.")
    return 1 if found.lacks else 0


def _ended(found: lifting.Ended, name: str, model: str, *, signed: bool) -> str:
    ways = safe(", ".join(dict.fromkeys(one.way for one in found.responses)))
    if found.lacks:
        return (f"{ways}: not ended for {name} of {model} where it is served: {safe(found.lacks)}\n"
                "The server goes on responding.")
    return f"{ways}: ended for {name} of {model}\nThe next alarm is responded to again." + (
        "" if signed else "\nNobody signed it (--key user.key): a server that trusts keys goes on responding.")


def _plain(one: Response) -> dict[str, object]:
    return {"model": one.model, "requirement": one.name, "line": one.line, "response": one.way, "about": one.about,
            "where": one.where, "did": one.did, "on": one.at, "record": one.sequence}


def _told(found: Sequence[tuple[Response, Sequence[Attempt]]]) -> str:
    if not found:
        return "nothing stands: no promise was broken, or what was done about it has ended"
    rows = [[Cell(safe(one.model), "name"), Cell(safe(one.name)), Cell(safe(one.way)),
             Cell(one.at[:16].replace("T", " ")), Cell(safe(_rows(one))), Cell(safe(one.did))]
            for one, _ in found]
    head = [Cell(title, "head") for title in ("VERSION", "REQUIREMENT", "RESPONSE", "SINCE (UTC)", "ROWS", "WHAT")]
    uncounted = dict.fromkeys(_uncounted(one, end) for one, ends in found for end in ends)
    return "\n".join([*table([head, *rows], "<<<<<<", painted if coloured() else plain),
                      *([""] if uncounted else []), *uncounted])


def _rows(one: Response) -> str:
    """The rows that are answered otherwise; of an alert, whom the alarm is of."""
    return (one.where or "all rows") if silences(one.way) else one.about


def _uncounted(one: Response, end: Attempt) -> str:
    """An end that does not count, and why."""
    return (f"{safe(one.name)} of {safe(one.model)} was ended on {end.on[:10]} at {end.on[11:16]} UTC by "
            f"{safe(end.by) or 'somebody'}{f' with the key {end.key}' if end.key else ''}: {safe(end.lacks)}, so it "
            "still stands")
