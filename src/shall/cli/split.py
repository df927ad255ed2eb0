"""`shall split DATA`: a part to learn from, and a gate that the search never sees."""

from __future__ import annotations

from typing import Literal

import click

from shall import api
from shall.cli._out import say

EXAMPLES = """\b
Examples:
  shall split people.parquet
  shall split people.parquet --gate 40% --by unit --column household
  shall split people.parquet --by time --column year
"""


class Share(click.ParamType[float]):
    """A share of the rows: `0.4` or `40%`."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share as a number."""
        text = str(value)
        try:
            return float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
        except ValueError:
            self.fail(f"{text!r} is no share; write 0.4 or 40%", param, ctx)


@click.command(epilog=EXAMPLES)
@click.argument("data")
@click.option("--gate", type=Share(), default="30%", show_default=True, help="The share of the rows in the gate.")
@click.option("--by", type=click.Choice(["hash", "time", "unit"]), default="hash", show_default=True,
              help="At random but repeatable; the latest rows; or whole units.")
@click.option("--column", metavar="NAME", help="The column of the id, the time or the unit.")
@click.option("--into", metavar="FOLDER", help="Where to write the two files (beside DATA).")
def command(data: str, gate: float, by: Literal["hash", "time", "unit"], column: str | None, into: str | None) -> int:
    """Make train and gate of DATA, the same ones every time."""
    made = api.split(data, share=gate, by=by, column=column, into=into)
    say(f"train  {made.train}  {made.train_rows:,} rows\n"
        f"gate   {made.gate}  {made.gate_rows:,} rows: {made.how}")
    return 0
