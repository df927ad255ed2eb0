"""The marks of a life: a shape for each finding, flags for alarms and responses, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis
from shall.reports._figures import Scale
from shall.reports._forms import BOLD, SMALL
from shall.reports._life import WAITS, At, Course, Mark
from shall.reports._tree import element

LARGEST: Final = 5.0                        # a mark
THICKEST: Final = 6.0                       # an interval
LEGEND: Final = (("", "value, with its bounds"), ("met", "met"), ("broken", "broken"), ("undecided", "undecided"),
                 ("waived", "waived"), (WAITS, "no value yet"), ("limit", "limit"), ("whole", "all rows until then"),
                 ("alarm", "alarm"), ("response", "response"))
Place = tuple[float, float]


def point(at: At, scale: Scale, place: tuple[float, Axis], width: float, room: Place) -> Element:
    """One window: bounds and value, or a column that waits. ``place``: across, and the axis; ``room``: top, height."""
    (x, axis), (top, height) = place, room
    title = element("title", said(at, scale))
    if at.value is None:
        wide = min(width * 0.8, 40)
        return element("g", title, element("rect", class_="waits", x=x - wide / 2, y=top, width=wide, height=height))
    ends = [axis(edge if bound is None or math.isnan(bound) else bound)
            for bound, edge in ((at.low, -math.inf), (at.high, math.inf))]
    thick = max(min(THICKEST, width * 0.45), 1.0)
    style = f"interval {at.verdict or 'group'}"
    return element(
        "g", title,
        element("line", class_=style, x1=x, x2=x, y1=ends[0], y2=ends[1], stroke_width=thick),
        shape(at.verdict, (x, axis(at.value)), max(min(LARGEST, width * 0.4), 1.2)))


def shape(verdict: str, at: Place, size: float) -> Element:
    """Met is a disc, broken a diamond, undecided a ring, waived a square."""
    x, y = at
    if verdict == "broken":
        size *= 1.25
        return element("polygon", class_="mark broken", points=f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} "
                                                                  f"{x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}")
    if verdict == "waived":
        return element("rect", class_="mark hollow waived", x=x - size, y=y - size, width=2 * size, height=2 * size)
    hollow = "" if verdict in ("", "met") else "hollow "
    return element("circle", class_=f"mark {hollow}{verdict or 'group'}", cx=x, cy=y, r=size - (0.6 if hollow else 0))


def flags(happened: Sequence[Mark], by_window: str, at: Place, height: float, width: float) -> Iterator[Element]:
    """The alarms and responses of a window, above its column; ``by_window``: its name where it raised one itself."""
    x, top = at
    alarms = [mark.words for mark in happened if mark.kind == "alarm"]
    alarms += [f"{by_window}, by window"] if by_window else []
    responses = [mark.words for mark in happened if mark.kind == "response"]
    size = max(min(6.0, width * 0.45), 2.5)
    if alarms:
        more = f"{len(alarms)} alarms, the first: " if len(alarms) > 1 else "alarm: "
        yield element("g", element("title", more + alarms[0]),
                      element("line", class_="alarm-line", x1=x, x2=x, y1=top - 3, y2=top + height),
                      _flag((x, top - 4), size))
        if len(alarms) > 1 and width > BOLD * len(str(len(alarms))):
            yield element("text", f"{len(alarms)}", class_="word broken small", x=x, y=top - 7 - 1.7 * size,
                          text_anchor="middle")
    if responses:
        yield element("g", element("title", "; ".join(responses)),
                      element("rect", class_="response", x=x - size, y=top + height - size, width=2 * size,
                              height=size))


def _flag(at: Place, size: float) -> Element:
    x, y = at
    return element("polygon", class_="alarm", points=f"{x - size:.1f},{y - 1.7 * size:.1f} "
                                                     f"{x + size:.1f},{y - 1.7 * size:.1f} {x:.1f},{y:.1f}")


def said(at: At, scale: Scale) -> str:
    """One window in words."""
    if at.value is None:
        return f"{at.window}: {at.words or at.verdict}"
    found = f", {at.verdict}" if at.verdict else ""
    return f"{at.window}: {scale(at.value)} {scale.between(at.low, at.high)}{found}, n {at.n:,}"


def legend(courses: Sequence[Course], shown: Container[str], at: Place, width: float
           ) -> Iterator[tuple[float, list[Element]]]:
    """What the marks that are there mean: the height of each, and what is drawn; in as many lines as that takes."""
    left, y = at
    x = left
    for kind, word in LEGEND:
        if kind not in _kinds(courses, shown):
            continue
        wide = 24 + SMALL * len(word)
        if x > left and x + wide > width:
            x, y = left, y + 20
        yield y, [*_meant(kind, (x + 8, y - 4)), element("text", word, class_="small", x=x + 20, y=y)]
        x += wide + 10


def _kinds(courses: Sequence[Course], shown: Container[str]) -> set[str]:
    """The marks that a picture of these has."""
    points = [point for course in courses for point in course.points if point.window in shown]
    found = {point.verdict if point.value is not None else WAITS for point in points}
    found |= {mark.kind for course in courses for mark in course.marks if mark.window in shown}
    found |= {"alarm"} if any(point.alarm for point in points) else set()
    found |= {"limit"} if any(point.least is not None or point.most is not None for point in points) else set()
    return found | ({"whole"} if any(course.spans for course in courses) else set())


def _meant(kind: str, at: Place) -> Iterator[Element]:
    x, y = at
    if kind in (WAITS, "whole"):
        yield element("rect", class_=kind, x=x - 7, y=y - 7, width=14, height=14)
        if kind == "whole":
            yield element("line", class_="whole-value", x1=x - 7, x2=x + 7, y1=y, y2=y)
    elif kind == "response":
        yield element("rect", class_=kind, x=x - 6, y=y - 3, width=12, height=6)
    elif kind == "limit":
        yield element("line", class_=kind, x1=x - 8, x2=x + 8, y1=y, y2=y)
    else:
        yield _flag((x, y + 5), 6.0) if kind == "alarm" else shape(kind, at, LARGEST)
