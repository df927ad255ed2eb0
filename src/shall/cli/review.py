"""`shall review FOLDER`: the cases that wait for people, and what they say."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from shall.api.service.beside_log import address_for
from shall.api.shown import reviewing
from shall.api.shown.cases import Case
from shall.api.shown.reviewing import Queue
from shall.api.storing import opened, shown
from shall.cli._out import look, say
from shall.core.errors import InputError
from shall.reports import json
from shall.reports._layout import paragraph, plain, plural, safe

EXAMPLES = """\b
Examples:
  shall review decisions/income
  shall review decisions/income --decision hs7d…-12 --label 1 --by ana

Two people who agree make a label, which lies with the other labels; neither sees what the other said. Where they
differ, a third decides. Until another has spoken, a later word of yours takes the place of the one before.

What people say is kept in the store of the server that writes the log; it is named where you speak. The same queue
stands on the page: /page/review.
"""
MISSING: Final = "–"                        # as on the page
AT_ONCE: Final = 20                         # cases on one page of the terminal


@click.command(epilog=EXAMPLES)
@click.argument("folder", metavar="FOLDER")
@click.option("--decision", metavar="ID", help="The case that you speak of.")
@click.option("--label", metavar="LABEL", help="What it is.")
@click.option("--by", default="", help="Who you are; else the user of this machine.")
@click.option("--page", type=click.IntRange(1), default=1, metavar="N", help=f"Further cases, {AT_ONCE} at a time.")
@click.option("--store", metavar="ADDRESS",
              help="A path or postgresql://…; else that of the server that writes the log, else SHALL_STORE, else "
                   ".shall/shall.db.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(folder: str, decision: str | None, label: str | None, by: str, page: int, store: str | None, *,
            as_json: bool) -> int:
    """Show the cases of a log of decisions that wait for you, or say what one of them is. FOLDER: decisions/NAME."""
    who = by or getpass.getuser()
    if (decision is None) is not (label is None):
        raise click.UsageError("--decision ID and --label LABEL go together")
    address = address_for(Path(folder), store)
    with opened(address) as kept:
        if decision is not None and label is not None:
            made = reviewing.answer(folder, kept, decision, label, by=who)
            body = {"decision": decision, "state": made.state, "label": made.label, "store": shown(address)}
            told = f"{reviewing.words(made.review, made.said, made.how)}\nKept in {shown(address)}."
            say(json.written("review", body) if as_json else safe(told, keep="\n"))
            return 0
        found = reviewing.queue(Path(folder), kept, who)
    say(json.written("review", {**_plain(found, who), "store": shown(address)}) if as_json else
        "\n".join(_told(found, who, page, shown(address))))
    return 0


def _plain(found: Queue, who: str) -> dict[str, object]:
    alike = found.agreement
    return {"name": found.name, "waiting": found.waiting, "classes": list(found.classes), "target": found.target,
            "positive": found.positive,
            "agreement": {"cases": alike.cases, "agreed": alike.agreed, "alpha": alike.alpha},
            "cases": [_of(case) for case in found.cases],
            "said": [{"decision": case.decision, "label": _own(case, who)} for case in found.said]}


def _of(case: Case) -> dict[str, object]:
    return {"decision": case.decision, "model": case.model, "at": case.at, "why": case.why,
            "suggestion": case.suggestion, "withheld": case.withheld, "score": case.score, "values": dict(case.values)}


def _own(case: Case, who: str) -> str:
    return "" if case.review is None else case.review.of(who)


def _told(found: Queue, who: str, page: int, store: str) -> Iterator[str]:
    """The cases, as wide as the terminal; then how many there are, and what of them is said."""
    first = AT_ONCE * (page - 1)
    some = found.cases[first:first + AT_ONCE]
    if found.cases and not some:
        pages = -(-len(found.cases) // AT_ONCE)
        raise InputError(f"there is no page {page} of your cases: there {'is' if pages == 1 else 'are'} {pages}")
    for case in some:
        yield from _case(found, case)
    if some:
        shown_now = f"{first + 1:,} to {first + len(some):,} of {plural(found.yours, 'case')} for you"
        yield f"{shown_now}, {found.waiting:,} in all"
        if first + len(some) < len(found.cases):
            yield f"The next ones: --page {page + 1}"
    else:
        yield "no case waits for you"
    if told := reviewing.further(found):
        yield from paragraph(told, look().width, 0, plain)
    if found.classes:
        may = " or ".join(found.meaning(label) for label in found.classes)
        yield from paragraph(f"It may be {safe(may)}", look().width, 0, plain)
    for case in found.said:
        left = "a third decides" if case.review is not None and case.review.state == "differ" else "you may change it"
        yield f"You said {safe(_own(case, who))} of {safe(case.decision)}: {left}"
    if found.lacks:
        yield from ("", *paragraph(safe(found.lacks), look().width, 0, plain))
    yield f"Store: {safe(store)}"


def _case(found: Queue, case: Case) -> Iterator[str]:
    """One case: its id, why it is here, what the model says, and what came in."""
    to = look()
    came = ", ".join(f"{name} {value or MISSING}" for name, value in case.values.items())
    yield f"{to.paint(safe(case.decision), 'name')}  {case.at[:19].replace('T', ' ')} UTC"
    for text in (case.why, reviewing.suggested(found, case), came):
        yield from paragraph(safe(text), to.width, 2, to.paint)
    yield ""
