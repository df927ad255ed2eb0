"""`shall intersections`: is every intersection of the groups served alike?"""

from __future__ import annotations

from pathlib import Path

import click

from shall import api
from shall.cli import _reports
from shall.cli._out import look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall intersections                       accuracy in all groups of the file
  shall intersections --measure false_negative_rate --over sex,race
  shall intersections --order 2 --at-least 100 -o audit.svg -o audit.html

\b
What holds of each group on its own may not hold of their intersections.
Bounds are valid for all groups at once; small groups are set aside and told.
To hold a model to it: useful = "accuracy over sex by race >= 0.80"
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--data", metavar="PATH", help="The log, instead of `log` or `gate` of the file.")
@click.option("--measure", default="accuracy", show_default=True, metavar="NAME",
              help="A measure, or a requirement of the file.")
@click.option("--over", metavar="GROUPS", help="Groups of the file, with commas between; else all.")
@click.option("--order", type=click.IntRange(1, 5), default=3, show_default=True, help="Groups to cross, at most.")
@click.option("--at-least", type=click.IntRange(min=1), default=30, show_default=True, metavar="ROWS",
              help="Rows of a group that is judged; smaller ones are set aside.")
@click.option("--groups", is_flag=True, help="Print every group.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("-o", "--output", "--report", "reports", metavar="PATH", multiple=True,
              callback=_reports.wanted(_reports.INTERSECTIONS),
              help="Write a report too; the suffix says which: .html .json .txt .svg.")
def command(file: str, data: str | None, measure: str, over: str | None, *, order: int, at_least: int, groups: bool,
            as_json: bool, reports: tuple[Path, ...]) -> int:
    """Measure every intersection of FILE's groups, and tell which are surely worse off than all rows."""
    names = None if over is None else [name.strip() for name in over.split(",") if name.strip()]
    with Progress(piped=False) as progress:
        found = api.intersections(file, data, measure=measure, over=names, order=order, at_least=at_least,
                                  progress=progress)
    say(json.intersections(found) if as_json else text.intersections(found, look(groups)))
    _reports.write(found, reports, _reports.INTERSECTIONS)
    return 0
