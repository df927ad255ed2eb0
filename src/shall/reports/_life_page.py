"""A life as a page: the picture, the alarms, and every figure in a table beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._figures import rows_of_line
from shall.reports._heard import REMEDY, parts
from shall.reports._layout import plural
from shall.reports._life import WAITS, Course, Lived, Mark, newest
from shall.reports._life_picture import picture, pictures
from shall.reports._lines import MARKS
from shall.reports._page import page, style
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

HEARD: Final = {"alarm": "verdict broken", "response": "verdict"}
OPEN: Final = 12                            # windows of a table that is shown unfolded
WORDS: Final = {str(kind): f"{mark} {kind}" for kind, mark in MARKS.items()} | {WAITS: "· waits for labels"}

FURTHER: Final = "Windows of another size, judged beside the others; they raise no alarm."
TOGETHER: Final = "These bounds hold for every window of this life at once; alarms do not stand on them."
RULE: Final = ("The verdict of a window is that of its rows alone. An alarm is looked at after every row, or, where a "
               "line says so, after every window. The band is what is known of all rows until then; its bounds hold "
               "at all times together, so it is slow to see what is new, and alarms do not stand on it.")


def whole_picture(lived: Lived) -> Element:
    """The picture as a file of its own."""
    return picture(lived, sheet=style())


def whole_page(lived: Lived, most: int | None = None) -> str:
    """The page: what happened, in a picture and in tables; of so many windows, the newest, where there are more."""
    title = f"{lived.subject or 'the subject'} in service"
    rows = sum(lot.rows for lot in lived.windows)
    words = [f"{rows:,} rows", plural(len(lived.windows), "window"), plural(len(lived.courses), "requirement"),
             Path(lived.file).name]
    return page(title, [element("h1", title), element("p", " · ".join(word for word in words if word), class_="pale")],
                _main(lived, most), [element("section", element("h2", "What the alarms promise"),
                                       element("p", lived.promise), element("p", RULE, class_="pale"),
                                       *(element("p", note, class_="pale") for note in lived.notes))])


def _main(lived: Lived, most: int | None) -> Iterator[Element]:
    shown = lived if most is None else newest(lived, most)
    if len(shown.windows) < len(lived.windows):
        yield element("p", f"A page cannot hold {len(lived.windows):,} windows: the newest {len(shown.windows)} are "
                           "here, with all that happened; every window is in the JSON report.", class_="pale")
    yield element("figure", *pictures(shown))
    yield happened(lived)
    yield from tables(shown)
    for place, (size, further) in enumerate(shown.further.items()):
        yield element("section", element("h2", f"Also by {size}"), element("p", FURTHER, class_="pale"),
                      element("figure", *pictures(further, f"further{place}")))


def happened(lived: Lived) -> Element:
    """The alarms and responses of each line: how many, the first and the last; one that goes on sounds again."""
    rows: list[list[Inside]] = []
    for course in lived.courses:
        by_window = [Mark(point.window, "alarm", "by window") for point in course.points if point.alarm]
        for kind in ("alarm", "response"):
            told = [f"{mark.window}, {mark.words}" for mark in (*by_window, *course.marks) if mark.kind == kind]
            if told:
                ends = [element("p", f"the last: {told[-1]}")] if len(told) > 1 else []
                first = element("p", f"the first: {told[0]}" if ends else told[0])
                rows.append([course.name, element("span", plural(len(told), kind), class_=HEARD[kind]),
                             element("div", first, *ends)])
    if not rows:
        return element("p", "No alarm.", class_="met")
    return grid("What happened", ("requirement", "what", "when"), rows, "<<<", heads=0)


def tables(lived: Lived) -> list[Element]:
    """Each requirement with the figures of every window."""
    return [element("section", element("h2", element("span", course.name)), element("p", element("code", course.line)),
                    whole(course), heard(course), _folded(course), class_="requirement") for course in lived.courses]


def whole(course: Course) -> Element | None:
    """What is known of the whole life in a sentence, or why nothing is; None where nobody said."""
    if course.unspanned:
        return element("p", f"No band of the whole life: {course.unspanned}.", class_="pale")
    if not course.spans:
        return None
    last = course.spans[-1]
    of = "" if last.about == "all rows" else f", {last.about}"
    value, low, high = (element("data", text, value=repr(one), title=repr(one)) for one, text in (
        (last.value, course.scale(last.value)), (last.low, course.scale.bare(last.low)),
        (last.high, course.scale.bare(last.high))))
    every = f"A{rows_of_line(course.line)[1:]}"
    return element("p", f"{every} until {last.window}: ", value, " [", low, ", ", high, f"], n {last.n:,}{of}. ",
                   element("span", TOGETHER, class_="pale"))


def heard(course: Course) -> Element | None:
    """That its alarm hears another quantity than the values here, and what to do; None where it does not."""
    if not course.heard:
        return None
    told: list[Inside] = []
    for one in course.heard:
        before, first, between, every, after = parts(one)
        told += [f"The {before}", element("data", first, value=repr(one.heard), title=repr(one.heard)), between,
                 element("data", every, value=repr(one.value), title=repr(one.value)), f"{after}. "]
    return element("p", *told, element("span", REMEDY, class_="pale"))


def _folded(course: Course) -> Element:
    table = _table(course)
    if len(course.points) <= OPEN:
        return table
    return element("details", element("summary", f"All {len(course.points)} windows"), table)


def _table(course: Course) -> Element:
    scale = course.scale
    spans = {span.window: f"{scale(span.value)} {scale.between(span.low, span.high)}" for span in course.spans}
    alarms = [mark.window for mark in course.marks if mark.kind == "alarm"]
    alarms += [point.window for point in course.points if point.alarm]
    rows: list[list[Inside]] = []
    for point in course.points:
        number = alarms.count(point.window)
        limits = [scale(limit) for limit in (point.least, point.most) if limit is not None]
        rows.append([point.window, element("span", WORDS.get(point.verdict, point.verdict),
                                           class_=f"verdict {point.verdict}"),
                     scale(point.value), scale.between(point.low, point.high), " to ".join(limits), f"{point.n:,}",
                     spans.get(point.window, ""), plural(number, "alarm") if number else "", point.words])
    titles = ("window", "verdict", "value", "bounds", "limit", "n", "whole life", "alarms", "note")
    kept = [place for place in range(len(titles)) if place < 6 or any(row[place] for row in rows)]
    return grid(f"{course.name}, window by window", [titles[place] for place in kept],
                [[row[place] for place in kept] for row in rows], "".join("<<>>>>><<"[place] for place in kept),
                heads=0)
