"""A requirement in a slice, as pictures and tables: the slice beside all other rows, and by each group."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol
from xml.etree.ElementTree import Element

from shall.core.evidence import Evidence, GroupRow
from shall.core.requirement import Number, Requirement
from shall.core.verdict import Verdict
from shall.reports import _intervals
from shall.reports._figures import Scale, confidence_text, rows_of, scale_for
from shall.reports._intervals import Bar
from shall.reports._layout import plural, safe
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

MOST: Final = 24                            # values of a group in a picture
ROWS: Final = 200                           # of a table


class Value(Protocol):
    """One value of a group; ``where``: its rows as a filter."""

    @property
    def name(self) -> str: ...
    @property
    def row(self) -> GroupRow: ...
    @property
    def where(self) -> object | None: ...


class Split(Protocol):
    """The slice by one group."""

    @property
    def group(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def values(self) -> Sequence[Value]: ...
    @property
    def lacks(self) -> str: ...


class Drilled(Protocol):
    """A requirement in a slice."""

    @property
    def requirement(self) -> Requirement: ...
    @property
    def where(self) -> object | None: ...
    @property
    def line(self) -> Requirement: ...
    @property
    def measure(self) -> str: ...
    @property
    def verdict(self) -> Verdict | None: ...
    @property
    def here(self) -> Evidence | None: ...
    @property
    def rest(self) -> Evidence | None: ...
    @property
    def whole(self) -> Evidence | None: ...
    @property
    def gap(self) -> tuple[float, float, float] | None: ...
    @property
    def own(self) -> bool: ...
    @property
    def splits(self) -> Sequence[Split]: ...


def scale_of(found: Drilled) -> Scale:
    """How figures of the measure are written, beside the limit where it is one of the measure itself."""
    part = found.here or found.whole
    limit = found.requirement.bound.low or found.requirement.bound.high
    own = limit if isinstance(limit, Number) and found.requirement.aggregate == "each" else Number(0.0)
    bounds = () if part is None else (part.low, part.high)
    return scale_for(None if part is None else part.value, bounds, own)


def limits_of(found: Drilled) -> tuple[float | None, float | None]:
    """The limits of the measure itself; those of a ratio or a difference are none."""
    bound = found.requirement.bound
    if found.requirement.aggregate != "each" or not all(one is None or isinstance(one, Number)
                                                        for one in (bound.low, bound.high)):
        return None, None
    return _intervals.limits_of(found.requirement)


def beside(found: Drilled, key: str) -> tuple[Element, ...]:
    """The measure in the slice, in all other rows and in all rows, on one axis; nothing where there is none."""
    scale = scale_of(found)
    every = rows_of(found.requirement.where, short=True)
    named = (("this slice", found.here, "worst"), ("all other rows", found.rest, "judged"),
             (every, found.whole, "judged"))
    bars = [_bar(name, part.value, (part.low, part.high), scale, style) for name, part, style in named
            if part is not None and part.value is not None and (found.where is not None or name == every)]
    if not bars:
        return ()
    said = "; ".join(f"{bar.name} {bar.words}" for bar in bars)
    return _intervals.of_bars((f"{safe(found.measure)} in this slice and beside it", said), bars, limits_of(found),
                              scale, key)


def gap(found: Drilled) -> str:
    """How far the slice is from all other rows, in a sentence; nothing where that is not known."""
    if found.gap is None:
        return ""
    (value, low, high), scale = found.gap, scale_of(found)
    sure = "surely different" if low > 0 or high < 0 else "which may be chance"
    more, part = _more(value), found.here
    level = "" if part is None else f", {confidence_text(part.confidence)} bounds:"
    every = rows_of(found.requirement.where)
    whose = (f"those of {safe(found.requirement.name or 'the requirement')} on {every}" if found.own else
             "as of one pair of groups that was chosen beforehand")
    return (f"{scale(abs(value))} {more} than in all other rows{level} {_apart(scale, low, high)}, {whose}: {sure}."
            if math.isfinite(value) else "")


def _apart(scale: Scale, low: float, high: float) -> str:
    """Two bounds of a gap without a sign: `between 0.138 and 0.175 less`."""
    if math.isinf(low) and math.isinf(high):
        return "none"
    if math.isinf(low) or math.isinf(high):     # nothing may be asserted on one side
        one = high if math.isinf(low) else low
        return f"at {'least' if (one > 0) is math.isinf(high) else 'most'} {scale.bare(abs(one))} {_more(one)}"
    ends = (low, high) if high > 0 else (high, low)
    (near, said), (far, more) = ((scale.bare(abs(one)), _more(one)) for one in ends)
    return f"between {near} and {far} {more}" if said == more else f"between {near} {said} and {far} {more}"


def _more(gap: float) -> str:
    return "more" if gap > 0 else "less"


def split(found: Drilled, one: Split, key: str, link: Callable[[Value], str | None]) -> list[Element]:
    """The slice by one group: a picture, and a table whose names lead on. ``link``: the address of one value."""
    scale = scale_of(found)
    bars = [_bar(safe(value.name), value.row.value, (value.row.low, value.row.high), scale,
                 "judged" if value.row.judged else "shown", value.row.note) for value in one.values[:MOST]]
    notes = [value.row.note or _judged(value.row) for value in one.values[:ROWS]]
    rows: list[list[Inside]] = [
        [_name(value, link(value)), _count(value.row, value.row.rows), _count(value.row, value.row.n),
         scale(value.row.value), scale.between(value.row.low, value.row.high), element("span", note, class_="note")]
        for value, note in zip(one.values, notes, strict=False)]
    titles = [one.group, "rows", "n", "value", "bounds", "note"]
    end = None if any(notes) else -1
    table = grid(f"{found.measure} by {one.group}{_left(one)}", titles[:end], [row[:end] for row in rows],
                 "<>>>><"[:end])
    said = "; ".join(f"{bar.name} {bar.words}" for bar in bars[:4])
    drawn = [bar for bar in bars if bar.value is not None]
    if not drawn:
        return [table]
    forms = _intervals.of_bars((f"{safe(found.measure)} by {safe(one.group)}", said), bars, limits_of(found), scale,
                               key)
    return [element("figure", *forms), table]


def _bar(name: str, value: float | None, bounds: tuple[float | None, float | None], scale: Scale, style: str,
         note: str = "") -> Bar:
    words = f"{scale(value)}  {scale.between(*bounds)}" if value is not None else safe(note)
    return Bar(name, value, *bounds, words, style)


def _name(value: Value, address: str | None) -> Inside:
    return value.name if address is None else element("a", value.name, href=address)


def _count(row: GroupRow, number: int) -> str:
    return "-" if row.note and not row.rows else f"{number:,}"


def _judged(row: GroupRow) -> str:
    return "" if row.judged else "shown only: too few rows to be judged"


def _left(one: Split) -> str:
    left = len(one.values) - ROWS
    return f"; {plural(left, 'more value')} are not shown" if left > 0 else ""
