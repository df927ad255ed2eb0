"""Rows on one axis: names, marks and words. Broad, each is a line of three columns; narrow, its name stands above."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis, axis_of
from shall.reports._forms import BOLD, BROAD, LETTER, NARROW, SMALL, Form, svg, within, wrapped
from shall.reports._layout import width_of
from shall.reports._tree import element

EDGE, GAP, LINE = 6, 12, 16                 # at the sides, between columns, and from line to line
ROW, FOOT = 24, 26
NAMES: Final = 340                          # pixels that names may take of a broad picture
WORDS: Final = 230                          # and the words behind
HALF: Final = 9                             # of a narrow track: how high the ground is above and below its middle


@dataclass(frozen=True, slots=True)
class Track:
    """One row. ``marks``: what is drawn on the axis, at a height; styles are classes of the sheet."""

    name: str
    words: str
    marks: Callable[[Axis, float], Iterable[Element]]
    named: str | None = None                # the style of its name
    worded: str | None = None


@dataclass(frozen=True, slots=True)
class Tracks:
    """All that is drawn. ``figures``: the axis has room for each; ``rules``: lines through all rows, with their words;
    ``within``: the zone that is good; ``names``, ``words``: what stands above the columns."""

    rows: Sequence[Track]
    figures: Sequence[float | None]
    tick: Callable[[float], str]
    rules: Sequence[tuple[float, str]] = ()
    within: tuple[float | None, float | None] = (None, None)
    names: str = ""
    words: str = ""
    title: str = ""
    legend: Sequence[tuple[str, str]] = ()  # styles of dots, and what they mean


@dataclass(frozen=True, slots=True)
class _Set:
    """A row as it is set: where it begins, its lines, and the middle of its marks."""

    track: Track
    names: Sequence[str]
    words: Sequence[str]
    top: float
    middle: float
    end: float


def drawn(of: Tracks, said: tuple[str, str], key: str, form: Form, sheet: str = "") -> Element:
    """The picture in one form; ``said``: its title, and what it shows in words."""
    start, end = _columns(of, form)
    axis = axis_of([*of.figures, *of.within, *(at for at, _ in of.rules)], start, end)
    title, labels = wrapped(of.title, form.width - 2 * EDGE, 3, BOLD), _labels(of, axis)
    heads, above = [*_heads(of, axis, form)], max((line for _, _, line in labels), default=0)
    top = 8.0 + LINE * (len(title) + (above + bool(heads) if form is NARROW else max(above, bool(heads))))
    rows = [*_set(of.rows, axis, form, top + 4)]
    foot = rows[-1].end if rows else top
    legend = [*_legend(of.legend, form, foot + FOOT + LINE)]
    parts = [
        *(element("text", line, class_="strong", x=EDGE, y=18 + LINE * place) for place, line in enumerate(title)),
        *(element("text", words, class_="pale", x=x, y=top - 6 - (LINE * above if form is NARROW else 0),
                  text_anchor=anchor) for words, x, anchor in heads),
        *_ground(of, axis, (rows, top, foot), form),
        *(element("text", words, x=x, y=top + 10 - LINE * line, text_anchor="middle") for words, x, line in labels),
        *(element("text", of.tick(tick), class_="pale", x=within(axis(tick), of.tick(tick), 0, form.width), y=foot + 19,
                  text_anchor="middle") for tick in _ticks(axis, form)),
        *(part for row in rows for part in _row(row, axis, form)), *(part for _, some in legend for part in some)]
    return svg(form, ("intervals", key), said, legend[-1][0] + 8 if legend else foot + FOOT, parts, sheet)


def _columns(of: Tracks, form: Form) -> tuple[float, float]:
    """Where the axis begins and ends."""
    if form is NARROW:
        return EDGE + 4, form.width - EDGE - 4
    names = max((width_of(row.name) for row in of.rows), default=0) * LETTER
    words = max((width_of(row.words) for row in of.rows), default=0) * LETTER
    return (EDGE + max(min(names, NAMES), 90) + GAP, form.width - EDGE - max(min(words, WORDS), 60) - GAP)


def _labels(of: Tracks, axis: Axis) -> list[tuple[str, float, int]]:
    """The words of the rules: each with its place and its line, counted from below, so that no two touch."""
    made: list[tuple[str, float, int]] = []
    for at, words in dict.fromkeys(of.rules):
        x = within(axis(at), words, axis.start, axis.end)
        touches = any(abs(x - other) < (len(words) + len(one)) * LETTER / 2 + 6 for one, other, _ in made)
        made.append((words, x, 2 if touches else 1))
    return made


def _heads(of: Tracks, axis: Axis, form: Form) -> Iterator[tuple[str, float, str]]:
    """What stands above the columns: broad, in the line of the rules; narrow, above them."""
    if of.names:
        yield (of.names, axis.start - GAP, "end") if form is BROAD else (of.names, EDGE, "start")
    if of.words:
        yield (of.words, axis.end + GAP, "start") if form is BROAD else (of.words, form.width - EDGE, "end")


def _set(tracks: Sequence[Track], axis: Axis, form: Form, top: float) -> Iterator[_Set]:
    """The rows from top to bottom."""
    for track in tracks:
        made = _line(track, axis, form, top) if form is BROAD else _stacked(track, form, top)
        yield made
        top = made.end


def _line(track: Track, axis: Axis, form: Form, top: float) -> _Set:
    names = wrapped(track.name, axis.start - GAP - EDGE)
    words = wrapped(track.words, form.width - EDGE - axis.end - GAP)
    height = max(ROW, 8 + LINE * max(len(names), len(words)))
    return _Set(track, names, words, top, top + height / 2, top + height)


def _stacked(track: Track, form: Form, top: float) -> _Set:
    """The name above the marks, the words behind it, or on lines of their own where there is no room."""
    room = form.width - 2 * EDGE
    names, words = wrapped(track.name, room, 4) or [""], wrapped(track.words, room)
    beside = len(words) == 1 and (width_of(names[-1]) + width_of(words[0]) + 2) * LETTER <= room
    lines = len(names) + (0 if beside else len(words))
    middle = top + LINE * lines + HALF + 4
    return _Set(track, names, ["" for _ in range(lines - len(words))] + words, top, middle, middle + HALF + 6)


def _ground(of: Tracks, axis: Axis, place: tuple[Sequence[_Set], float, float], form: Form) -> Iterator[Element]:
    """The zone, the ticks and the rules: through all rows, or where narrow, behind each track and not behind its name.
    """
    rows, top, foot = place
    stretches = [(top, foot + 4)] if form is BROAD else [(row.middle - HALF, row.middle + HALF) for row in rows]
    low, high = of.within
    for first, last in stretches:
        if low is not None or high is not None:
            start, end = axis(-math.inf if low is None else low), axis(math.inf if high is None else high)
            yield element("rect", class_="within", x=start, y=first, width=max(end - start, 0), height=last - first)
        for tick in _ticks(axis, form):
            yield element("line", class_="tick", x1=axis(tick), x2=axis(tick), y1=first, y2=last)
        for at in dict.fromkeys(at for at, _ in of.rules):
            yield element("line", class_="limit", x1=axis(at), x2=axis(at), y1=first - (0 if form is NARROW else 2),
                          y2=last)


def _row(row: _Set, axis: Axis, form: Form) -> Iterator[Element]:
    track = row.track
    anchor = "end" if form is BROAD else None
    for style, lines, x, end in ((track.named, row.names, axis.start - GAP if form is BROAD else EDGE, anchor),
                                 (track.worded, row.words, axis.end + GAP if form is BROAD else form.width - EDGE,
                                  None if form is BROAD else "end")):
        first = row.middle + 4 - LINE * (len(lines) - 1) / 2 if form is BROAD else row.top + LINE - 3
        for place, line in enumerate(lines):
            if line:
                yield element("text", line, x=x, y=first + LINE * place, text_anchor=end, class_=style)
    yield from track.marks(axis, row.middle)


def _ticks(axis: Axis, form: Form) -> list[float]:
    return axis.ticks(5 if form is BROAD else 4)


def _legend(means: Sequence[tuple[str, str]], form: Form, top: float) -> Iterator[tuple[float, list[Element]]]:
    """What the dots mean, in as many lines as that takes: the height of each, and what is drawn."""
    x, y = float(EDGE), top
    for style, words in means:
        wide = 24 + len(words) * SMALL
        if x > EDGE and x + wide > form.width:
            x, y = float(EDGE), y + LINE
        yield y, [element("circle", class_=f"dot {style}", cx=x + 6, cy=y - 4, r=4.5),
                  element("text", words, class_="small", x=x + 16, y=y)]
        x += wide


def interval(value: float | None, bounds: tuple[float | None, float | None], style: str, radius: float = 5
             ) -> Callable[[Axis, float], Iterator[Element]]:
    """The marks of a value with its bounds; a side where nothing is known goes to the edge."""
    def marks(axis: Axis, middle: float) -> Iterator[Element]:
        if value is not None:
            ends = [axis(edge if bound is None or math.isnan(bound) else bound)
                    for bound, edge in zip(bounds, (-math.inf, math.inf), strict=True)]
            yield element("line", class_=f"bar {style}", x1=ends[0], x2=ends[1], y1=middle, y2=middle)
            yield element("circle", class_=f"dot {style}", cx=axis(value), cy=middle, r=radius)
    return marks
