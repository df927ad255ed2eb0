"""`shall check`: are the requirements met, and may the model ship?"""

from __future__ import annotations

from pathlib import Path

import click

from shall import api
from shall.cli import _reports
from shall.cli._out import exit_code, look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall check                        shall.toml of this folder
  shall check --data gate.parquet --groups
  shall check --data logs/           a folder: next time, what is new is read
  shall check --plan                 how many rows would a gate need?
  shall check -o check.html -o junit.xml
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--data", metavar="PATH", help="The log to decide on, instead of `gate` or `log` of the file.")
@click.option("--labels", metavar="PATH", help="Labels that came later, joined by the id column.")
@click.option("--plan", is_flag=True, help="Say how many rows a gate needs, before any model exists.")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("-o", "--output", "--report", "reports", metavar="PATH", multiple=True,
              callback=_reports.wanted(_reports.CHECKS),
              help="Write a report too; the suffix says which: .html .md .json .txt .svg, .xml (JUnit), .sarif.")
@click.option("--github", is_flag=True, help="Annotate the shall file and add to the summary, in GitHub Actions.")
@click.option("--on", "master", metavar="MASTER", help="Count on Spark: spark://host:7077, or local[2].")
@click.option("--reread", is_flag=True, help="Read every file of a folder again, whatever was counted before.")
@click.option("--untrusted", is_flag=True, help="Read files that nobody vouches for in a process with limits.")
@click.option("--no-record", is_flag=True, help="Keep no evidence in .shall/.")
def command(file: str, data: str | None, labels: str | None, plan: bool, groups: bool, as_json: bool,
            reports: tuple[Path, ...], github: bool, no_record: bool, *, reread: bool, master: str | None,
            untrusted: bool) -> int:
    """Decide whether every requirement of FILE is met: a gate."""
    if (github and as_json) or (plan and (github or reports)):
        raise click.UsageError("--github prints annotations, so it goes neither with --json nor with --plan; --report "
                               "writes what a check found, so it does not go with --plan")
    if plan:
        with Progress() as progress:
            planned = api.plan(file, progress=progress)
        say(json.plan(planned) if as_json else text.plan(planned, look()))
        return 0
    with Progress() as progress:
        report = api.check(file, data=data, labels=labels, progress=progress, record=not no_record,
                           reread=reread, spark=master, untrusted=untrusted)
    printed = json.check(report) if as_json else text.check(report, look(groups))
    _reports.tell_github(report, printed) if github else say(printed)
    _reports.write(report, reports, _reports.CHECKS)
    return exit_code(verdict.verdict for verdict in report.verdicts)
