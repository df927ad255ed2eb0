"""Values with their intervals beside a limit, as an SVG for a page: one row a value, all on one axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.evidence import Evidence
from shall.core.requirement import Requirement
from shall.core.verdict import Verdict, limit_of
from shall.reports._axis import Axis, axis_of
from shall.reports._figures import Scale, bound_text, scale_of
from shall.reports._groups import in_order, least_favourable_first, note_of
from shall.reports._layout import clipped, safe
from shall.reports._tree import element

WIDTH: Final = 800
START, END = 290, 590                       # where the axis begins and ends
ROW, TOP, FOOT = 24, 24, 26
LETTERS: Final = 38                         # of a name


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a value with its bounds, the words behind it, and a style of the sheet."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    style: str


def of_line(verdict: Verdict, part: Evidence, key: str) -> Element | None:
    """The value of a part with its bounds, against the limit; None where there is no value."""
    if part.value is None:
        return None
    scale = scale_of(verdict, part)
    found = str(verdict.found[verdict.evidence.index(part)])
    said = f"{scale(part.value)} {scale.between(part.low, part.high)}"
    bar = Bar(part.measure if part.aggregate == "each" else f"{part.aggregate} of {part.measure}", part.value,
              part.low, part.high, said, found)
    title = f"{verdict.name}: value, bounds and limit"
    return _figure((title, f"{said}, limit {bound_text(verdict, part)}: {found}"), [bar],
                   limits_of(verdict.requirement), scale, key)


def of_groups(verdict: Verdict, part: Evidence, most: int, key: str) -> Element | None:
    """The groups of a part, the least favourable first; against the limit where it is a limit of each of them."""
    rows = [row for row in least_favourable_first(part)][:most]
    if len(part.groups) < 2 or not rows:
        return None
    scale = scale_of(verdict, part)
    bars = [Bar(_name([safe(value) for _, value in row.group]), row.value, row.low, row.high,
                f"{scale(row.value)}  {scale.between(row.low, row.high)}" if row.value is not None
                else note_of(row, part),
                "worst" if row.group in part.worst else "judged" if row.judged else "shown") for row in rows]
    title = f"{part.measure} of {len(bars)} of {len(part.groups)} groups, {in_order(part)}"
    said = "; ".join(f"{bar.name} {bar.words}" for bar in bars[:3])
    limits = limits_of(verdict.requirement) if part.aggregate == "each" else (None, None)
    picture = _figure((title, said), bars, limits, scale, key)
    names = _name([safe(name) for name, _ in part.groups[0].group])
    picture.append(element("text", names, class_="pale", x=START - 14, y=TOP - 8, text_anchor="end"))
    return picture


def of_bars(said: tuple[str, str], bars: Sequence[Bar], limits: tuple[float | None, float | None], scale: Scale,
            key: str) -> Element:
    """Any rows on one axis; ``said``: its title, and what it shows in words."""
    return _figure(said, bars, limits, scale, key)


def limits_of(requirement: Requirement) -> tuple[float | None, float | None]:
    """The limits of a requirement in base units, as they are drawn."""
    bound = requirement.bound
    return (None if bound.low is None else limit_of(requirement, ">="),
            None if bound.high is None else limit_of(requirement, "<="))


def _name(values: Sequence[str]) -> str:
    """The values of a group in the room there is: the longest ones are clipped, so that all of them show."""
    room = LETTERS - 3 * (len(values) - 1)
    widest = max(map(len, values), default=0)
    while sum(min(len(value), widest) for value in values) > room and widest > 1:
        widest -= 1
    return " · ".join(clipped(value, widest) for value in values)


def _figure(said: tuple[str, str], bars: Sequence[Bar], limits: tuple[float | None, float | None], scale: Scale,
            key: str) -> Element:
    shown = [figure for bar in bars for figure in (bar.value, bar.low, bar.high)]
    axis = axis_of([*shown, *limits], START, END)
    height = TOP + ROW * len(bars) + FOOT
    return element(
        "svg", element("title", said[0], id=f"{key}-t"), element("desc", said[1], id=f"{key}-d"),
        *_ground(axis, limits, scale, height),
        *(part for place, bar in enumerate(bars) for part in _row(bar, axis, TOP + ROW * place + ROW / 2)),
        class_="intervals", viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby=f"{key}-t {key}-d")


def _ground(axis: Axis, limits: tuple[float | None, float | None], scale: Scale, height: int) -> Iterator[Element]:
    """The zone within the limits, the limits with their figures, and the ticks."""
    low, high = limits
    foot = height - FOOT
    if low is not None or high is not None:
        start, end = axis(-math.inf if low is None else low), axis(math.inf if high is None else high)
        yield element("rect", class_="within", x=start, y=TOP - 4, width=max(end - start, 0), height=foot - TOP + 8)
    for tick in axis.ticks():
        yield element("line", class_="tick", x1=axis(tick), x2=axis(tick), y1=TOP - 4, y2=foot + 4)
        yield element("text", f"{tick / scale.size:.4g}{scale.unit}", class_="pale", x=axis(tick), y=foot + 18,
                      text_anchor="middle")
    for limit in dict.fromkeys(limits):
        if limit is not None:
            yield element("line", class_="limit", x1=axis(limit), x2=axis(limit), y1=TOP - 8, y2=foot + 4)
            yield element("text", f"limit {limit / scale.size:.6g}{scale.unit}", x=axis(limit), y=TOP - 11,
                          text_anchor="middle")


def _row(bar: Bar, axis: Axis, middle: float) -> Iterator[Element]:
    yield element("text", clipped(bar.name, LETTERS), x=START - 14, y=middle + 4, text_anchor="end",
                  class_="strong" if bar.style == "worst" else None)
    if bar.value is not None:
        ends = [axis(edge if bound is None or math.isnan(bound) else bound)
                for bound, edge in ((bar.low, -math.inf), (bar.high, math.inf))]
        yield element("line", class_=f"bar {bar.style}", x1=ends[0], x2=ends[1], y1=middle, y2=middle)
        yield element("circle", class_=f"dot {bar.style}", cx=axis(bar.value), cy=middle, r=5)
    yield element("text", bar.words, x=END + 14, y=middle + 4, class_="pale" if bar.style == "shown" else None)
