"""`shall prove`: does the graph say what Python says, on real rows and on every edge?"""

from __future__ import annotations

import click

from shall import api
from shall.cli._out import look, say
from shall.cli._progress import Progress
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall prove .shall/models/3f2a… test.parquet
  shall prove bundle/ test.parquet              against numpy, step by step
  shall prove bundle/ test.parquet --of model/  against its model

\b
Exit code 0: nothing differs. 1: something does, and the node is named.
"""


@click.command(epilog=EXAMPLES)
@click.argument("model")
@click.argument("data")
@click.option("--of", metavar="FOLDER", help="The model that a bundle was made of, to hold it against.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
def command(model: str, data: str, of: str | None, *, as_json: bool) -> int:
    """Hold the graph of MODEL, or of a bundle, against Python: on the rows of DATA, and on rows placed on every
    threshold, tie, category, missing and infinite value, and the edges of single precision."""
    with Progress() as progress:
        proved = api.prove(model, data, of=of, progress=progress)
    say(json.proof(proved) if as_json else text.proof(proved, look()))
    return 0 if proved.holds else 1
