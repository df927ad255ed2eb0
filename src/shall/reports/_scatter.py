"""The objective against one requirement: every candidate, those that no other beats, the limit and the aim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis, axis_of
from shall.reports._candidates import Column, objective_scale, turned
from shall.reports._forms import LETTER, wrapped
from shall.reports._layout import clipped, safe
from shall.reports._marks import MOST, mark
from shall.reports._shapes import Aim, Built, Tried
from shall.reports._tree import element

WIDTH: Final = 380                          # as wide as a telephone can show it
LEFT, RIGHT, TOP, BOTTOM = 50, 368, 56, 284
NAMED: Final = BOTTOM + 38                  # where the words below the axis begin
POINTS: Final = 1_500                       # of one picture
WORD: Final = 58                            # room for a word beside a mark


@dataclass(frozen=True, slots=True)
class _Place:
    """What all parts of one picture share."""

    built: Built
    column: Column
    x: Axis
    y: Axis

    def of(self, tried: Tried) -> tuple[float, float] | None:
        """Where a candidate is; None where it has no value, or is outside of the picture."""
        value, objective = tried.values[self.column.place], turned(self.built, tried.objective)
        inside = (value is not None and math.isfinite(objective) and self.x.low <= value <= self.x.high
                  and self.y.low <= objective <= self.y.high)
        return (self.x(value), self.y(objective)) if inside and value is not None else None


def picture(built: Built, column: Column, key: str, sheet: str = "") -> Element | None:
    """The picture of one requirement; None where no candidate has a value. ``sheet``: a style for one on its own."""
    front = built.frontier.fronts[column.place] if built.frontier.fronts else ()
    shown = [built.tried[place] for place in front] or [one for one in built.tried
                                                         if one.values[column.place] is not None]
    if not shown:
        return None
    place = _placed(built, column, shown)
    kinds = kinds_of(built)
    line = safe(built.lines[column.place]) if built.lines else ""
    title = f"{safe(built.objective)} against {column.name}, {len(built.tried):,} candidates"
    style = element("style") if sheet else None
    if style is not None:
        style.text = sheet                  # as it is: a text of the report would be clipped
    below = _below(place, line)
    legend = NAMED + 16 * len(below) + 14
    height = legend + 18 * len(kinds) + 8
    ground = element("rect", class_="ground", x=0, y=0, width=WIDTH, height=height) if sheet else None
    return element(
        "svg", element("title", title, id=f"{key}-t"), element("desc", _said(place, shown), id=f"{key}-d"),
        style, ground,
        *_ground(place, below), *_lines(place, [built.tried[index] for index in front]),
        *_points(place, kinds, {*front}), *_legend(kinds, legend),
        class_="scatter", viewBox=f"0 0 {WIDTH} {height}", role="img", aria_labelledby=f"{key}-t {key}-d",
        xmlns="http://www.w3.org/2000/svg" if sheet else None)


def kinds_of(built: Built) -> list[str]:
    """The mitigations in the order of their marks: none at all first, then the most frequent ones."""
    counts = {kind: built.frontier.kinds.count(kind) for kind in dict.fromkeys(built.frontier.kinds)}
    return sorted(counts, key=lambda kind: (kind != "none", -counts[kind]))


def _placed(built: Built, column: Column, shown: Sequence[Tried]) -> _Place:
    """Axes with room for the front, the aims and the best of each option."""
    seen = [*shown, *(option.best for bought in built.bought for option in bought.options),
            *(one for one in built.tried if one.chosen)]
    aims = built.frontier.aims[column.place] if built.frontier.aims else ()
    across = [*(one.values[column.place] for one in seen), *(figure for aim in aims for figure in (aim.aim, aim.bound))]
    along = [turned(built, one.objective) for one in seen]
    return _Place(built, column, axis_of(across, LEFT, RIGHT), axis_of(along, BOTTOM, TOP))


def _said(place: _Place, shown: Sequence[Tried]) -> str:
    scale = objective_scale(place.built)
    ends = [f"{place.built.objective} {scale(turned(place.built, one.objective))} at "
            f"{place.column.scale(one.values[place.column.place])}" for one in (shown[0], shown[-1])]
    return f"From {ends[0]} to {ends[1]}; limit {place.column.limit}, aim {place.column.aim}. The table has more."


def _below(place: _Place, line: str) -> list[tuple[str, str]]:
    """What stands below the axis: the requirement, and its line."""
    return [(text, style) for words, style in ((place.column.name, "strong"), (line, "pale"))
            for text in wrapped(words, WIDTH - 8, letter=LETTER * 1.08)]


def _ground(place: _Place, below: Sequence[tuple[str, str]]) -> Iterator[Element]:
    x, y, unit = place.x, place.y, place.column.scale
    for aim in _aims(place):
        for figure, style in ((aim.bound, "within pale-zone"), (aim.aim, "within")):
            ends = (x(figure), RIGHT) if aim.side == ">=" else (LEFT, x(figure))
            yield element("rect", class_=style, x=ends[0], y=TOP, width=max(ends[1] - ends[0], 0), height=BOTTOM - TOP)
    yield element("rect", class_="frame", x=LEFT, y=TOP, width=RIGHT - LEFT, height=BOTTOM - TOP)
    for tick in y.ticks(6):
        yield element("line", class_="tick", x1=LEFT, x2=RIGHT, y1=y(tick), y2=y(tick))
        yield element("text", f"{tick:.4g}", class_="pale", x=LEFT - 6, y=y(tick) + 4, text_anchor="end")
    for tick in x.ticks(5):
        yield element("line", class_="tick", x1=x(tick), x2=x(tick), y1=BOTTOM, y2=BOTTOM + 4)
        yield element("text", f"{tick / unit.size:.4g}{unit.unit}", class_="pale", x=x(tick), y=BOTTOM + 18,
                      text_anchor="middle")
    less = ", less is better" if place.built.minimised else ""
    yield element("text", safe(place.built.objective) + less, class_="strong", x=LEFT, y=15)
    for row, (text, style) in enumerate(below):
        yield element("text", text, class_=style, x=WIDTH / 2, y=NAMED + 16 * row, text_anchor="middle")


def _lines(place: _Place, front: Sequence[Tried]) -> Iterator[Element]:
    """The limit, the aim, and the front with what is known of its candidates."""
    limits = [("limit", aim.bound, 33) for aim in _aims(place)]
    aims = [("aim", aim.aim, 50) for aim in _aims(place) if aim.aim != aim.bound]
    for words, figure, height in dict.fromkeys([*limits, *aims]):
        across = place.x(figure)
        yield element("line", class_=words, x1=across, x2=across, y1=height + 3, y2=BOTTOM)
        yield element("text", f"{words} {place.column.scale(figure)}", x=min(max(across, LEFT + 32), RIGHT - 32),
                      y=height, text_anchor="middle")
    for one in front:
        yield from _whiskers(place, one)
    where = [f"{at[0]:g},{at[1]:g}" for one in front if (at := place.of(one)) is not None]
    if len(where) > 1:
        yield element("polyline", class_="front", points=" ".join(where))


def _aims(place: _Place) -> Sequence[Aim]:
    return place.built.frontier.aims[place.column.place] if place.built.frontier.aims else ()


def _whiskers(place: _Place, one: Tried) -> Iterator[Element]:
    at = place.of(one)
    if at is None:
        return
    if one.spans and (span := one.spans[place.column.place]) is not None:
        yield element("line", class_="light", x1=place.x(span[0]), x2=place.x(span[1]), y1=at[1], y2=at[1])
    if one.span:
        low, high = (turned(place.built, end) for end in one.span)
        yield element("line", class_="light", x1=at[0], x2=at[0], y1=place.y(low), y2=place.y(high))


def _points(place: _Place, kinds: Sequence[str], front: set[int]) -> Iterator[Element]:
    """The candidates behind, then the front, then the chosen one with a ring."""
    built = place.built
    behind = [index for index in range(len(built.tried)) if index not in front]
    step = max(math.ceil(len(behind) / POINTS), 1)
    for index in (*behind[::step], *sorted(front)):
        if (at := place.of(built.tried[index])) is not None:
            kind = kinds.index(built.frontier.kinds[index]) if kinds else 0
            yield mark(kind, at, 5.0 if index in front else 3.4, "" if index in front else "behind")
    for one in built.tried:
        if one.chosen and (at := place.of(one)) is not None:
            yield element("circle", class_="ring", cx=at[0], cy=at[1], r=9.5)
            yield _named("chosen", at, any(aim.side == "<=" for aim in _aims(place)))


def _named(word: str, at: tuple[float, float], left: bool) -> Element:
    """A word beside a ring, on the side where no candidate can be better; above it where there is no room."""
    room = at[0] > LEFT + WORD if left else at[0] < RIGHT - WORD
    across = at[0] + (-11 if left else 11) if room else at[0]
    return element("text", word, class_="strong halo", x=across, y=at[1] - (9 if room else 15),
                   text_anchor="middle" if not room else "end" if left else "start")


def _legend(kinds: Sequence[str], top: float) -> Iterator[Element]:
    words = [("no mitigation" if kind == "none" else kind) for kind in kinds]
    for place, kind in enumerate(words):
        across, along = LEFT, top + 18 * place
        yield mark(place, (across, along - 4), 5.0, "")
        yield element("text", clipped(kind, 36) + (" and others" if place == MOST - 1 < len(words) - 1 else ""),
                      x=across + 14, y=along)
    across, along = LEFT, top + 18 * len(kinds)
    yield element("line", class_="front", x1=across - 8, x2=across + 8, y1=along - 4, y2=along - 4)
    yield element("text", "no candidate is better in both", x=across + 14, y=along)
