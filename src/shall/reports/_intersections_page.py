"""Every intersection as a picture and as a page: a row a grouping, a dot a group, a line at the value of all rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis, axis_of
from shall.reports._intersections import MARKS, WORST, Crossed, Grouping, Intersections, named, sentences
from shall.reports._layout import clipped, safe
from shall.reports._page import page, style
from shall.reports._slices import between, figure
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

WIDTH: Final = 900
START, END = 230, 610                       # where the axis begins and ends
ROW, TOP, FOOT = 34, 48, 30
STYLES: Final = {"worse": "broken", "better": "met", "": "judged"}


def picture(found: Intersections, key: str = "intersections", sheet: str = "") -> Element:
    """An SVG: how far the groups of each grouping are apart, and which of them is worst off."""
    values = [cell.value for cell in found.cells if cell.value is not None]
    ends = [bound for one in found.crossings if one.judged for bound in (one.judged[0].low, one.judged[0].high)]
    axis = axis_of([*values, *(end for end in ends if end is not None and math.isfinite(end)), found.whole.value],
                   START, END)
    height = TOP + ROW * len(found.crossings) + FOOT
    drawn = element("style") if sheet else None
    if drawn is not None:
        drawn.text = sheet
    said = f"{safe(found.measure)} of {len(found.cells):,} groups of {found.rows:,} rows, by grouping"
    return element(
        "svg", element("title", said, id=f"{key}-t"),
        element("desc", "; ".join(f"{named(cell)}: {figure(cell.value)}" for cell in found.cells[:3]), id=f"{key}-d"),
        drawn, element("rect", class_="ground", x=0, y=0, width=WIDTH, height=height) if sheet else None,
        element("text", said, class_="strong", x=12, y=20),
        element("text", "the worst group, with its bounds", class_="pale", x=END + 14, y=20),
        *_ground(found, axis, height),
        *(part for place, one in enumerate(found.crossings) for part in _row(one, axis, TOP + ROW * place + ROW / 2)),
        class_="intervals", viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby=f"{key}-t {key}-d",
        **({"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "height": str(height)} if sheet else {}))


def whole_picture(found: Intersections) -> Element:
    """The picture as a file of its own."""
    return picture(found, sheet=style())


def whole_page(found: Intersections) -> str:
    """A page: the picture, the groupings, and the groups that are worst off."""
    title = f"{found.subject or 'the subject'}: {found.measure} in every intersection"
    groupings: list[list[Inside]] = [
        [" by ".join(one.grouping), f"{len(one.judged)}", f"{len(one.cells) - len(one.judged)}", figure(one.gap),
         between(one.gap_low, one.gap_high)] for one in found.crossings]
    shown, rest = found.cells[:4 * WORST], found.cells[4 * WORST:]
    folded = [element("details", element("summary", f"{len(rest):,} more groups"), _cells(rest, "The other groups"))]
    return page(title, [element("h1", title),
                        element("p", f"{found.rows:,} rows · of all rows {figure(found.whole.value)}", class_="pale")],
                [element("figure", picture(found)),
                 grid("How far the groups of each grouping are apart",
                      ("grouping", "groups", "set aside", "gap", "bounds"), groupings, "<>>>>"),
                 _cells(shown, "The groups that are worst off" if rest else "Every group, the worst first"),
                 *(folded if rest else [])],
                [element("section", *(element("p", told, class_="pale") for told in sentences(found)),
                         *(element("p", note, class_="pale") for note in found.notes))])


def _cells(cells: Sequence[Crossed], caption: str) -> Element:
    rows: list[list[Inside]] = [
        [MARKS.get(cell.found, ("·", ""))[0], named(cell), figure(cell.value), between(cell.low, cell.high),
         f"{cell.n:,}", f"{cell.rows:,}"] for cell in cells]
    return grid(caption, ("", "group", "value", "bounds", "n", "rows"), rows, "<<>>>>", heads=1)


def _ground(found: Intersections, axis: Axis, height: int) -> Iterator[Element]:
    foot = height - FOOT
    for tick in axis.ticks():
        yield element("line", class_="tick", x1=axis(tick), x2=axis(tick), y1=TOP - 4, y2=foot + 4)
        yield element("text", f"{tick:.4g}", class_="pale", x=axis(tick), y=foot + 20, text_anchor="middle")
    if found.whole.value is not None:
        at = axis(found.whole.value)
        yield element("line", class_="limit", x1=at, x2=at, y1=TOP - 8, y2=foot + 4)
        yield element("text", f"all rows {figure(found.whole.value)}", x=at, y=TOP - 12, text_anchor="middle")


def _row(one: Grouping, axis: Axis, middle: float) -> Iterator[Element]:
    yield element("text", clipped(safe(" by ".join(one.grouping)), 32), x=START - 14, y=middle + 4, text_anchor="end")
    if not one.judged:
        yield element("text", "no group of as many rows", x=END + 14, y=middle + 4, class_="pale")
        return
    worst = one.judged[0]
    ends = [axis(edge if bound is None or math.isnan(bound) else bound)
            for bound, edge in ((worst.low, -math.inf), (worst.high, math.inf))]
    yield element("line", class_=f"bar {STYLES[worst.found]}", x1=ends[0], x2=ends[1], y1=middle, y2=middle)
    for cell in reversed(one.judged):       # the worst one on top
        if cell.value is not None:
            yield element("circle", class_=f"dot {STYLES[cell.found]}", cx=axis(cell.value), cy=middle, r=4.5)
    values = " · ".join(value for _, value in worst.group)
    yield element("text", clipped(safe(f"{figure(worst.value)} {values}"), 40), x=END + 14, y=middle + 4)
