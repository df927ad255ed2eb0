"""`shall retrain BUNDLE`: search for a model again, on what was decided since, under the same requirements."""

from __future__ import annotations

import os
from contextlib import suppress

import click

from shall.adapters import open_log
from shall.api.life import retraining
from shall.api.storing import VARIABLE
from shall.bundle import read
from shall.cli._out import say
from shall.cli._progress import Progress
from shall.reports import json
from shall.reports._layout import safe

EXAMPLES = """\b
Examples:
  shall retrain income-7.zip --log decisions/income --as income@7

What is found is proposed: a new bundle, which a person puts into service, or first beside it as an apprentice. A server
whose shall file says on_broken = "retrain" runs this by itself, with --nice 19: it takes what others leave of the
processors. It goes on where it was stopped. Exit code 1: nothing was found.
"""


@click.command(epilog=EXAMPLES)
@click.argument("bundle")
@click.option("--log", required=True, metavar="FOLDER", help="The log of decisions of its name.")
@click.option("--as", "model", required=True, metavar="NAME@VERSION", help="What it is called where it serves.")
@click.option("--labels", metavar="PATH", help="Labels that came later; else those beside the log.")
@click.option("-o", "--output", default="retrained", metavar="FOLDER", help="Where rows, search and bundle lie.")
@click.option("--alarm", default="", metavar="KEY", help="The alarm that asks for it, of which it is done once.")
@click.option("--listed", multiple=True, metavar="VERSION", help="A version that is there: what is found is another.")
@click.option("--store", metavar="ADDRESS", help="A path or postgresql://…, where it is recorded; else SHALL_STORE.")
@click.option("--seconds", type=click.FloatRange(1), help="Stop searching after so long.")
@click.option("--trials", type=click.IntRange(1), help="Learn so many configurations.")
@click.option("--nice", type=click.IntRange(0, 19), default=0, help="Give way to other processes; 19: the most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(bundle: str, log: str, model: str, *, labels: str | None, output: str, alarm: str,
            listed: tuple[str, ...], store: str | None, seconds: float | None, trials: int | None, nice: int,
            as_json: bool) -> int:
    """Train BUNDLE again on fresh decisions and their labels, under its own requirements, and propose it."""
    read(bundle)                            # a place that is mistaken is no training that found nothing
    _ = open_log(log).schema
    with suppress(OSError):
        os.nice(nice)
    with Progress() as progress:
        found = retraining.retrain(bundle, log, model, labels=labels, out=output, alarm=alarm, listed=listed,
                                   store=(os.environ.get(VARIABLE) or None) if store is None else store,
                                   seconds=seconds, trials=trials, progress=progress)
    told = {"model": found.model, "found": found.found, "version": found.version, "place": found.place,
            "rows": found.rows, "why": found.why}
    say(json.written("retrain", told) if as_json else safe(str(found)))
    return 0 if found.found else 1
