"""`shall slices`: where does the subject fail?"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from shall import api
from shall.cli import _reports
from shall.cli._out import look, say, tell_written
from shall.cli._progress import Progress
from shall.core.errors import InputError, ShallError
from shall.core.requirement import Requirement
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall slices                              by the first requirement on errors
  shall slices --measure accuracy --over age,sex,region
  shall slices --measure "mean(cost)" --worst high --depth 2
  shall slices -o slices.html -o slices.svg
  shall slices --write 1 --bound ">= 0.70"  add a requirement on the first one

\b
A slice is a filter on up to three columns, such as AGEP >= 55 and SEX = '2'.
The worst are found exactly, and bounds hold for all of them at once.
"""


def _bound(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """The bound as it is, once it is known to be one."""
    if given is not None:
        try:
            Requirement.parse(f"accuracy {given}")
        except ShallError as error:
            raise click.BadParameter(f"{given!r} is no bound: write one such as \">= 0.70\", \"<= 5%\" or "
                                     "\"between 0.70 and 0.90\"") from error
    return given


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--data", metavar="PATH", help="The log to search, instead of `log` or `gate` of the file.")
@click.option("--measure", metavar="NAME", help="A requirement of the file, or a measure that is a mean over rows.")
@click.option("--over", metavar="COLUMNS", help="Columns and groups, with commas between; else all without a role.")
@click.option("--depth", type=click.IntRange(1, 3), default=3, show_default=True, help="Features of a slice, at most.")
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="So many slices.")
@click.option("--at-least", type=click.IntRange(min=1), metavar="ROWS",
              help="Rows of a slice; else half a per cent of all, and 50.")
@click.option("--bins", type=click.IntRange(2, 100), default=8, show_default=True, help="Ranges of a number.")
@click.option("--worst", type=click.Choice(["high", "low"]), help="Which values are bad, if the measure has no say.")
@click.option("--halves", is_flag=True, help="Search on one half of the rows, judge on the other.")
@click.option("--tree", is_flag=True, help="Print a tree too: where the measure changes most.")
@click.option("--write", "which", type=click.IntRange(min=1), metavar="NUMBER",
              help="Put a requirement on this slice into FILE; comments are kept.")
@click.option("--name", help="What to call it.")
@click.option("--bound", callback=_bound,
              help="Its bound, such as \">= 0.70\"; else that of the requirement, or what all rows reach.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("-o", "--output", "--report", "reports", metavar="PATH", multiple=True,
              callback=_reports.wanted(_reports.SLICES),
              help="Write a report too; the suffix says which: .html .md .json .txt .svg.")
def command(file: str, data: str | None, measure: str | None, over: str | None, *, depth: int, top: int,
            at_least: int | None, bins: int, worst: Literal["high", "low"] | None, halves: bool, tree: bool,
            which: int | None, name: str | None, bound: str | None, as_json: bool, reports: tuple[Path, ...]) -> int:
    """Find the rows of FILE's log where the subject fails: its worst slices by one measure."""
    if (name or bound) and which is None:
        raise click.UsageError("--name and --bound go with --write, which says which slice")
    if which is not None and which > top:
        raise click.UsageError(f"--write {which}: of the {top} slices of --top, counted from 1, there is none")
    with Progress(piped=False) as progress:
        found = api.slices(file, data, measure=measure, over=_names(over), depth=depth, top=top, at_least=at_least,
                           bins=bins, worst=worst, halves=halves, progress=progress)
    say(json.slices(found) if as_json else text.slices(found, look(tree)))
    _reports.write(found, reports, _reports.SLICES)
    if which is not None and which > len(found.slices):
        raise InputError(f"--write {which}: there is no such slice, counted from 1; {len(found.slices)} found, and "
                         f"nothing was written to {file}")
    if which is not None:
        tell_written(file, found.write(which=which - 1, name=name, bound=bound), err=as_json)
    return 0


def _names(over: str | None) -> list[str] | None:
    return None if over is None else [name.strip() for name in over.split(",") if name.strip()]
