"""A curve as small pictures, one a group, each with the other groups pale behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.curve import Curve, Group, Point, Series
from shall.reports._axis import Axis, axis_of
from shall.reports._figures import group_text
from shall.reports._layout import clipped
from shall.reports._tree import element

WIDTH, HEIGHT = 260, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 250, 28, 206
LETTERS: Final = 30
NAMED: Final = ("feature", "group")         # what a curve is of, where each has a panel of its own
FEW: Final = 25                             # points of a line that are marked one by one


def panels(curve: Curve, key: str) -> list[Element]:
    """An SVG for each group of a curve."""
    return [element(
        "svg",
        element("title", f"{curve.title} of {group_text(group)}", id=f"{key}-{place}-t"),
        element("desc", _said(curve, group), id=f"{key}-{place}-d"),
        element("text", clipped(group_text(group), LETTERS), class_="strong", x=LEFT, y=16),
        *_drawn(curve, group),
        class_="panel", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
        aria_labelledby=f"{key}-{place}-t {key}-{place}-d") for place, group in enumerate(curve.groups)]


def _said(curve: Curve, group: Group) -> str:
    own = [series for series in curve.series if series.group == group]
    ends = "; ".join(f"{series.name + ': ' if series.name else ''}{len(series.points)} points, {curve.y} from "
                     f"{min(point.y for point in series.points):.3g} to {max(point.y for point in series.points):.3g}"
                     for series in own)
    return f"{curve.y} against {curve.x}: {ends}"


def _drawn(curve: Curve, group: Group) -> Iterator[Element]:
    bars = curve.kind == "bars"
    x, y = _axes(curve, [series for series in curve.series if series.group == group] if bars else curve.series)
    yield from _ground(curve, x, y)
    if bars:
        own = [series for series in curve.series if series.group == group]
        yield from _ends(own[0])
        yield from _bars(own, x, y)
    else:
        yield from _lines(curve, group, x, y)


def _axes(curve: Curve, shown: Sequence[Series]) -> tuple[Axis, Axis]:
    points = [point for series in shown for point in series.points]
    heights = [figure for point in points for figure in (point.y, point.low, point.high)]
    if curve.diagonal:
        both = [figure for figure in (*heights, *(point.x for point in points), 0.0, 1.0) if figure is not None]
        return tuple(axis_of(both, *ends, room=0) for ends in ((LEFT, RIGHT), (BOTTOM, TOP)))  # type: ignore[return-value]
    if curve.kind == "bars":
        bins = max((int(point.x) for point in points), default=0) + 1
        return Axis(0, bins, LEFT, RIGHT), axis_of([*heights, 0.0], BOTTOM, TOP)
    return axis_of((point.x for point in points), LEFT, RIGHT), axis_of(heights, BOTTOM, TOP)


def _ground(curve: Curve, x: Axis, y: Axis) -> Iterator[Element]:
    yield element("rect", class_="frame", x=LEFT, y=TOP, width=RIGHT - LEFT, height=BOTTOM - TOP)
    for tick in y.ticks(4):
        yield element("line", class_="tick", x1=LEFT, x2=RIGHT, y1=y(tick), y2=y(tick))
        yield element("text", f"{tick:.3g}", class_="pale", x=LEFT - 5, y=y(tick) + 4, text_anchor="end")
    if curve.kind == "line":
        for tick in x.ticks(4):
            yield element("text", f"{tick:.3g}", class_="pale", x=x(tick), y=BOTTOM + 15, text_anchor="middle")
    if curve.x not in NAMED:                  # its name is the title of the panel already
        yield element("text", curve.x, class_="pale", x=(LEFT + RIGHT) / 2, y=BOTTOM + 32, text_anchor="middle")
    if curve.diagonal:
        yield element("line", class_="diagonal", x1=x(0), x2=x(1), y1=y(0), y2=y(1))


def _ends(series: Series) -> Iterator[Element]:
    """The names of the first and the last bin: more have no room, and stand in the table."""
    labels = [point.label for point in series.points]
    yield element("text", clipped(labels[0], 14), class_="pale", x=LEFT, y=BOTTOM + 15)
    if len(labels) > 1:
        yield element("text", clipped(labels[-1], 14), class_="pale", x=RIGHT, y=BOTTOM + 15, text_anchor="end")


def _lines(curve: Curve, group: Group, x: Axis, y: Axis) -> Iterator[Element]:
    for series in curve.series:
        if series.group != group:
            yield _line(series.points, x, y, "other")
    for series in curve.series:
        if series.group == group:
            yield _line(series.points, x, y, "own")
            yield from _marks(series, x, y)


def _marks(series: Series, x: Axis, y: Axis) -> Iterator[Element]:
    for point in series.points if len(series.points) <= FEW else ():
        if point.low is not None and point.high is not None:
            yield element("line", class_="whisker", x1=x(point.x), x2=x(point.x), y1=y(point.low), y2=y(point.high))
        yield element("circle", class_="own", cx=x(point.x), cy=y(point.y), r=2.8)


def _line(points: Sequence[Point], x: Axis, y: Axis, style: str) -> Element:
    return element("polyline", class_=f"line {style}", points=" ".join(f"{x(point.x):g},{y(point.y):g}"
                                                                       for point in points))


def _bars(own: Sequence[Series], x: Axis, y: Axis) -> Iterator[Element]:
    """The first series of a group as outlines, the next ones solid and narrower within."""
    for place, series in enumerate(own):
        inset = 0.06 if not place else 0.26
        for point in series.points:
            left, right = x(point.x + inset), x(point.x + 1 - inset)
            yield element("rect", class_="outlined" if not place else "solid", x=left, y=y(point.y),
                          width=max(right - left, 0.5), height=max(y(0) - y(point.y), 0))
