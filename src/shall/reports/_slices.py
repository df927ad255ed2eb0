"""Where a subject fails: the worst slices as a table, and as a picture of values with their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final, Protocol

from shall.reports._checked import titled
from shall.reports._figures import NOTHING, confidence_text, finite, rows_of
from shall.reports._layout import Cell, Look, fitting, headed, paragraph, plural, safe

BAD: Final = {"high": "higher", "low": "lower"}


class Sliced(Protocol):
    """One slice."""

    @property
    def filter(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def n(self) -> int: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def rest(self) -> float | None: ...
    @property
    def gap(self) -> float | None: ...
    @property
    def gap_low(self) -> float | None: ...
    @property
    def gap_high(self) -> float | None: ...
    @property
    def evident(self) -> bool: ...


class Leaf(Protocol):
    """A leaf of a tree."""

    @property
    def filter(self) -> object: ...
    @property
    def rows(self) -> int: ...
    @property
    def loss(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


class Tree(Protocol):
    """Where the measure changes most."""

    @property
    def leaves(self) -> Sequence[Leaf]: ...
    def lines(self) -> Iterator[str]:
        """As text."""


class Slices(Protocol):
    """A search for slices."""

    @property
    def subject(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def worst(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def judged(self) -> int: ...
    @property
    def value(self) -> float | None: ...
    @property
    def slices(self) -> Sequence[Sliced]: ...
    @property
    def possible(self) -> int: ...
    @property
    def compared(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def depth(self) -> int: ...
    @property
    def at_least(self) -> int: ...
    @property
    def over(self) -> Sequence[str]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def tree(self) -> Tree | None: ...
    @property
    def where(self) -> str: ...


def lines(found: Slices, look: Look) -> Iterator[str]:
    """The whole report."""
    yield from titled(found.subject, found.file, look, f"{found.rows:,} rows searched",
                      f"{found.judged:,} judged" if found.judged != found.rows else "")
    for note in found.notes:
        yield from paragraph(safe(note), look.width, 2, look.paint, "line")
    yield ""
    yield from headed(f"Where {safe(found.measure)} is {BAD[found.worst]}",
                      f"of {safe(rows_of(found.where))} {figure(found.value)}", look)
    if not found.slices:
        yield f"  {none_worse(found)}"
        return
    titles = ("", "", "VALUE", "BOUNDS", "ALL OTHERS", "N", "SLICE")
    rows = [[Cell(title, "head") for title in titles],
            *(_row(place, one) for place, one in enumerate(found.slices, 1))]
    yield from chain(*fitting(rows, "><>>>><", look.paint, look.width, names=0, text=True))
    yield ""
    for sentence in sentences(found):
        yield from paragraph(sentence, look.width, 0, look.paint, "line")


def none_worse(found: Slices) -> str:
    """What is said where no slice is told."""
    return f"no slice of {plural(found.at_least, 'row')} or more is worse than the rest"


def sentences(found: Slices) -> Iterator[str]:
    """What the figures mean."""
    features = "one feature" if found.depth == 1 else f"up to {plural(found.depth, 'feature')}"
    yield (f"The worst of {found.possible:,} slices of {features} and {found.at_least:,} rows or more: by the excess "
           "over all rows that their rows prove. Left out are slices that are not worse than all other rows, features "
           "that a slice does not need, and slices that share more than half of their rows with one above.")
    yield (f"Bounds are one-sided at {confidence_text(found.confidence)} for all {found.compared:,} slices at once, "
           f"however they were chosen. ✗: surely {BAD[found.worst]} than in all other rows; ·: perhaps by chance.")


def described(found: Slices) -> dict[str, Any]:
    """The search as plain data."""
    return {
        "subject": found.subject, "file": found.file, "measure": found.measure, "worst": found.worst,
        "rows": found.rows, "judged": found.judged, "value": finite(found.value), "possible": found.possible,
        "compared": found.compared, "confidence": found.confidence, "depth": found.depth, "at_least": found.at_least,
        "over": list(found.over), "notes": list(found.notes),
        "slices": [{"filter": one.filter, "requirement": one.line, "rows": one.rows, "n": one.n,
                    **{name: finite(getattr(one, name)) for name in ("value", "low", "high", "rest", "gap", "gap_low",
                                                                     "gap_high")},
                    "evident": one.evident} for one in found.slices],
        "tree": [] if found.tree is None else [
            {"filter": str(leaf.filter or ""), "rows": leaf.rows, "value": finite(leaf.loss), "low": finite(leaf.low),
             "high": finite(leaf.high)} for leaf in found.tree.leaves]}


def tree(found: Slices, look: Look) -> Iterator[str]:
    """The tree, and what its figures stand on."""
    if found.tree is None:
        yield "there is no tree: the rows have weights, or are too few"
        return
    yield ""
    yield from headed(f"Where {safe(found.measure)} changes most", "every row is in one leaf", look)
    yield from (safe(line) for line in found.tree.lines())
    yield from paragraph("One half of the rows grew the tree; figures are of the other half, bounds one-sided at "
                         f"{confidence_text(found.confidence)} for all leaves at once, as of independent rows.",
                         look.width, 0, look.paint, "line")


def figure(value: float | None) -> str:
    """A figure of a slice."""
    return NOTHING if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(
        value) >= 1 else f"{value:.3f}"


def between(low: float | None, high: float | None) -> str:
    """Two bounds; `none` where nothing may be said."""
    shown = ("none" if finite(bound) is None else figure(bound) for bound in (low, high))
    return f"[{', '.join(shown)}]"


def _row(place: int, one: Sliced) -> list[Cell]:
    mark = Cell("✗", "broken") if one.evident else Cell("·", "line")
    return [Cell(str(place)), mark, Cell(figure(one.value)), Cell(between(one.low, one.high)), Cell(figure(one.rest)),
            Cell(f"{one.n:,}"), Cell(safe(one.filter), "name")]
