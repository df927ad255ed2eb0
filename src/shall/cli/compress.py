"""`shall compress`: the fastest smaller graph of a model that keeps every requirement."""

from __future__ import annotations

import click

from shall import api
from shall.cli._out import look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall compress                             what `shall build` certified last
  shall compress bundle/ --data validation.parquet -o small/
  shall ship small/                          prove and pack the smaller graph

\b
Half of the rows calibrate the candidates, the other half chooses among them;
take rows that the model did not learn from. The gate sees only the fastest
that keeps every requirement; the next ones where [data] looks allows more.
Ctrl-C ends the search, and the best candidate so far goes to the gate.

\b
Exit code 0: a smaller graph is certified by the gate. 1: none is.
"""


@click.command(epilog=EXAMPLES)
@click.argument("model", required=False)
@click.option("--spec", "file", metavar="PATH",
              help="The shall file.  [default: shall.toml of this folder, which has to be of the subject of a bundle; "
                   "where there is none, the one in the bundle, if that is a folder and no .zip]")
@click.option("--data", metavar="PATH", help="Rows to learn from and to choose on; else the file's [data] train.")
@click.option("-o", "--output", default="compressed", metavar="FOLDER", show_default=True,
              help="Where to write the smaller graph.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop trying after so long.")
@click.option("--seed", default=0, show_default=True, help="Of the rows and of what is learned.")
@click.option("--groups", is_flag=True, help="Print every group of every line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
@click.option("--no-record", is_flag=True, help="Keep neither evidence nor the table of latencies in .shall/.")
def command(model: str | None, file: str | None, data: str | None, output: str, *, seconds: float | None, seed: int,
            groups: bool, as_json: bool, no_record: bool) -> int:
    """Make MODEL smaller and faster as far as every requirement is still met."""
    with Progress(of="candidate", one_line=True) as progress:
        found = api.compress(model, file, output, data=data, seconds=seconds, seed=seed, progress=progress,
                             record=not no_record)
    say(json.compress(found) if as_json else text.compress(found, look(groups)))
    return 0 if found.found else 1
