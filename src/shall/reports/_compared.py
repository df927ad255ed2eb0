"""Two versions side by side: verdicts in a table, each group from before to after, and both searches in one picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol
from xml.etree.ElementTree import Element

from shall.core.requirement import Number
from shall.reports._axis import Axis, axis_of
from shall.reports._figures import Scale, confidence_text, group_text, scale_for
from shall.reports._forms import both
from shall.reports._layout import safe
from shall.reports._tables import grid
from shall.reports._tracks import Track, Tracks, drawn
from shall.reports._tree import Inside, element

MOST: Final = 24                            # groups of a picture
SQUARE: Final = (52, 366, 24, 260)          # left, right, top and bottom of a picture of two searches
POINTS: Final = 800                         # of one search


class Change(Protocol):
    """One group before and after."""

    @property
    def group(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def rows(self) -> tuple[int, int]: ...
    @property
    def before(self) -> float | None: ...
    @property
    def after(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def by(self) -> float | None: ...
    @property
    def note(self) -> str: ...


class Changes(Protocol):
    """A measure over one grouping."""

    @property
    def measure(self) -> str: ...
    @property
    def grouping(self) -> tuple[str, ...]: ...
    @property
    def groups(self) -> Sequence[Change]: ...
    @property
    def better(self) -> str: ...
    @property
    def confidence(self) -> float: ...


def changed(found: Changes, key: str) -> list[Element]:
    """A picture and a table of one measure, from before to after."""
    scale = _scale(found)
    title = f"{found.measure}" + (f" by {' and '.join(found.grouping)}" if found.grouping else " of all rows")
    rows: list[list[Inside]] = [
        [_named(one), f"{one.rows[0]:,}" if not one.note else "-", scale(one.before), scale(one.after), _by(one, scale),
         scale.between(one.low, one.high), _judged(one, found.better)] for one in found.groups]
    table = grid(f"{title}; {confidence_text(found.confidence)} bounds of the change",
                 ("group", "rows before", "before", "after", "change", "bounds", "how sure"), rows, "<>>>>><")
    return [element("figure", *_pictures(found, title, scale, key)), table] if len(found.groups) > 1 else [table]


def _scale(found: Changes) -> Scale:
    known = [figure for one in found.groups for figure in (one.before, one.after) if figure is not None]
    return scale_for(max(known, key=abs, default=None), (), Number(0.0))


def _by(one: Change, scale: Scale) -> str:
    return scale(one.by) if one.by is None or one.by <= 0 else f"+{scale(one.by)}"


def _judged(one: Change, better: str) -> Inside:
    """Whether a group is surely better or worse off, by what is better of the measure."""
    if one.note:
        return one.note
    if one.low is None or one.high is None:
        return ""
    up, down = one.low > 0, one.high < 0
    if not (up or down):
        return element("span", "may be chance", class_="pale")
    if better not in ("higher", "lower"):
        return "surely more" if up else "surely less"
    good = up if better == "higher" else down
    return element("span", "surely better" if good else "surely worse", class_="better" if good else "worse")


def _pictures(found: Changes, title: str, scale: Scale, key: str) -> tuple[Element, ...]:
    shown = found.groups[:MOST]
    said = "; ".join(f"{_named(one)} {scale(one.before)} to {scale(one.after)}" for one in shown[:4])
    of = Tracks([_track(one, scale) for one in shown], [figure for one in shown for figure in (one.before, one.after)],
                lambda tick: f"{tick / scale.size:.4g}{scale.unit}")
    return both(lambda form: drawn(of, (f"{safe(title)}, before and after", said), key, form))


def _track(one: Change, scale: Scale) -> Track:
    def marks(axis: Axis, middle: float) -> Iterator[Element]:
        if one.before is not None and one.after is not None:
            yield element("line", class_="way", x1=axis(one.before), x2=axis(one.after), y1=middle, y2=middle)
        if one.before is not None:
            yield element("circle", class_="was", cx=axis(one.before), cy=middle, r=4.5)
        if one.after is not None:
            yield element("circle", class_="now", cx=axis(one.after), cy=middle, r=5)
    words = f"{_by(one, scale)} {scale.between(one.low, one.high)}" if one.by is not None else one.note
    return Track(_named(one), words, marks)


def _named(one: Change) -> str:
    return safe(group_text(one.group)) if one.group else "all rows"


def sought(search: Mapping[str, Any] | None) -> str:
    """What a search has sought; an empty text where there was none."""
    return safe(str((search or {}).get("objective", "")))


def frontiers(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, name: str, key: str) -> Element | None:
    """The candidates of both searches against one requirement; None where not both have tried it and sought one end."""
    old, new = _points(before, name), _points(after, name)
    if not old or not new or sought(before) != sought(after):
        return None
    left, right, top, bottom = SQUARE
    x = axis_of([point[0] for point in (*old, *new)], left, right)
    y = axis_of([point[1] for point in (*old, *new)], bottom, top)
    end = sought(after)
    title = f"{end} against {safe(name)}: both searches"
    return element(
        "svg", element("title", title, id=f"{key}-t"),
        element("desc", f"{len(old)} candidates before, {len(new)} after.", id=f"{key}-d"),
        element("rect", class_="frame", x=left, y=top, width=right - left, height=bottom - top), *_axes(x, y),
        *_search(old, x, y, "was"), *_search(new, x, y, "now"),
        element("text", end, class_="pale", x=left, y=top - 8),
        element("text", safe(name), class_="pale", x=right, y=bottom + 32, text_anchor="end"),
        class_="scatter", viewBox=f"0 0 {right + 14} {bottom + 40}", role="img", aria_labelledby=f"{key}-t {key}-d")


Point = tuple[float, float, bool, bool]     # value, objective, whether no other beats it, whether it was chosen


def _points(told: Mapping[str, Any] | None, name: str) -> list[Point]:
    """The candidates of a search, by a requirement."""
    if told is None or name not in told.get("requirements", ()):
        return []
    place = list(told["requirements"]).index(name)
    fronts = told.get("frontier", {}).get("fronts", ())
    front = {*fronts[place]} if place < len(fronts) else set()
    turn = -1.0 if told.get("minimised") else 1.0
    found: list[Point] = []
    for number, one in enumerate(told.get("tried", ())):
        value, objective = one["values"][place], one["objective"]
        if value is not None and objective is not None and math.isfinite(value) and math.isfinite(objective):
            found.append((value, turn * objective, number in front, bool(one["chosen"])))
    return sorted(found, key=lambda point: (not point[2], not point[3]))[:POINTS]


def _search(points: Sequence[Point], x: Axis, y: Axis, style: str) -> Iterator[Element]:
    for value, objective, unbeaten, _ in points:
        if not unbeaten:
            yield element("circle", class_=f"{style} behind", cx=x(value), cy=y(objective), r=2.6)
    front = sorted(point for point in points if point[2])
    if len(front) > 1:
        yield element("polyline", class_=f"front {style}",
                      points=" ".join(f"{x(value):g},{y(objective):g}" for value, objective, *_ in front))
    for value, objective, *_ in front:
        yield element("circle", class_=style, cx=x(value), cy=y(objective), r=3.6)
    for value, objective, _, chosen in points:
        if chosen:
            yield element("circle", class_=f"ring {style}", cx=x(value), cy=y(objective), r=8)


def _axes(x: Axis, y: Axis) -> Iterator[Element]:
    left, right, top, bottom = SQUARE
    for tick in x.ticks():
        yield element("line", class_="tick", x1=x(tick), x2=x(tick), y1=top, y2=bottom)
        yield element("text", f"{tick:.4g}", class_="pale", x=x(tick), y=bottom + 16, text_anchor="middle")
    for tick in y.ticks():
        yield element("line", class_="tick", x1=left, x2=right, y1=y(tick), y2=y(tick))
        yield element("text", f"{tick:.4g}", class_="pale", x=left - 6, y=y(tick) + 4, text_anchor="end")
