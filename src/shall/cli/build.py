"""`shall build`: a model that meets every requirement, or the proof that none was found."""

from __future__ import annotations

import click

from shall import api
from shall.cli._out import look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall build                      the file's [data] train and gate
  shall build --seconds 60
  shall build --json > build.json

\b
Exit code 0: a model is certified by the gate. 1: none is.
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("--seconds", type=float, help="Stop searching after so long.")
@click.option("--output", metavar="FOLDER", help="Where to write the model (.shall/ beside FILE).")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
def command(file: str, seconds: float | None, output: str | None, groups: bool, as_json: bool) -> int:
    """Search for a model that meets every requirement of FILE, and put the best one to the gate."""
    with Progress(of="candidate") as progress:
        built = api.build(file, seconds=seconds, output=output, progress=progress, say=progress.say)
    say(json.build(built) if as_json else text.build(built, look(groups)))
    return 0 if built.found else 1
