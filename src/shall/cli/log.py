"""`shall log`: is a log of decisions what was written, what can be saved of it, and labels from a file."""

from __future__ import annotations

import json as plain_json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from shall.api.service import decided
from shall.cli._commands import Commands
from shall.cli._out import say
from shall.reports import json
from shall.reports._layout import safe

EXAMPLES: Final = """\b
Examples:
  shall log verify decisions/income
  shall log head decisions/income > elsewhere/income.json
  shall log verify decisions/income --heads elsewhere/income.json
  shall log label decisions/income outcomes.csv --id case --label paid
  shall log salvage decisions/income --out saved/income

\b
A log is read like any other, also while a server writes it:
  shall check --data decisions/income --labels decisions/income/labels
"""
VERIFY: Final = """\b
Examples:
  shall log verify decisions/income
  shall log verify decisions/income --heads elsewhere/income.json
"""
HEAD: Final = """\b
Example:
  shall log head decisions/income > elsewhere/income.json
"""
LABEL: Final = """\b
Examples:
  shall log label decisions/income outcomes.csv --id case --label paid
  shall log label decisions/income labels.parquet --json
"""
SALVAGE: Final = """\b
Examples:
  shall log salvage decisions/income --out saved/income
  shall log salvage decisions/income --out saved/income --heads elsewhere/income.json
"""

folder_argument = click.argument("folder", metavar="FOLDER")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(cls=Commands, epilog=EXAMPLES)
def command() -> None:
    """The log of decisions that a server writes. FOLDER: decisions/NAME."""


@command.command("verify", epilog=VERIFY)
@folder_argument
@click.option("--heads", metavar="FILE", help="Heads that were kept elsewhere, as `shall log head` prints them.")
@as_json_option
def verify(folder: str, heads: str | None, as_json: bool) -> int:
    """Read every decision and label again, and name the first file that is not what was written.

    A log that was cut short, or put back from an old copy, is found with --heads. Exit code 1 where it is damaged.
    """
    found = decided.verify(folder, None if heads is None else decided.heads_of(heads))
    if as_json:
        say(json.written("log verify", found.described()))
    elif found.head is None:
        say(f"{safe(found.problem)}\n\nWhat is whole: shall log salvage {safe(found.place)} --out NEW")
    else:
        gone = f", {found.head.removed:,} let go" if found.head.removed else ""
        say("\n".join([f"{safe(found.place)}: {found.head.rows:,} decisions{gone}, {found.head.labels:,} labels, "
                       "each as it was written", *map(safe, found.head.notes)]))
    return 0 if found.head else 1


@command.command("head", epilog=HEAD)
@folder_argument
def head(folder: str) -> int:
    """Print the ends of its chains as JSON. Kept elsewhere, they prove later that nothing before them was changed."""
    found = decided.verify(folder)
    if found.head is None:
        say(safe(found.problem))
        return 1
    say(plain_json.dumps({"heads": decided.of_heads(found.head.heads)}, indent=1))
    return 0


@command.command("label", epilog=LABEL)
@folder_argument
@click.argument("labels", metavar="LABELS")
@click.option("--id", "on", default="id", show_default=True, metavar="COLUMN",
              help="The ids of decisions, or what their requests were called.")
@click.option("--label", "column", default="label", show_default=True, metavar="COLUMN", help="The labels.")
@click.option("--time", metavar="COLUMN", help="When a label became known; else now.")
@click.option("--source", default="", help="Who says so.")
@as_json_option
def label(folder: str, labels: str, on: str, column: str, time: str | None, source: str, *, as_json: bool) -> int:
    """Keep the labels of a file or a table beside the decisions. Of several of one decision the last counts.

    LABELS: a file, a folder, or an address such as warehouse.duckdb?table=outcomes. A server may be writing to FOLDER.
    Where a label is no class of the model, nothing is kept.
    """
    found = decided.label(folder, labels, on=on, column=column, time=time, source=source)
    say(json.written("log label", found.described()) if as_json else "\n".join(_labelled(found, folder)))
    return 0


def _labelled(found: decided.Labelled, folder: str) -> Iterator[str]:
    yield f"{found.kept:,} labels kept in {safe(str(Path(folder) / 'labels'))}"
    for rows, what in ((found.unsaid, "no label"), (found.nameless, "no id")):
        if rows:
            some = "1 row has" if len(rows) == 1 else f"{len(rows):,} rows have"
            yield f"{some} {what} and went nowhere; the first is row {rows[0]:,}, counted from 0"
    if found.unknown:
        some = "1 names" if len(found.unknown) == 1 else f"{len(found.unknown):,} name"
        yield (f"{some} no decision of this log, the first {safe(found.unknown[0])}: kept, and counted as soon as it "
               "is there. Are these its ids, or names of its requests?")
    if found.unknown is None:
        yield "Whether their decisions are there could not be looked up: shall log verify tells what is wrong"
    if not found.checked:
        yield f"They were not checked: no server has written into {safe(folder)} which classes there are"


@command.command("salvage", epilog=SALVAGE)
@folder_argument
@click.option("-o", "--output", "--out", "out", required=True, type=click.Path(path_type=Path), metavar="NEW",
              help="The new log.")
@click.option("--heads", metavar="FILE", help="Heads that were kept elsewhere: they may know of more than the files.")
@as_json_option
def salvage(folder: str, out: Path, heads: str | None, as_json: bool) -> int:
    """Save every decision and label of a damaged log that is whole, as a new log. The damaged one is only read.

    Exit code 1 where something is lost.
    """
    found = decided.salvage(folder, out, None if heads is None else decided.heads_of(heads))
    if as_json:
        say(json.written("log salvage", {"rows": found.rows, "labels": found.labels, "lost": list(found.lost),
                                         "beyond": found.beyond}))
    else:
        say("\n".join([f"{found.rows:,} decisions and {found.labels:,} labels saved in {safe(str(out))}",
                       *map(safe, found.lost)]))
    return 1 if found.lost else 0
