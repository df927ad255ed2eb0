"""`shall suspects`: the labels that are likeliest to be wrong, for those who label again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from shall import api
from shall.cli._out import look, say, tell_written
from shall.cli._progress import Progress
from shall.phases.datasets.suspects import Suspects
from shall.reports import json
from shall.reports._layout import paragraph, safe

EXAMPLES = """\b
Examples:
  shall suspects                             the training rows of shall.toml
  shall suspects --data people.csv --target income -o again.csv
  shall suspects --most 500 --keep text -o again.parquet
"""
SHOWN: Final = 20


@click.command(epilog=EXAMPLES)
@click.argument("file", required=False)
@click.option("--data", metavar="PATH", help="The rows, instead of `train`, `log` or `gate` of the file.")
@click.option("--target", metavar="COLUMN", help="The label column, where there is no shall file.")
@click.option("--most", type=click.IntRange(1), metavar="N",
              help="So many labels, suspicious ones first; else all that are suspicious.")
@click.option("--keep", "-k", metavar="COLUMN", multiple=True,
              help="A column to stand beside them; several by several --keep.")
@click.option("-o", "--output", "--out", "out", metavar="PATH", help="Write the whole list: .csv, .parquet or .arrow.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole list as JSON.")
def command(file: str | None, data: str | None, target: str | None, most: int | None, keep: tuple[str, ...],
            out: str | None, *, as_json: bool) -> int:
    """Rank the labels of FILE's data by how likely they are to be wrong: have the first ones labelled again."""
    if target and (file or not data):
        raise click.UsageError("--target goes with --data and without a shall file")
    with Progress(of="model") as progress:
        found = api.suspects(file or "shall.toml", data, target=target or "", most=most, keep=keep, progress=progress)
    if out:
        found.write(out)
    say(json.written("suspects", found.described()) if as_json else "\n".join(told(found, out)))
    if out:
        tell_written(out)
    return 0


def told(found: Suspects, out: str | None) -> Iterator[str]:
    """The first labels of the list, and what it is worth."""
    table = found.table.slice(0, SHOWN)
    names = [name for name in table.column_names if name != "suspicious"]
    cells = [[safe(f"{value:.3f}" if name == "wrong" else str(value)) for value in table.column(name).to_pylist()]
             for name in names]
    wide = [max(map(len, (name, *column))) for name, column in zip(names, cells, strict=True)]
    for row in ([safe(name) for name in names], *zip(*cells, strict=True)):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
    if len(found.table) > SHOWN:
        yield f"… and {len(found.table) - SHOWN:,} more" + (f" in {safe(out)}" if out else ": -o again.csv writes all")
    shown = look()
    for text in (f"{found.suspicious:,} of {found.rows:,} labels are suspicious; of the {len(found.table):,} listed "
                 f"about {found.expected:,.0f} are likely to be wrong: have them labelled again", *found.notes):
        yield from paragraph(text, shown.width, 0, shown.paint)
