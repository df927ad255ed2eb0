"""`shall predict BUNDLE DATA -o OUT`: what a bundle says of every row of a file."""

from __future__ import annotations

from collections.abc import Iterator

import click

from shall import api
from shall.api.predicting import Predicted
from shall.cli._out import say
from shall.cli._progress import Progress
from shall.cli.verify import by_role
from shall.reports import json
from shall.reports._layout import safe

EXAMPLES = """\b
Examples:
  shall predict fraud.zip rows.parquet -o scores.parquet
  shall predict fraud.zip rows.csv -o scores.csv --keep id --keep amount
  shall predict fraud.zip rows/ -o scores --on spark://host:7077
"""
FEW = 6                                     # values of an output that are printed


@click.command(epilog=EXAMPLES)
@click.argument("bundle")
@click.argument("data")
@click.option("-o", "--output", "--out", "out", required=True, metavar="PATH",
              help="Where to: .parquet, .csv or .arrow; with --on a folder.")
@click.option("--keep", "-k", metavar="COLUMN", multiple=True,
              help="A column of DATA to stand beside the outputs (the id); several by several --keep.")
@click.option("--no-keep", is_flag=True, help="The outputs only, without the id.")
@click.option("--on", default="", metavar="WORKERS",
              help="Who scores: spark://HOST:7077, local[2], ray, dask, tcp://HOST:8786 (Dask).")
@click.option("--threads", type=click.IntRange(1), metavar="N", help="How many threads score here (one a core).")
@click.option("--key", "keys", metavar="[ROLE=]KEY", multiple=True, callback=by_role,
              help="Refuse the bundle unless this key has signed it.")
@click.option("--trust", metavar="FILE", help="Refuse it unless those of [trust] of this shall file have signed it.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(bundle: str, data: str, out: str, keep: tuple[str, ...], *, no_keep: bool, on: str,
            threads: int | None, keys: dict[str, list[str]], trust: str | None, as_json: bool) -> int:
    """Score every row of DATA by BUNDLE. OUT appears when its last row is written, or not at all."""
    if keep and no_keep:
        raise click.UsageError("--keep and --no-keep: leave one of both out")
    kept = () if no_keep else keep or None
    with Progress() as progress:
        found = api.predict(bundle, data, out, keep=kept, on=on, threads=threads, keys=keys, trust=trust,
                            progress=progress)
    say(json.written("predict", found.described()) if as_json else "\n".join(told(found)))
    return 0


def told(found: Predicted) -> Iterator[str]:
    """What was written, in words."""
    speed = f", {found.rows / found.seconds:,.0f} a second" if found.seconds >= 1 and found.rows > 1000 else ""
    yield f"{safe(found.out)}: {found.rows:,} rows{speed}; {safe(', '.join(found.columns))}"
    for name, values in found.values.items():
        most = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        more = f", and {len(most) - FEW} more" if len(most) > FEW else ""
        yield f"{safe(name)}: " + ", ".join(f"{safe(value)} {count:,}" for value, count in most[:FEW]) + more
    for name, count in found.missing.items():
        if count:
            yield f"{safe(name)} is missing in {count:,} rows"
