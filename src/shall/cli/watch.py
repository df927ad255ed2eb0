"""`shall watch`: do the requirements still hold, window by window?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shall import api
from shall.api.life import watching
from shall.api.life.recording import Lived
from shall.api.opening import file_of
from shall.cli import _reports, _responding
from shall.cli._following import follow
from shall.cli._out import look, say
from shall.cli._progress import Progress
from shall.core.verdict import Finding
from shall.reports import json, text
from shall.reports._shapes import Watched

EXAMPLES = """\b
Examples:
  shall watch --log decisions/                   a folder of decisions
  shall watch --log 2016.parquet --labels late.parquet --window "1 month"
  shall watch --log decisions/ -o life.html      the picture of its life
  shall watch --follow --json                    as a service, JSON by lines

\b
Exit code 1: an alarm. 3: no alarm, but a requirement that no window decided.
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--log", metavar="PATH", help="The log of decisions, instead of `log` of the file.")
@click.option("--labels", metavar="PATH", help="Labels that came later, joined by the id column.")
@click.option("--window", metavar="SIZE",
              help="The size of a window, such as \"1 day\" or \"10000 rows\", instead of those of the file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("-o", "--output", "--report", "reports", metavar="PATH", multiple=True,
              callback=_reports.wanted(_reports.WATCHES),
              help="Write a report too; the suffix says which: .html .svg (the picture of the life), .json, .txt.")
@click.option("--follow", "follows", is_flag=True,
              help="Go on: look again and again, as often as [watch] every says, and tell what is new as it comes.")
@click.option("--state", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Keep here how far it came, and read only what is new; with --follow .shall/watch/NAME.")
@click.option("--afresh", is_flag=True, help="Forget what was kept, and read the log from its beginning.")
@_responding.options
def command(file: str, log: str | None, labels: str | None, window: str | None, as_json: bool,
            reports: tuple[Path, ...], follows: bool, state: Path | None, afresh: bool,
            **responses: Any) -> int:
    """Follow every requirement of FILE through a log of decisions: an alarm."""
    wanted = _responding.Wanted(**responses)
    if follows:
        return follow(file, log, labels, window, state=state, afresh=afresh, as_json=as_json, wanted=wanted)
    if wanted.any or wanted.store is not None:          # one that is mistaken is told before a log is read
        with _responding.store_for(file_of(file), wanted):
            pass
    with Progress() as progress:
        report = api.watch(file, log, labels=labels, window=window, progress=progress, state=state, afresh=afresh,
                           rows_of=wanted.model)
    say(json.watch(report) if as_json else text.watch(report, look()))
    _reports.write(report, reports, _reports.WATCHES)
    if wanted.any:
        subject = wanted.model or report.subject
        life = watching.life_of_pass(file_of(file), log, labels=labels, window=window, subject=subject,
                                     rows_of=wanted.model)
        life = life or Lived.alone(report, subject, log or "")
        for line in _responding.told(_responding.respond_to(report, file_of(file), wanted, life)):
            click.echo(line, err=as_json)
    return code_of(report)


def code_of(report: Watched) -> int:
    """1 where there is an alarm, 3 where some requirement was undecided in every window, else 0.

    A single window without evidence is daily life (its labels are still to come); a requirement that
    is never decided is a watch that watches nothing.
    """
    if report.sounded or any(window.alarms for window in report.windows):
        return 1
    every = [verdict for some in (report, *report.further) for window in some.windows for verdict in window.verdicts]
    decided = {verdict.name for verdict in every if verdict.verdict is not Finding.UNDECIDED}
    asked = {verdict.name for verdict in every}
    return 0 if asked and decided == asked else 3
