"""Every intersection of groups: the groupings, and the groups that are worst off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final, Protocol

from shall.reports._checked import titled
from shall.reports._figures import confidence_text, finite, rows_of
from shall.reports._layout import Cell, Look, fitting, headed, paragraph, safe
from shall.reports._slices import between, figure

WORST: Final = 12                           # groups that are listed
MARKS: Final = {"worse": ("✗", "broken"), "better": ("✓", "met")}


class Crossed(Protocol):
    """One group."""

    @property
    def group(self) -> tuple[tuple[str, str], ...]: ...
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
    def found(self) -> str: ...


class Grouping(Protocol):
    """One grouping."""

    @property
    def grouping(self) -> tuple[str, ...]: ...
    @property
    def cells(self) -> Sequence[Crossed]: ...
    @property
    def judged(self) -> Sequence[Crossed]: ...
    @property
    def gap(self) -> float | None: ...
    @property
    def gap_low(self) -> float | None: ...
    @property
    def gap_high(self) -> float | None: ...


class Intersections(Protocol):
    """All of them."""

    @property
    def subject(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def better(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def whole(self) -> Crossed: ...
    @property
    def crossings(self) -> Sequence[Grouping]: ...
    @property
    def cells(self) -> Sequence[Crossed]: ...
    @property
    def hidden(self) -> Sequence[Crossed]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def at_least(self) -> int: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def where(self) -> str: ...


def lines(found: Intersections, look: Look) -> Iterator[str]:
    """The whole report."""
    yield from titled(found.subject, found.file, look, f"{found.rows:,} rows", "")
    for note in found.notes:
        yield from paragraph(safe(note), look.width, 2, look.paint, "line")
    yield ""
    yield from headed(f"{safe(found.measure)} in every intersection",
                      f"of {safe(rows_of(found.where))} {figure(found.whole.value)}", look)
    groupings = [_head("GROUPING", "GROUPS", "SET ASIDE", "GAP", "BOUNDS", "WORST", "BEST"),
                 *map(_of_grouping, found.crossings)]
    yield from chain(*fitting(groupings, "<>>>>>>", look.paint, look.width))
    yield ""
    listed = found.cells if look.groups else found.cells[:WORST]
    cells = [_head("", "VALUE", "BOUNDS", "N", "ROWS", "GROUP"), *map(_of_cell, listed)]
    yield from chain(*fitting(cells, "<>>>><", look.paint, look.width, names=0, text=True))
    if len(found.cells) > len(listed):
        yield f"{len(found.cells) - len(listed):,} more groups; --groups shows all"
    yield ""
    for sentence in sentences(found):
        yield from paragraph(sentence, look.width, 0, look.paint, "line")


def sentences(found: Intersections) -> Iterator[str]:
    """What the figures mean."""
    aside = [cell for one in found.crossings for cell in one.cells if cell.found == "set aside"]
    worse = [cell for cell in found.cells if cell.found == "worse"]
    alone = sum(len(cell.group) == 1 for cell in worse)
    yield (f"{len(worse)} of {len(found.cells):,} groups are surely worse off than all rows together: {alone} of a "
           f"single attribute, {len(worse) - alone} of intersections, of which {len(found.hidden)} are part of no "
           "larger group that is. ✗: surely worse than all rows together; ✓: surely better; ·: perhaps by chance.")
    yield (f"Bounds are one-sided at {confidence_text(found.confidence)} for all groups at once, those of gaps for all "
           f"groupings at once. {len(aside):,} groups of fewer than {found.at_least} rows are set aside, "
           f"{sum(cell.rows for cell in aside):,} rows counted once a grouping. N is how many rows of a group "
           f"{safe(found.measure)} counts.")


def described(found: Intersections) -> dict[str, Any]:
    """The audit as plain data."""
    return {
        "subject": found.subject, "file": found.file, "measure": found.measure, "better": found.better,
        "rows": found.rows, "confidence": found.confidence, "at_least": found.at_least, "notes": list(found.notes),
        "whole": _plain(found.whole),
        "groupings": [{"over": list(one.grouping), "gap": finite(one.gap), "gap_low": finite(one.gap_low),
                       "gap_high": finite(one.gap_high), "groups": [_plain(cell) for cell in one.cells]}
                      for one in found.crossings]}


def named(cell: Crossed) -> str:
    """A group in words."""
    return safe(", ".join(f"{name} = {value}" for name, value in cell.group)) or "all rows"


def _plain(cell: Crossed) -> dict[str, Any]:
    return {"group": [list(pair) for pair in cell.group], "rows": cell.rows, "n": cell.n, "found": cell.found,
            "value": finite(cell.value), "low": finite(cell.low), "high": finite(cell.high)}


def _head(*titles: str) -> list[Cell]:
    return [Cell(title, "head") for title in titles]


def _of_grouping(one: Grouping) -> list[Cell]:
    ends = [one.judged[0].value, one.judged[-1].value] if one.judged else [None, None]
    return [Cell(safe(" by ".join(one.grouping)), "name"), Cell(f"{len(one.judged)}"),
            Cell(f"{len(one.cells) - len(one.judged)}"), Cell(figure(one.gap)),
            Cell(between(one.gap_low, one.gap_high)), *(Cell(figure(value)) for value in ends)]


def _of_cell(cell: Crossed) -> list[Cell]:
    mark = MARKS.get(cell.found, ("·", "line"))
    return [Cell(*mark), Cell(figure(cell.value)), Cell(between(cell.low, cell.high)), Cell(f"{cell.n:,}"),
            Cell(f"{cell.rows:,}"), Cell(named(cell), "name")]
