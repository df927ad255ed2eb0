"""The worst slices as a picture and as a page: each value with its bounds, beside that of all rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis, axis_of
from shall.reports._layout import clipped, plural, safe
from shall.reports._page import page, style
from shall.reports._slices import BAD, Sliced, Slices, between, figure, none_worse, sentences
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

WIDTH: Final = 900
START, END = 440, 740                       # where the axis begins and ends
ROW, TOP, FOOT = 24, 44, 30
LETTERS: Final = 62                         # of a filter


def picture(found: Slices, key: str = "slices", sheet: str = "") -> Element:
    """An SVG with a row a slice, the worst first, and a line at the value of all rows."""
    shown = [bound for one in found.slices for bound in (one.value, one.low, one.high) if bound is not None]
    axis = axis_of([*(bound for bound in shown if math.isfinite(bound)), found.value], START, END)
    height = TOP + ROW * len(found.slices) + FOOT
    drawn = element("style") if sheet else None
    if drawn is not None:
        drawn.text = sheet                  # as it is: a text of the report would be clipped
    some = plural(len(found.slices), "slice")
    said = f"Where {safe(found.measure)} is {BAD[found.worst]}: {some} of {found.rows:,} rows"
    return element(
        "svg", element("title", said, id=f"{key}-t"),
        element("desc", "; ".join(f"{safe(one.filter)}: {figure(one.value)}" for one in found.slices[:3]),
                id=f"{key}-d"),
        drawn, element("rect", class_="ground", x=0, y=0, width=WIDTH, height=height) if sheet else None,
        element("text", clipped(said, 80), class_="strong", x=12, y=20), *_ground(found, axis, height),
        *(part for place, one in enumerate(found.slices) for part in _row(one, axis, TOP + ROW * place + ROW / 2)),
        class_="intervals", viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby=f"{key}-t {key}-d",
        **({"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "height": str(height)} if sheet else {}))


def whole_picture(found: Slices) -> Element:
    """The picture as a file of its own."""
    return picture(found, sheet=style())


def whole_page(found: Slices) -> str:
    """A page: the picture, the table, and what they mean."""
    named = found.subject or "the subject"
    title = f"{named}: where {found.measure} is {BAD[found.worst]}"
    rows: list[list[Inside]] = [
        [element("span", "worse" if one.evident else "perhaps", class_=f"badge {_kind(one)}"),
         element("code", one.filter), figure(one.value), between(one.low, one.high), figure(one.rest), f"{one.n:,}"]
        for one in found.slices]
    table = grid("The worst slices, surely worse ones first", ("", "slice", "value", "bounds", "all other rows", "n"),
                 rows, "<<>>>>", heads=1)
    lines = [element("li", element("code", one.line)) for one in found.slices]
    return page(title, [element("h1", title), element("p", f"{found.rows:,} rows · of all rows {figure(found.value)}",
                                                      class_="pale")],
                [*([element("figure", picture(found)), table, element("h2", "As requirements"), element("ul", *lines)]
                   if lines else [element("p", none_worse(found))]),
                 *([element("h2", "Where it changes most"), element("pre", "\n".join(found.tree.lines()))]
                   if found.tree else [])],
                [element("section", *(element("p", said, class_="pale")
                                     for said in (*sentences(found), *found.notes)))])


def _ground(found: Slices, axis: Axis, height: int) -> Iterator[Element]:
    foot = height - FOOT
    for tick in axis.ticks():
        yield element("line", class_="tick", x1=axis(tick), x2=axis(tick), y1=TOP - 4, y2=foot + 4)
        yield element("text", f"{tick:.4g}", class_="pale", x=axis(tick), y=foot + 20, text_anchor="middle")
    if found.value is not None:
        yield element("line", class_="limit", x1=axis(found.value), x2=axis(found.value), y1=TOP - 8, y2=foot + 4)
        yield element("text", f"all rows {figure(found.value)}", x=axis(found.value), y=TOP - 12, text_anchor="middle")


def _kind(one: Sliced) -> str:
    return "broken" if one.evident else "undecided"


def _row(one: Sliced, axis: Axis, middle: float) -> Iterator[Element]:
    kind = _kind(one)
    yield element("text", clipped(safe(one.filter), LETTERS), x=START - 14, y=middle + 4, text_anchor="end")
    if one.value is not None:
        ends = [axis(edge if bound is None or math.isnan(bound) else bound)
                for bound, edge in ((one.low, -math.inf), (one.high, math.inf))]
        yield element("line", class_=f"bar {kind}", x1=ends[0], x2=ends[1], y1=middle, y2=middle)
        yield element("circle", class_=f"dot {kind}", cx=axis(one.value), cy=middle, r=5)
    yield element("text", f"{figure(one.value)}  n {one.n:,}", x=END + 14, y=middle + 4)
