"""The picture of a life: a row a requirement, its value in each window with bounds, beside its limit and its alarms."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.span import Span
from shall.reports import _life_marks as marks
from shall.reports._axis import Axis, axis_of
from shall.reports._layout import clipped, plural, safe, width_of
from shall.reports._life import WAITS, At, Course, Lived, Lot, Mark, of_whole
from shall.reports._lines import MARKS
from shall.reports._tree import element

WIDTH: Final = 1120
START, END = 286, 830                       # where the windows begin and end
HEAD, ROW, FOOT = 62, 104, 96
STRIP, PLOT = 22, 70                        # of a row: room for its alarms, and how high its axis is
LIMITS, BEHIND = END + 8, END + 74          # where the figures of the limits are, and those of the newest window
MOST: Final = 150                           # windows of one picture, the newest ones
WIDE: Final = 4.0                           # times the middle one: an interval as wide as that is cut off
SIGNS: Final = re.compile(r"([<>=]=?) ")
TIED: Final = "\0"                          # a space that does not end a line: of a sign and its number
LETTER: Final = 6.6                         # pixels of a letter of the labels


def picture(lived: Lived, key: str = "life", sheet: str = "") -> Element:
    """An SVG of a life; ``sheet``: a style for one that stands on its own."""
    lots = lived.windows[-MOST:]
    height = HEAD + ROW * len(lived.courses) + FOOT
    style = element("style") if sheet else None
    if style is not None:
        style.text = sheet                  # as it is: a text of the report would be clipped
    left = len(lived.windows) - len(lots)
    told = f"{plural(len(lived.courses), lived.what)}, " + (
        f"the newest {len(lots)} of {len(lived.windows):,} windows" if left else plural(len(lots), "window"))
    at = {lot.label: START + (END - START) * (place + 0.5) / len(lots) for place, lot in enumerate(lots)}
    return element(
        "svg", element("title", f"{safe(lived.subject) or 'a model'} in service: {told}", id=f"{key}-t"),
        element("desc", "; ".join(map(_said, lived.courses)) + ". The table has every figure.", id=f"{key}-d"), style,
        element("rect", class_="ground", x=0, y=0, width=WIDTH, height=height) if sheet else None,
        element("text", safe(lived.subject) or "a model in service", class_="title", x=16, y=26),
        element("text", told, class_="pale", x=16, y=46),
        *_labels(at, HEAD - 12, height - FOOT + STRIP),
        *(part for place, course in enumerate(lived.courses) for part in _row(course, at, HEAD + ROW * place)),
        *_lots(lots, at, height - FOOT + STRIP), *marks.legend(16, height - 14),
        class_="life", viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby=f"{key}-t {key}-d",
        **({"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "height": str(height)} if sheet else {}))


def _said(course: Course) -> str:
    """One requirement in words."""
    known = [point for point in course.points if point.value is not None]
    alarms = sum(point.alarm for point in course.points) + sum(mark.kind == "alarm" for mark in course.marks)
    value = f"{course.scale(known[0].value)} at first, {course.scale(known[-1].value)} now" if known else "no value yet"
    whole = of_whole(course)
    if whole or course.unspanned:
        whole = f", all rows until {course.spans[-1].window}: {whole}" if whole else ", no band of the whole life"
    return f"{course.name}: {value}, {plural(alarms, 'alarm') if alarms else 'no alarm'}{whole}"


def _labels(at: dict[str, float], top: float, foot: float) -> Iterator[Element]:
    """The windows by name, as many as there is room for."""
    room = max((width_of(label) for label in at), default=1) * LETTER + 16
    step = max(1, math.ceil(room * len(at) / (END - START)))
    for label, x in [*at.items()][::-1][::step]:
        yield element("line", class_="tick", x1=x, x2=x, y1=top + 6, y2=foot)
        yield element("text", safe(label), class_="pale", x=x, y=top, text_anchor="middle")


def _row(course: Course, at: dict[str, float], top: float) -> Iterator[Element]:
    points = [point for point in course.points if point.window in at]
    axis = _axis(course, points, top)
    width = (END - START) / max(len(at), 1)
    yield element("line", class_="tick", x1=16, x2=WIDTH - 16, y1=top, y2=top)
    yield from _named(course, points, top)
    yield from _zones(course, points, axis, at)
    yield from _span(course, axis, at)
    where = [f"{at[point.window]:g},{axis(point.value):g}" for point in points if point.value is not None]
    if len(where) > 1:
        yield _through("polyline", "course", where)
    for point in points:
        yield marks.point(point, course.scale, (at[point.window], axis), width, (top + STRIP, PLOT))
    happened: dict[str, list[Mark]] = {}
    for mark in course.marks:
        happened.setdefault(mark.window, []).append(mark)
    sounded = {point.window for point in points if point.alarm}
    for label in [label for label in at if label in happened or label in sounded]:
        yield from marks.flags(happened.get(label, ()), label if label in sounded else "", (at[label], top + STRIP),
                               PLOT, width)
    yield from _newest(course, points, top)


def _axis(course: Course, points: Sequence[At], top: float) -> Axis:
    """From below to above, with room for what is known well; an interval that is much wider than most is cut off."""
    widths = sorted(point.high - point.low for point in points if point.low is not None and point.high is not None
                    and math.isfinite(point.high - point.low))
    most = WIDE * widths[len(widths) // 2] if widths else math.inf
    bounds = [bound for point in points if point.low is not None and point.high is not None
              and point.high - point.low <= most for bound in (point.low, point.high)]
    last = [bound for span in course.spans[-1:] for bound in (span.low, span.high)]
    limits = [limit for point in points for limit in (point.least, point.most)]
    return axis_of([*(point.value for point in points), *bounds, *limits, *last], top + STRIP + PLOT, top + STRIP)


def _named(course: Course, points: Sequence[At], top: float) -> Iterator[Element]:
    """The name, what was found last, and the line."""
    last = next((point.verdict for point in reversed(points) if point.verdict != WAITS), WAITS)
    mark = next((MARKS[kind] for kind in MARKS if str(kind) == last), "·")
    yield element("text", clipped(safe(course.name), 28), class_="strong", x=16, y=top + 24)
    if last:                                # a group has none of its own
        yield element("text", f"{mark} {last}", class_=f"word {last}", x=16, y=top + 42)
    line = SIGNS.sub(lambda sign: f"{sign[1]}{TIED}", safe(course.line))
    for place, text in enumerate(textwrap.wrap(line, 37, max_lines=3, placeholder=" …")):
        yield element("text", text.replace(TIED, " "), class_="pale small", x=16, y=top + 60 + 14 * place)


def _zones(course: Course, points: Sequence[At], axis: Axis, at: dict[str, float]) -> Iterator[Element]:
    """The zone within the limits, the limits with their figures, and the ends of the axis."""
    half = (END - START) / max(len(at), 1) / 2
    for place, (least, most, first, last) in enumerate(runs := [*_runs(points, at)]):
        ends = axis(math.inf if most is None else most), axis(-math.inf if least is None else least)
        begin, end = START if not place else first - half, END if place == len(runs) - 1 else last + half
        if least is not None or most is not None:
            yield element("rect", class_="within", x=begin, y=ends[0], width=end - begin,
                          height=max(ends[1] - ends[0], 0))
        for limit in (least, most):
            if limit is not None:
                yield element("line", class_="limit", x1=begin, x2=end, y1=axis(limit), y2=axis(limit))
    yield element("rect", class_="frame", x=START, y=min(axis.start, axis.end), width=END - START, height=PLOT)
    shown = [limit for limit in (runs[-1][:2] if runs else ()) if limit is not None]
    for limit in dict.fromkeys(shown):
        yield element("text", course.scale(limit), class_="strong small", x=LIMITS, y=axis(limit) + 4)
    for tick in axis.ticks(3):
        yield element("text", f"{tick / course.scale.size:.4g}{course.scale.unit}", class_="pale small", x=START - 8,
                      y=axis(tick) + 4, text_anchor="end")
        yield element("line", class_="tick", x1=START - 4, x2=START, y1=axis(tick), y2=axis(tick))


def _runs(points: Sequence[At], at: dict[str, float]) -> Iterator[tuple[float | None, float | None, float, float]]:
    """The limits, and from where to where they stood."""
    first = 0
    for place in range(1, len(points) + 1):
        here = points[first].least, points[first].most
        if place == len(points) or (points[place].least, points[place].most) != here:
            yield *here, at[points[first].window], at[points[place - 1].window]
            first = place


def _span(course: Course, axis: Axis, at: dict[str, float]) -> Iterator[Element]:
    """What is known of the whole life until each window, as a band; a life that begins anew begins another one."""
    edge, lives, last = (END - START) / len(at) / 2, list[list[Span]](), math.inf
    for span in course.spans:
        if span.window in at and not math.isnan(span.low) and not math.isnan(span.high):
            if span.n < last:
                lives.append([])
            lives[-1].append(span)
            last = span.n
    for known in lives:
        ends = [(at[known[0].window] - edge, known[0]), *((at[span.window], span) for span in known),
                (at[known[-1].window] + edge, known[-1])]
        upper, lower, middle = ([f"{x:g},{axis(end):g}" for x, end in some] for some in (
            [(x, span.high) for x, span in ends], [(x, span.low) for x, span in ends],
            [(x, span.value) for x, span in ends]))
        yield _through("polygon", "whole", [*upper, *reversed(lower)],
                       element("title", f"all rows until {known[-1].window}: {of_whole(replace(course, spans=known))}"))
        for side in (upper, lower):
            yield _through("polyline", "whole-edge", side)
        yield _through("polyline", "whole-value", middle)


def _through(tag: str, style: str, points: Sequence[str], *inside: Element) -> Element:
    """A shape through some points: numbers of our own, so that they are not clipped as a text would be."""
    made = element(tag, *inside, class_=style)
    made.set("points", " ".join(points))
    return made


def _newest(course: Course, points: Sequence[At], top: float) -> Iterator[Element]:
    """The figures of the newest window that has a value, those of the whole life, and how many alarms there were."""
    last = next((point for point in reversed(points) if point.value is not None), None)
    if last is None:
        yield element("text", "no value yet", class_="pale", x=BEHIND, y=top + 24)
    else:
        yield element("text", course.scale(last.value), class_="strong", x=BEHIND, y=top + 24)
        yield element("text", course.scale.between(last.low, last.high), x=BEHIND, y=top + 42)
        yield element("text", clipped(f"{safe(last.window)}, n {last.n:,}", 26), class_="pale small", x=BEHIND,
                      y=top + 58)
    if course.spans:
        yield element("text", clipped(f"all rows {of_whole(course, n=False)}", 34), class_="own small", x=BEHIND,
                      y=top + 74)
    elif course.unspanned:
        yield element("text", "no band of the whole life", element("title", safe(course.unspanned)),
                      class_="pale small", x=BEHIND, y=top + 74)
    alarms = [point.window for point in points if point.alarm]
    alarms += [mark.window for mark in course.marks if mark.kind == "alarm"]
    if alarms:
        told = f"{plural(len(alarms), 'alarm')}, first in {safe(alarms[0])}"
        yield element("text", clipped(told, 32), class_="word broken small", x=BEHIND, y=top + 91)


def _lots(lots: Sequence[Lot], at: dict[str, float], top: float) -> Iterator[Element]:
    """How many rows each window has, and how many of them a label."""
    largest, high = max((lot.rows for lot in lots), default=0), 26
    labels = any(lot.labelled is not None for lot in lots)
    yield element("text", "rows" + (", filled: with a label" if labels else ""), class_="pale small", x=START - 8,
                  y=top + high, text_anchor="end")
    yield element("text", f"{sum(lot.rows for lot in lots):,} rows", class_="pale small", x=LIMITS, y=top + high)
    wide = min((END - START) / max(len(lots), 1) * 0.7, 40)
    for lot in lots:
        whole = high * lot.rows / largest if largest else 0
        known = whole if lot.labelled is None else whole * lot.labelled / max(lot.rows, 1)
        told = f"{lot.label}: {lot.rows:,} rows" + ("" if lot.labelled is None else f", {lot.labelled:,} with a label")
        x = at[lot.label] - wide / 2
        yield element("g", element("title", told),
                      element("rect", class_="rows", x=x, y=top + high - whole, width=wide, height=whole),
                      element("rect", class_="labelled", x=x, y=top + high - known, width=wide, height=known))
