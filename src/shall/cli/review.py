"""`shall review FOLDER`: the cases that wait for people, and what they say."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from shall.api.shown import reviewing
from shall.api.shown.reviewing import Queue
from shall.api.storing import opened
from shall.cli._out import coloured, painted, say
from shall.reports import json
from shall.reports._layout import Cell, plain, safe, table

EXAMPLES = """\b
Examples:
  shall review decisions/income
  shall review decisions/income --decision hs7d…-12 --label 1 --by ana

Two people who agree make a label, which lies with the other labels; neither sees what the other said. Where they
differ, a third decides. The same queue stands on the page: /page/review.
"""
MISSING: Final = "–"                        # as on the page


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="FOLDER")
@click.option("--decision", metavar="ID", help="The case that you speak of.")
@click.option("--label", metavar="LABEL", help="What it is.")
@click.option("--by", default="", help="Who you are; else the user of this machine.")
@click.option("--store", metavar="ADDRESS", help="A path or postgresql://…; else SHALL_STORE, else .shall/shall.db.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(folder: str, decision: str | None, label: str | None, by: str, store: str | None, *,
            as_json: bool) -> int:
    """Show the cases of a log of decisions that wait for you, or say what one of them is. FOLDER: decisions/NAME."""
    who = by or getpass.getuser()
    if (decision is None) is not (label is None):
        raise click.UsageError("--decision ID and --label LABEL go together")
    with opened(store) as kept:
        if decision is not None and label is not None:
            made = reviewing.answer(folder, kept, decision, label, by=who)
            words = {"agreed": f"two agree: {made.label} is its label", "waits": "one more person is to say so",
                     "differ": "two differ: a third decides"}[made.state]
            body = {"decision": decision, "state": made.state, "label": made.label}
            say(json.written("review", body) if as_json else safe(words))
            return 0
        found = reviewing.queue(Path(folder), kept, who)
    say(json.written("review", _plain(found)) if as_json else _told(found))
    return 0


def _plain(found: Queue) -> dict[str, object]:
    alike = found.agreement
    return {"name": found.name, "waiting": found.waiting, "classes": list(found.classes),
            "agreement": {"cases": alike.cases, "agreed": alike.agreed, "alpha": alike.alpha},
            "cases": [{"decision": case.decision, "model": case.model, "at": case.at, "why": case.why,
                       "suggestion": case.suggestion, "score": case.score, "values": dict(case.values)}
                      for case in found.cases]}


def _told(found: Queue) -> str:
    if not found.cases:
        return "no case waits for you"
    rows = [[Cell(safe(case.decision), "name"), Cell(case.at[:19].replace("T", " ")), Cell(safe(case.why)),
             Cell(safe(case.suggestion) or MISSING), Cell(_came_in(case.values))] for case in found.cases[:20]]
    head = [Cell(title, "head") for title in ("DECISION", "AT (UTC)", "WHY", "MODEL SAYS", "WHAT CAME IN")]
    more = f"{len(found.cases):,} cases for you, {found.waiting:,} in all"
    lacks = ["", safe(found.lacks)] if found.lacks else []
    return "\n".join([*table([head, *rows], "<<<<<", painted if coloured() else plain), "", more, *lacks])


def _came_in(values: Mapping[str, str]) -> str:
    return safe(", ".join(f"{name} {value or MISSING}" for name, value in values.items()))
