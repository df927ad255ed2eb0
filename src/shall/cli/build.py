"""`shall build`: a model that meets every requirement, or the proof that none was found."""

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
  shall build                      the file's [data] train and gate
  shall build --seconds 60         stop searching after a minute
  shall build --trials 40 --workers 4
  shall build --report build.html --report build.json

\b
A search that was stopped, or that shall have more trials, goes on where it
was. Ctrl-C ends the search, and the best candidate so far goes to the gate.

\b
Exit code 0: a model is certified by the gate. 1: none is.
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--trials", type=click.IntRange(min=1), help="How many configurations are learned; else 16, in all.")
@click.option("--workers", type=click.IntRange(min=1), help="How many are learned side by side; else 1.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop searching after so long.")
@click.option("-o", "--output", metavar="FOLDER", help="Where to write the model (.shall/ beside FILE).")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("--report", "reports", metavar="PATH", multiple=True, callback=_reports.wanted(_reports.BUILDS),
              help="Write a report too; the suffix says which: .html .md .json .txt .svg (the frontier).")
def command(file: str, trials: int | None, workers: int | None, seconds: float | None, output: str | None, *,
            groups: bool, as_json: bool, reports: tuple[Path, ...]) -> int:
    """Search for a model that meets every requirement of FILE, and put the best one to the gate."""
    with Progress(of="candidate", one_line=True) as progress:
        built = api.build(file, seconds=seconds, trials=trials, workers=workers, output=output, progress=progress,
                          say=progress.say)
    say(json.build(built) if as_json else text.build(built, look(groups)))
    _reports.write(built, reports, _reports.BUILDS)
    return 0 if built.found else 1
