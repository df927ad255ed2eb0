"""`shall check`: are the requirements met, and may the model ship?"""

from __future__ import annotations

import click

from shall import api
from shall.cli._out import exit_code, look, say
from shall.cli._progress import Progress
from shall.reports import json, svg, text

EXAMPLES = """\b
Examples:
  shall check                        shall.toml of this folder
  shall check --data gate.parquet --groups
  shall check --plan                 how many rows would a gate need?
  shall check --json > report.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--data", metavar="PATH", help="The log to decide on, instead of `gate` or `log` of the file.")
@click.option("--labels", metavar="PATH", help="Labels that came later, joined by the id column.")
@click.option("--plan", is_flag=True, help="Say how many rows a gate needs, before any model exists.")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("--picture", metavar="PATH", help="Draw the values, bounds and limits into an SVG file too.")
@click.option("--no-record", is_flag=True, help="Keep no evidence in .shall/.")
def command(file: str, data: str | None, labels: str | None, plan: bool, groups: bool, as_json: bool,
            picture: str | None, no_record: bool) -> int:
    """Decide whether every requirement of FILE is met: a gate."""
    if plan:
        with Progress() as progress:
            planned = api.plan(file, progress=progress)
        say(json.plan(planned) if as_json else text.plan(planned, look()))
        return 0
    with Progress() as progress:
        report = api.check(file, data=data, labels=labels, progress=progress, record=not no_record)
    if picture:
        with click.open_file(picture, "w", encoding="utf-8") as out:
            out.write(svg.check(report))
    say(json.check(report) if as_json else text.check(report, look(groups)))
    return exit_code(verdict.verdict for verdict in report.verdicts)
