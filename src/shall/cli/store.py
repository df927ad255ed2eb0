"""`shall store`: is the evidence what was written, what does it hold, and what can be saved of it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from shall.api import storing
from shall.cli._commands import Commands
from shall.cli._out import look, say
from shall.core.store import KINDS, Head, Record, head_of
from shall.reports import json
from shall.reports._layout import Cell, fitting, plain, safe, table

if TYPE_CHECKING:
    from shall.stores import Salvaged

EXAMPLES: Final = """\b
Examples:
  shall store verify               read every record of .shall/shall.db again
  shall store head                 the end of the chain: keep it elsewhere
  shall store list                 what it holds, by kind
  shall store salvage .shall/shall.db --out saved.db
"""
VERIFY: Final = """\b
Examples:
  shall store verify
  shall store verify --head 120:3f2a…           it still holds what it held then
  shall store verify postgresql://ana@db/shall  the password in PGPASSWORD or ~/.pgpass
"""
HEAD: Final = """\b
Example:
  shall store head > elsewhere/head.txt
  shall store verify --head "$(cat elsewhere/head.txt)"
"""
LIST: Final = """\b
Examples:
  shall store list
  shall store list --kind check --last 5
  shall store list --kind look --json
"""
SALVAGE: Final = """\b
Example:
  shall store salvage .shall/shall.db --out saved.db --head 120:3f2a…
"""
WORDS: Final = ("why", "by", "did", "what", "name", "version")      # of a body, that people want to read first
SIGNED: Final = "signed"                    # an envelope, which tells people only that there is one
LONGEST: Final = 80                         # characters of a value that is none of these words
DIGEST: Final = re.compile(r"\b[0-9a-f]{64}\b")
MOST: Final = 20                            # spans of lost records that are printed


def _known(ctx: click.Context, param: click.Parameter, told: str | None) -> Head | None:
    return None if told is None else head_of(told)


place = click.argument("place", metavar="[PATH]", required=False)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
known_option = click.option("--head", "known", metavar="NUMBER:HASH", callback=_known,
                            help="A head that was kept elsewhere.")


@click.group(cls=Commands, epilog=EXAMPLES)
def command() -> None:
    """The store of evidence. PATH: a file or postgresql://…; else what SHALL_STORE says, or .shall/shall.db."""


@command.command("verify", epilog=VERIFY)
@place
@known_option
@as_json_option
def verify(place: str | None, known: Head | None, as_json: bool) -> int:
    """Read every record again, and name the first that is not what was written.

    A store that was cut short, or put back from an old copy, is found with --head. Exit code 1 where it is damaged.
    """
    found = storing.verify(place, known)
    if as_json:
        say(json.written("store verify", found.described()))
    elif found.head is None:
        say(f"{safe(found.problem)}\n\nWhat is left of a file: shall store salvage {safe(found.place)} --out NEW")
    else:
        number = found.head.sequence
        say(f"{safe(found.place)}: {number} record{'' if number == 1 else 's'}, each as it was written\n"
            f"head  {found.head}")
    return 0 if found.head else 1


@command.command("head", epilog=HEAD)
@place
@as_json_option
def head(place: str | None, as_json: bool) -> int:
    """Print the end of the chain. Kept elsewhere, it proves later that nothing before it was changed."""
    found = storing.head(place)
    say(json.written("store head", {"head": storing.of_head(found)}) if as_json else str(found))
    return 0


@command.command("list", epilog=LIST)
@place
@click.option("--kind", help="Its records, one a line.")
@click.option("--subject", help="Only of this subject.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the newest N.")
@as_json_option
def list_(place: str | None, kind: str | None, subject: str | None, last: int | None, as_json: bool) -> int:
    """Print how many records there are of each kind; with --kind, the records, with their content as JSON."""
    if kind is None:
        if subject is not None or last is not None:
            raise click.UsageError("--subject and --last choose among the records of a --kind")
        counts = storing.counts(place)
        say(json.written("store list", {"kinds": dict(counts)}) if as_json else "\n".join(_kinds(counts)))
        return 0
    found = storing.records(place, kind, subject)[-(last or 0):]
    say(json.written("store list", {"records": [storing.of_record(one) for one in found]}) if as_json
        else "\n".join(_records(found, () if found else [one for one in storing.counts(place) if one != kind])))
    return 0


@command.command("salvage", epilog=SALVAGE)
@place
@click.option("-o", "--output", "--out", "out", required=True, type=click.Path(path_type=Path), metavar="NEW",
              help="The new store.")
@known_option
@as_json_option
def salvage(place: str | None, out: Path, known: Head | None, as_json: bool) -> int:
    """Save every record of a damaged file that is what was written, into a new store.

    Each keeps its number; in the place of a lost one stands a record that says so. The damaged file is only read.
    Exit code 1 where something is lost.
    """
    found = storing.salvage(place, out, known)
    if as_json:
        say(json.written("store salvage", found.described()))
    else:
        say("\n".join(_saved(found)))
    return 0 if found.whole else 1


def _kinds(counts: Mapping[str, int]) -> Iterator[str]:
    shown = look()
    if not counts:
        yield "it holds nothing yet"
        return
    rows = [[Cell(safe(kind)), Cell(str(number)), Cell(KINDS.get(kind, ""), "line")] for kind, number in counts.items()]
    yield from chain(*fitting(rows, "<><", shown.paint, shown.width, text=True))


def _records(found: Sequence[Record], others: Sequence[str]) -> Iterator[str]:
    if not found:
        yield "there is none" + (f"; there are some of: {', '.join(safe(kind) for kind in others)}" if others else "")
        return
    yield from table([[Cell(str(one.sequence)), Cell(one.created[:19] + "Z"), Cell(safe(one.subject)),
                       Cell(safe(one.key or "")), Cell(telling(one.body))] for one in found], "><<<<", plain)


def telling(body: Mapping[str, Any]) -> str:
    """What stands in a record in a few words: what people wrote whole, of lists and tables only how long they are."""
    return "  ".join(f"{safe(name)}={_shown(name, value)}" for name, value in sorted(body.items(), key=_in_order)
                     if value not in (None, "", [], {}))


def _in_order(item: tuple[str, Any]) -> tuple[int, bool]:
    """Words of people first, then what is short, then the rest."""
    name, value = item
    return (WORDS.index(name) if name in WORDS else len(WORDS), isinstance(value, list | dict))


def _shown(name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        return f"({len(value)})"
    if name == SIGNED or isinstance(value, bool):
        return "yes" if value else "no"
    text = DIGEST.sub(lambda found: f"{found[0][:12]}…", str(value))
    return safe(text if name in WORDS or len(text) <= LONGEST else f"{text[:LONGEST - 1]}…")


def _saved(found: Salvaged) -> Iterator[str]:
    yield f"{safe(found.out)}: {found.records} records saved, {len(found.lost)} lost"
    spans = [*found.spans()]
    for first, last, why in spans[:MOST]:
        yield f"  {f'record {first}' if first == last else f'records {first} to {last}'}: {why}"
    if len(spans) > MOST:
        yield f"  … and {len(spans) - MOST} more spans; --json has them all"
    if found.blobs:
        yield f"  {found.blobs} blobs were saved whose record is lost"
    if found.beyond:
        yield (f"Of {found.beyond} of them the file says nothing: it was cut short, and the head that was given knows "
               "of them")
    yield f"head  {found.head}"
    if found.whole:
        yield "nothing is missing up to its last record; whether there were more, a head that was kept elsewhere tells"
    else:
        yield ("What is lost may have been a look at a gate, or a recall: put the next model to a fresh gate, and say "
               "the recalls again.")
