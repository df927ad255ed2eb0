"""`shall ship`: one graph of a model, proved equal, held to its file again, and packed."""

from __future__ import annotations

import click

from shall import api
from shall.cli._out import exit_code, look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall ship                              what `shall build` certified last
  shall ship model/ --spec shall.toml -o bundle/
  shall ship model/ -o fraud.zip
  shall ship graph/                       a graph that Compiled.save wrote
  shall ship model/ --version 8           what it is called where it serves
  shall ship model/ --branch rules=rules/  what answers after an alarm

\b
Exit code 0: proved, and every requirement is met on the graph. 1: something
differs, and nothing is packed; or a requirement is broken. 3: a requirement
is undecided.
"""


@click.command(epilog=EXAMPLES)
@click.argument("model", required=False)
@click.option("--spec", "file", default="shall.toml", metavar="PATH", show_default=True, help="The shall file.")
@click.option("-o", "--output", default="bundle", metavar="PLACE", show_default=True,
              help="Where to write the bundle: a folder, or a file that ends in .zip.")
@click.option("--version", "called", metavar="VERSION",
              help="What it is called where it serves.  [default: the same for a model that was shipped before, else "
                   "one more than the last]")
@click.option("--branch", "branches", multiple=True, metavar="NAME=MODEL",
              help="Another graph that rides along and answers where a line says on_broken = \"fall back to NAME\".")
@click.option("--previous", metavar="PLACE",
              help="The bundle that a line `against previous` compares row by row with.  [default: the version "
                   "that was shipped last]")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("--no-record", is_flag=True, help="Keep no evidence in .shall/.")
def command(model: str | None, file: str, output: str, called: str | None, branches: tuple[str, ...], *,
            previous: str | None, groups: bool, as_json: bool, no_record: bool) -> int:
    """Turn MODEL into one graph that runs without Python, prove that it gives the same answers, check the
    requirements again on it, and pack it."""
    with Progress() as progress:
        shipped = api.ship(model, file, output, version=called, branches=_named(branches), progress=progress,
                           record=not no_record, previous=previous)
    say(json.ship(shipped) if as_json else text.ship(shipped, look(groups)))
    return 1 if shipped.check is None else exit_code(one.verdict for one in shipped.verdicts)


def _named(branches: tuple[str, ...]) -> dict[str, str]:
    parted = [one.partition("=") for one in branches]
    for name, sign, place in parted:
        if not (name and sign and place):
            raise click.UsageError(f"{name}{sign}{place} is no branch and its graph: --branch rules=rules/")
    found = {name: place for name, _, place in parted}
    if len(found) < len(parted):
        raise click.UsageError("one branch is named twice: each has a name of its own")
    return found
