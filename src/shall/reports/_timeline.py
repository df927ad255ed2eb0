"""The life of a model as a picture: one lane a kind of event, in the order in which they were recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._forms import LETTER, Form, both, svg
from shall.reports._layout import clipped, plural, safe
from shall.reports._tree import element

START, EDGE = 92, 10                        # where the first slot begins, and what is left behind the last one
TOP, LANE, FOOT = 12, 30, 30
NARROWEST: Final = 8.5                      # pixels of a slot: more events share one
APART: Final = 92                           # pixels between two dates
WORST: Final = ("broken", "undecided", "waived", "met")


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. ``style``: a finding, or alarm, response, recall, lifted, own; ``span``: it lasts until the next one
    of its lane, under this name."""

    lane: str
    at: str                                 # UTC, ISO 8601
    style: str
    words: str
    span: str = ""


@dataclass(frozen=True, slots=True)
class _Slots:
    """Which slot each event is in, and where that is."""

    number: int
    each: int
    end: float                              # of the last one

    def of(self, place: int) -> int:
        return place // self.each

    def x(self, slot: float) -> float:
        return START + (self.end - START) * slot / max(self.number, 1)

    @property
    def width(self) -> float:
        return (self.end - START) / max(self.number, 1)


def timeline(happened: Sequence[Happened], lanes: Sequence[str], key: str = "timeline") -> tuple[Element, ...]:
    """The picture in both forms; ``lanes`` says which there are, and in which order."""
    return both(lambda form: _drawn(happened, lanes, key, form))


def _drawn(happened: Sequence[Happened], lanes: Sequence[str], key: str, form: Form) -> Element:
    shown = [lane for lane in lanes if any(one.lane == lane for one in happened)]
    end = form.width - EDGE
    each = math.ceil(len(happened) * NARROWEST / (end - START)) or 1
    slots = _Slots(-(-len(happened) // each), each, end)
    height = TOP + LANE * len(shown) + FOOT
    placed = [(slots.of(place), one) for place, one in enumerate(happened)]
    counts = ", ".join(f"{sum(one.lane == lane for one in happened)} {lane}" for lane in shown)
    parts = [*_dates(placed, slots, height),
             *(part for row, lane in enumerate(shown)
               for part in _lane(lane, [one for one in placed if one[1].lane == lane], slots, TOP + LANE * row))]
    return svg(form, ("timeline", key), (f"{plural(len(happened), 'event')} in their order",
                                         f"{counts}. The table has every event."), height, parts)


def _lane(lane: str, placed: Sequence[tuple[int, Happened]], slots: _Slots, top: float) -> Iterator[Element]:
    middle = top + LANE / 2
    yield element("text", lane, class_="pale", x=START - 12, y=middle + 4, text_anchor="end")
    yield element("line", class_="tick", x1=START, x2=slots.end, y1=middle, y2=middle)
    spans = [(slot, one) for slot, one in placed if one.span or one.style in ("recall",)]
    for (slot, one), after in zip_longest(spans, spans[1:]):
        if one.span:
            yield from _span(one, slots.x(slot), slots.end if after is None else slots.x(after[0]), middle)
    for slot, found in groupby(((slot, one) for slot, one in placed if not one.span), key=lambda pair: pair[0]):
        yield _mark([one for _, one in found], slots.x(slot + 0.5), middle, slots.width)


def _span(one: Happened, start: float, end: float, middle: float) -> Iterator[Element]:
    room = int((end - start - 12) / LETTER)
    box = element("rect", class_="reign", x=start, y=middle - 9, width=max(end - start - 2, 3), height=18, rx=4)
    yield element("g", element("title", _said([one])), box)
    words = safe(one.span) if len(one.span) <= room else safe(one.span).rpartition(" ")[2]
    if room >= 2:
        yield element("text", clipped(words, room), class_="on-reign", x=start + 7, y=middle + 4.5)


def _mark(found: Sequence[Happened], x: float, middle: float, width: float) -> Element:
    style = next((kind for kind in WORST if any(one.style == kind for one in found)), found[0].style)
    size = min(6.0, max(width * 0.42, 2.0))
    return element("g", element("title", _said(found)), _shape(style, x, middle, size, width))


def _shape(style: str, x: float, y: float, size: float, width: float) -> Element:
    """A shape for each meaning: none is told by its colour alone."""
    if style == "broken":
        return _polygon(style, (x, y - 1.3 * size), (x + 1.3 * size, y), (x, y + 1.3 * size), (x - 1.3 * size, y))
    if style in ("undecided", "waived"):
        return element("circle", class_=f"mark hollow {style}", cx=x, cy=y, r=max(size - 1, 1.5))
    if style == "alarm":
        return _polygon(style, (x - size, y - size), (x + size, y - size), (x, y + size))
    if style == "response":
        return element("rect", class_="mark response", x=x - size, y=y - size / 2, width=2 * size, height=size)
    if style in ("recall", "lifted"):
        half = size if style == "recall" else size * 0.7
        return element("rect", class_=f"mark {style}", x=x - half, y=y - half, width=2 * half, height=2 * half)
    return element("circle", class_=f"mark {style}", cx=x, cy=y, r=size)


def _polygon(style: str, *corners: tuple[float, float]) -> Element:
    return element("polygon", class_=f"mark {style}", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners))


def _said(found: Sequence[Happened]) -> str:
    first = f"{found[0].at[:16].replace('T', ' ')} {found[0].words}"
    return first + (f" (and {len(found) - 1:,} more)" if len(found) > 1 else "")


def _dates(placed: Sequence[tuple[int, Happened]], slots: _Slots, height: float) -> Iterator[Element]:
    """The days along the foot, or the times of one day, as many as there is room for."""
    one_day = len({one.at[:10] for _, one in placed}) == 1
    before, last = "", -float(APART)
    for slot, one in placed:
        told = one.at[11:16] if one_day else one.at[:10]
        x = slots.x(slot + 0.5)
        if told != before and x - last >= APART:
            yield element("line", class_="tick dotted", x1=x, x2=x, y1=TOP, y2=height - FOOT + 6)
            anchor = "start" if x < START + 36 else "end" if x > slots.end - 36 else "middle"
            yield element("text", told, class_="pale small", x=x, y=height - 10, text_anchor=anchor)
            last = x
        before = told
    if one_day and placed:
        yield element("text", placed[0][1].at[:10], class_="pale small", x=START - 12, y=height - 10,
                      text_anchor="end")
