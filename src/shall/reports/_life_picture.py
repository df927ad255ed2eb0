"""The picture of a life: a row a requirement, its value in each window with bounds, beside its limit and its alarms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports import _life_marks as marks
from shall.reports._figures import rows_of_line
from shall.reports._forms import BOLD, BROAD, LETTER, NARROW, Form, both, svg, within, wrapped
from shall.reports._layout import clipped, plural, safe, width_of
from shall.reports._life import Course, Lived, of_whole
from shall.reports._life_row import NAMED, Frame, Row, limits_of, row_of, ticks_of
from shall.reports._tree import element

EDGE: Final = 6
HEAD: Final = {BROAD.name: 76, NARROW.name: 52}     # above the rows
PLOTS: Final = {BROAD.name: (232.0, 516.0), NARROW.name: (44.0, 262.0)}     # where the windows begin and end
DIGIT: Final = 7.7                          # pixels of a small digit
STRIP, HIGH = 26, 26                        # of the rows of the windows: room above them, and how high they are
MOST: Final = 150                           # windows of one picture, the newest ones
LETTERS, APART = 28, 10                     # of the name of a window, and pixels between two of them


def pictures(lived: Lived, key: str = "life") -> tuple[Element, ...]:
    """A life in both forms."""
    return both(lambda form: picture(lived, key, form=form))


def picture(lived: Lived, key: str = "life", sheet: str = "", form: Form = BROAD) -> Element:
    """An SVG of a life; ``sheet``: a style for one that stands on its own."""
    lots = lived.windows[-MOST:]
    frame = _frame(lived, [lot.label for lot in lots], form)
    at = frame.at
    left = len(lived.windows) - len(lots)
    told = f"{plural(len(lived.courses), lived.what)}, " + (
        f"the newest {len(lots)} of {len(lived.windows):,} {lived.lot}s" if left else plural(len(lots), lived.lot))
    rows: list[Row] = []
    for course in lived.courses:
        rows.append(row_of(course, frame, rows[-1].end if rows else HEAD[form.name]))
    foot = rows[-1].end if rows else HEAD[form.name]
    said = f"{safe(lived.subject) or 'a model'} in service: {told}"
    legend = [*marks.legend(lived.courses, at, (EDGE + 4, foot + STRIP + HIGH + 24), form.width)]
    named = wrapped(safe(lived.subject) or "a model in service", form.width - 2 * EDGE, 1, 10.5)
    parts = [element("text", *named, class_="title", x=EDGE, y=22), element("text", told, class_="pale", x=EDGE, y=42),
             *_labels(frame, foot), *(part for row in rows for part in _row(row, frame)),
             *_lots(lived, frame, foot + STRIP), *(part for _, some in legend for part in some)]
    height = legend[-1][0] + 10 if legend else foot + STRIP + HIGH + 8
    return svg(form, ("life", key), (said, "; ".join(map(_said, lived.courses)) + ". The table has every figure."),
               height, parts, sheet)


def _frame(lived: Lived, labels: Sequence[str], form: Form) -> Frame:
    """Where the windows are: between the figures of the axes and those of the limits."""
    ticks = max((width_of(one) for course in lived.courses for one in ticks_of(course, labels)), default=0) * DIGIT
    limits = max((width_of(one) for course in lived.courses for one in limits_of(course)), default=0) * BOLD
    start, end = PLOTS[form.name]
    start = max(start, ticks + (NAMED if form is BROAD else 0) + 2 * EDGE + 4)
    end = end if form is BROAD else min(end, form.width - limits - 2 * EDGE)
    at = {label: start + (end - start) * (place + 0.5) / len(labels) for place, label in enumerate(labels)}
    return Frame(form, start, end, at)


def _row(row: Row, frame: Frame) -> Iterator[Element]:
    yield element("line", class_="tick", x1=EDGE, x2=frame.form.width - EDGE, y1=row.top, y2=row.top)
    yield from row.drawn
    if frame.form is NARROW:
        for label, x, middle in _named(frame):
            yield element("line", class_="tick", x1=x, x2=x, y1=row.plot[1], y2=row.plot[1] + 4)
            yield element("text", label, class_="pale small", x=middle, y=row.plot[1] + 17, text_anchor="middle")


def _said(course: Course) -> str:
    """One requirement in words."""
    known = [point for point in course.points if point.value is not None]
    alarms = sum(point.alarm for point in course.points) + sum(mark.kind == "alarm" for mark in course.marks)
    value = f"{course.scale(known[0].value)} at first, {course.scale(known[-1].value)} now" if known else "no value yet"
    whole = of_whole(course)
    if whole or course.unspanned:
        every = rows_of_line(course.line)
        whole = f", {every} until {course.spans[-1].window}: {whole}" if whole else ", no band of the whole life"
    return f"{course.name}: {value}, {plural(alarms, 'alarm') if alarms else 'no alarm'}{whole}"


def _named(frame: Frame) -> Iterator[tuple[str, float, float]]:
    """The windows by name, the newest first, as many as there is room for: each with its place, and that of its name.
    """
    free = math.inf
    half = max((min(width_of(safe(label)), LETTERS) for label in frame.at), default=0) * LETTER / 2
    for label, x in [*frame.at.items()][::-1]:
        text = clipped(safe(label), LETTERS)
        middle = within(x, text, 0, frame.form.width)
        if middle + half <= free:
            free = middle - half - APART
            yield text, x, middle


def _labels(frame: Frame, foot: float) -> Iterator[Element]:
    """Broad: the names of the windows above all rows, and a line down from each."""
    if frame.form is BROAD:
        for label, x, middle in _named(frame):
            yield element("line", class_="tick", x1=x, x2=x, y1=HEAD["broad"] - 8, y2=foot + STRIP)
            yield element("text", label, class_="pale", x=middle, y=HEAD["broad"] - 13, text_anchor="middle")


def _lots(lived: Lived, frame: Frame, top: float) -> Iterator[Element]:
    """How many rows each window has, and how many of them a label; verdicts of several phases are of the same rows."""
    lots, start, end = lived.windows[-MOST:], frame.start, frame.end
    largest = max((lot.rows for lot in lots), default=0)
    words = "rows" + (", filled: with a label" if any(lot.labelled is not None for lot in lots) else "")
    total = f"{sum(lot.rows for lot in lots):,} rows" if lived.lot == "window" else f"at most {largest:,}"
    if frame.form is BROAD:
        yield element("text", words, class_="pale small", x=start - 8, y=top + HIGH, text_anchor="end")
        yield element("text", total, class_="pale small", x=end + 8, y=top + HIGH)
    else:
        yield element("text", words, class_="pale small", x=EDGE, y=top - 8)
        yield element("text", total, class_="pale small", x=frame.form.width - EDGE, y=top - 8, text_anchor="end")
    wide = min((end - start) / max(len(lots), 1) * 0.7, 40)
    for lot in lots:
        whole = HIGH * lot.rows / largest if largest else 0
        known = whole if lot.labelled is None else whole * lot.labelled / max(lot.rows, 1)
        told = f"{lot.label}: {lot.rows:,} rows" + ("" if lot.labelled is None else f", {lot.labelled:,} with a label")
        x = frame.at[lot.label] - wide / 2
        yield element("g", element("title", told),
                      element("rect", class_="rows", x=x, y=top + HIGH - whole, width=wide, height=whole),
                      element("rect", class_="labelled", x=x, y=top + HIGH - known, width=wide, height=known))
