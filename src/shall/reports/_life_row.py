"""One requirement of a life: its words, and its windows on an axis. Broad, words stand on both sides; narrow, above and
below."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.span import Span
from shall.reports import _life_marks as marks
from shall.reports._axis import Axis, axis_of
from shall.reports._figures import rows_of_line
from shall.reports._forms import BOLD, BROAD, LETTER, SMALL, Form, wrapped
from shall.reports._layout import plural, safe
from shall.reports._life import WAITS, At, Course, Mark, of_whole
from shall.reports._lines import MARKS
from shall.reports._tree import element

EDGE: Final = 6
STRIP, PLOT = 34, 70                        # room for alarms, and how high the axis is
LINE: Final = 16                            # from one line of words to the next
WINDOWS: Final = 30                         # narrow: room for the names of the windows
NAMED: Final = 182                          # pixels of the words before a broad plot
BEHIND: Final = 70                          # from its end to the words behind it
WIDE: Final = 4.0                           # times the middle one: an interval as wide as that is cut off
SIGNS: Final = re.compile(r"([<>=]=?) ")
TIED: Final = "\0"                          # a space that does not end a line: of a sign and its number


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the windows are, from ``start`` to ``end``; ``at``: the middle of each."""

    form: Form
    start: float
    end: float
    at: Mapping[str, float]

    @property
    def width(self) -> float:
        """Of one window."""
        return (self.end - self.start) / max(len(self.at), 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement as it is drawn; ``plot``: the upper and the lower end of its axis."""

    top: float
    plot: tuple[float, float]
    end: float
    drawn: Sequence[Element]


@dataclass(frozen=True, slots=True)
class _Words:
    """A line of text; ``why``: what those who point at it are told."""

    text: str
    style: str | None = None
    why: str = ""


def row_of(course: Course, frame: Frame, top: float) -> Row:
    """A requirement below ``top``, as high as its words and its axis are."""
    points = [point for point in course.points if point.window in frame.at]
    if frame.form is BROAD:
        before, behind = _named(course, points, NAMED, 5), _newest(course, points, frame.form.width - EDGE
                                                                   - frame.end - BEHIND)
        plot = top + STRIP, top + STRIP + PLOT
        end = max(plot[1] + 14, top + 12 + LINE * max(len(before), len(behind)))
        words = [*_lines(before, EDGE, top + 20), *_lines(behind, frame.end + BEHIND, top + 20)]
    else:
        room = frame.form.width - 2 * EDGE
        before, behind = _named(course, points, room, 4), _newest(course, points, room)
        above = top + 4 + LINE * len(before)
        plot = above + STRIP, above + STRIP + PLOT
        end = plot[1] + WINDOWS + LINE * len(behind) + 8
        words = [*_lines(before, EDGE, top + 18), *_lines(behind, EDGE, plot[1] + WINDOWS + 8)]
    return Row(top, plot, end, [*words, *_plot(course, points, frame, plot)])


def ticks_of(course: Course, labels: Collection[str]) -> list[str]:
    """The figures beside the axis of a requirement."""
    axis = _axis(course, [point for point in course.points if point.window in labels], (0.0, 1.0))
    return [_tick(course, tick) for tick in axis.ticks(3)]


def limits_of(course: Course) -> list[str]:
    """The limits that stood last, each once."""
    shown = course.points[-1:]
    limits = [limit for point in shown for limit in (point.least, point.most) if limit is not None]
    return [course.scale(limit) for limit in dict.fromkeys(limits)]


def _tick(course: Course, tick: float) -> str:
    return f"{tick / course.scale.size:.4g}{course.scale.unit}"


def _plot(course: Course, points: Sequence[At], frame: Frame, plot: tuple[float, float]) -> Iterator[Element]:
    at, axis = frame.at, _axis(course, points, plot)
    yield from _zones(course, points, axis, frame)
    yield from _span(course, axis, frame)
    where = [f"{at[point.window]:g},{axis(point.value):g}" for point in points if point.value is not None]
    if len(where) > 1:
        yield _through("polyline", "course", where)
    for point in points:
        yield marks.point(point, course.scale, (at[point.window], axis), frame.width, (plot[0], PLOT))
    happened: dict[str, list[Mark]] = {}
    for mark in course.marks:
        happened.setdefault(mark.window, []).append(mark)
    sounded = {point.window for point in points if point.alarm}
    for label in [label for label in at if label in happened or label in sounded]:
        yield from marks.flags(happened.get(label, ()), label if label in sounded else "", (at[label], plot[0]),
                               PLOT, frame.width)


def _axis(course: Course, points: Sequence[At], plot: tuple[float, float]) -> Axis:
    """From below to above, with room for what is known well; an interval that is much wider than most is cut off."""
    widths = sorted(point.high - point.low for point in points if point.low is not None and point.high is not None
                    and math.isfinite(point.high - point.low))
    most = WIDE * widths[len(widths) // 2] if widths else math.inf
    bounds = [bound for point in points if point.low is not None and point.high is not None
              and point.high - point.low <= most for bound in (point.low, point.high)]
    last = [bound for span in course.spans[-1:] for bound in (span.low, span.high)]
    limits = [limit for point in points for limit in (point.least, point.most)]
    return axis_of([*(point.value for point in points), *bounds, *limits, *last], plot[1], plot[0])


def _lines(words: Sequence[_Words], x: float, y: float) -> Iterator[Element]:
    for place, one in enumerate(words):
        yield element("text", one.text, element("title", one.why) if one.why else None, class_=one.style, x=x,
                      y=y + LINE * place)


def _named(course: Course, points: Sequence[At], room: float, most: int) -> list[_Words]:
    """The name, what was found last, and the line."""
    last = next((point.verdict for point in reversed(points) if point.verdict != WAITS), WAITS)
    mark = next((MARKS[kind] for kind in MARKS if str(kind) == last), "·")
    line = SIGNS.sub(lambda sign: f"{sign[1]}{TIED}", safe(course.line))
    return [*(_Words(text, "strong") for text in wrapped(safe(course.name), room, 2, BOLD)),
            *([_Words(f"{mark} {last}", f"word {last}")] if last else []),      # a group has none of its own
            *(_Words(text.replace(TIED, " "), "pale small") for text in wrapped(line, room, most, SMALL))]


def _newest(course: Course, points: Sequence[At], room: float) -> list[_Words]:
    """The figures of the newest window that has a value, those of the whole life, and how many alarms there were."""
    last = next((point for point in reversed(points) if point.value is not None), None)
    told = [_Words("no value yet", "pale")]
    if last is not None:
        value, bounds = course.scale(last.value), course.scale.between(last.low, last.high)
        told = [_Words(value, "strong"), _Words(bounds),
                *_told(f"{safe(last.window)}, n {last.n:,}", "pale small", room)]
    if course.spans:
        told += _told(f"{rows_of_line(course.line, short=True)} {of_whole(course, n=False)}", "own small", room)
    elif course.unspanned:
        told += [replace(one, why=safe(course.unspanned)) for one in _told("no band of all rows", "pale small", room)]
    alarms = [point.window for point in points if point.alarm]
    alarms += [mark.window for mark in course.marks if mark.kind == "alarm"]
    if alarms:
        first = f"{plural(len(alarms), 'alarm')}, first in {safe(alarms[0])}"
        told += [_Words(text, "word broken small") for text in wrapped(first, room, 3, LETTER)]
    return told


def _told(text: str, style: str, room: float) -> list[_Words]:
    """Bounds stay together: `[0.138, 0.214]` is one word."""
    tied = re.sub(r"(\[[^],]*,) ", rf"\1{TIED}", re.sub(r"\bn ", f"n{TIED}", text))
    return [_Words(line.replace(TIED, " "), style) for line in wrapped(tied, room, 2, SMALL)]


def _zones(course: Course, points: Sequence[At], axis: Axis, frame: Frame) -> Iterator[Element]:
    """The zone within the limits, the limits with their figures, and the ends of the axis."""
    start, stop, half = frame.start, frame.end, frame.width / 2
    for place, (least, most, first, last) in enumerate(runs := [*_runs(points, frame.at)]):
        ends = axis(math.inf if most is None else most), axis(-math.inf if least is None else least)
        begin, end = start if not place else first - half, stop if place == len(runs) - 1 else last + half
        if least is not None or most is not None:
            yield element("rect", class_="within", x=begin, y=ends[0], width=end - begin,
                          height=max(ends[1] - ends[0], 0))
        for limit in (least, most):
            if limit is not None:
                yield element("line", class_="limit", x1=begin, x2=end, y1=axis(limit), y2=axis(limit))
    yield element("rect", class_="frame", x=start, y=min(axis.start, axis.end), width=stop - start, height=PLOT)
    shown = [limit for limit in (runs[-1][:2] if runs else ()) if limit is not None]
    for limit in dict.fromkeys(shown):
        yield element("text", course.scale(limit), class_="strong small", x=stop + 6, y=axis(limit) + 4)
    for tick in axis.ticks(3):
        yield element("text", _tick(course, tick), class_="pale small", x=start - 7, y=axis(tick) + 4,
                      text_anchor="end")
        yield element("line", class_="tick", x1=start - 4, x2=start, y1=axis(tick), y2=axis(tick))


def _runs(points: Sequence[At], at: Mapping[str, float]
          ) -> Iterator[tuple[float | None, float | None, float, float]]:
    """The limits, and from where to where they stood."""
    first = 0
    for place in range(1, len(points) + 1):
        here = points[first].least, points[first].most
        if place == len(points) or (points[place].least, points[place].most) != here:
            yield *here, at[points[first].window], at[points[place - 1].window]
            first = place


def _span(course: Course, axis: Axis, frame: Frame) -> Iterator[Element]:
    """What is known of the whole life until each window, as a band; a life that begins anew begins another one."""
    at, edge, lives, last = frame.at, frame.width / 2, list[list[Span]](), math.inf
    every = rows_of_line(course.line)
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
                       element("title", f"{every} until {known[-1].window}: {of_whole(replace(course, spans=known))}"))
        for side in (upper, lower):
            yield _through("polyline", "whole-edge", side)
        yield _through("polyline", "whole-value", middle)


def _through(tag: str, style: str, points: Sequence[str], *inside: Element) -> Element:
    """A shape through some points: numbers of our own, so that they are not clipped as a text would be."""
    made = element(tag, *inside, class_=style)
    made.set("points", " ".join(points))
    return made
