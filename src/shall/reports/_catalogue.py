"""The measures as a reader meets them: all in a list, or one explained."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from shall.core.card import Card, Option
from shall.reports._layout import Look, paragraph, plain, safe, width_of
from shall.reports._shapes import Paint

SECTIONS = ("Meaning", "When not available", "How to mend", "Example", "Reference")

NARROW = 30                                 # columns that are too few to write in
BELOW = 6                                   # where it is written then: below the name


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure: its id, the question that its folder asks, its card and its docstring."""

    id: str
    question: str
    card: Card
    doc: str

    @property
    def line(self) -> str:
        """What it is, in one line."""
        return self.doc.strip().partition("\n")[0]


def listed(entries: Sequence[Entry], look: Look) -> Iterator[str]:
    """All measures below the question that they answer."""
    room = max(width_of(entry.id) for entry in entries) + 4
    beside = look.width - room >= NARROW
    for question, some in groupby(entries, key=lambda entry: entry.question):
        yield from paragraph(safe(question), look.width, 0, look.paint, "head")
        for entry in some:
            if beside:
                first, *later = paragraph(safe(entry.line), look.width - room, 0, plain)
                yield "  " + look.paint(entry.id, "name") + " " * (room - 2 - width_of(entry.id)) + first
                yield from (" " * (room - 2) + line for line in later)
            else:
                yield "  " + look.paint(entry.id, "name")
                yield from paragraph(safe(entry.line), look.width, BELOW, look.paint)
            yield from paragraph(_at_a_glance(entry.card), look.width, room if beside else BELOW, look.paint, "line")
        yield ""


def explained(entry: Entry, name: str, look: Look) -> Iterator[str]:
    """One measure: what it means, when it is not available, and what may be asked of it."""
    width, paint = look.width, look.paint
    alias = f" ({_preset(entry.card, name)})" if name != entry.id else ""
    yield paint(name, "head") + alias
    yield from _sections(entry.doc, width, paint)
    yield ""
    yield paint("In a shall file", "head")
    yield f"    {example_line(name, entry.card)}"
    yield ""
    yield paint("Its card", "head")
    for key, text in _card(entry.card):
        if text:
            yield from paragraph(f"{key}: {text}", width, 4, paint)


def example_line(name: str, card: Card) -> str:
    """A line of a shall file that uses a measure."""
    call = name + {"column": "(latency)", "filter": "(latency > 100)"}.get(card.takes, "")
    if card.reference and card.probe:
        return f'steady = "{call} against train <= {card.usual:g}"'
    if card.reference and card.by_feature:
        return f'steady = "{call} over feature against train <= 0.2"'
    if card.takes == "column":
        return f'fast = "{call} <= 200"'
    if card.census and math.isinf(card.high):
        return f'enough = "{call} >= 10000"'
    if card.better == "neither":
        return f'fair = "ratio of {call} over sex >= 0.80"'
    return f'good = "{call} over sex {">= 0.80" if card.better == "higher" else "<= 0.05"}"'


def _sections(doc: str, width: int, paint: Paint) -> Iterator[str]:
    """The docstring, its paragraphs filled and its example left as it is."""
    for block in inspect.cleandoc(doc).split("\n\n"):
        yield ""
        if ">>>" in block:
            yield from (f"  {line}" for line in block.splitlines())
        else:
            for sentence in _starts(block):
                yield from paragraph(safe(" ".join(sentence.split())), width, 2, paint)


def _starts(block: str) -> list[str]:
    """A block of `Meaning: …`, `How to mend: …` as one text each."""
    texts: list[str] = []
    for line in block.splitlines():
        if line.partition(":")[0] in SECTIONS or not texts:
            texts.append(line)
        else:
            texts[-1] += "\n" + line
    return texts


def _card(card: Card) -> Iterator[tuple[str, str]]:
    yield "examines", ", ".join(card.examines)
    yield "needs", _needs(card)
    yield "better", card.better
    yield "unit", card.unit
    yield "range", "any number" if math.isinf(card.low) else f"{card.low:g} to {card.high:g}"
    yield "bounds", card.bounds
    yield "stands on", "the whole file: a fact, without a margin" if card.census else "a sample"
    yield "in service", "may be watched" if card.live else "cannot be watched: needs more than counts"
    yield "options", ", ".join(_option(option) for option in card.options)
    yield "also written", ", ".join(f"{alias} ({_preset(card, alias)})" if preset else alias
                                    for alias, preset in card.aliases)


def _at_a_glance(card: Card) -> str:
    better = "" if card.better == "neither" else f"; {card.better} is better"
    return f"needs {_needs(card)}{better}"


def _needs(card: Card) -> str:
    taken = () if card.takes == "nothing" else (f"a {card.takes}",)
    compared = ("a reference",) if card.reference else ()
    return ", ".join((*card.needs, *taken, *compared)) or "rows"


def _option(option: Option) -> str:
    finite = not (math.isinf(option.low) and math.isinf(option.high))
    return f"{option.name} = {option.default}" + (f" (from {option.low:g} to {option.high:g})" if finite else "")


def _preset(card: Card, alias: str) -> str:
    return ", ".join(f"{key} = {value:g}" for key, value in dict(card.aliases).get(alias, ())) or "an alias"
