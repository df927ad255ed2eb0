"""Every intersection as a picture and as a page: a row a grouping, a dot a group, a line at the value of all rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._axis import Axis
from shall.reports._figures import rows_of
from shall.reports._forms import BROAD, both
from shall.reports._intersections import MARKS, WORST, Crossed, Grouping, Intersections, named, sentences
from shall.reports._layout import safe
from shall.reports._page import page, style
from shall.reports._slices import between, figure
from shall.reports._tables import grid
from shall.reports._tracks import Track, Tracks, drawn, interval
from shall.reports._tree import Inside, element

STYLES: Final = {"worse": "broken", "better": "met", "": "judged"}
MEANS: Final = {"worse": "a group surely worse off than all rows together", "better": "surely better",
                "": "perhaps by chance"}


def whole_picture(found: Intersections) -> Element:
    """The picture as a file of its own."""
    return drawn(_tracks(found), _said(found), "intersections", BROAD, style())


def whole_page(found: Intersections) -> str:
    """A page: the picture, the groupings, and the groups that are worst off."""
    title = f"{found.subject or 'the subject'}: {found.measure} in every intersection"
    groupings: list[list[Inside]] = [
        [" by ".join(one.grouping), f"{len(one.judged)}", f"{len(one.cells) - len(one.judged)}", figure(one.gap),
         between(one.gap_low, one.gap_high)] for one in found.crossings]
    shown, rest = found.cells[:4 * WORST], found.cells[4 * WORST:]
    folded = [element("details", element("summary", f"{len(rest):,} more groups"), _cells(rest, "The other groups"))]
    return page(title, [element("h1", title),
                        element("p", f"{found.rows:,} rows · of {rows_of(found.where)} {figure(found.whole.value)}",
                                class_="pale")],
                [element("figure", *both(lambda form: drawn(_tracks(found), _said(found), "intersections", form))),
                 grid("How far the groups of each grouping are apart",
                      ("grouping", "groups", "set aside", "gap", "bounds"), groupings, "<>>>>"),
                 _cells(shown, "The groups that are worst off" if rest else "Every group, the worst first"),
                 *(folded if rest else [])],
                [element("section", *(element("p", told, class_="pale") for told in sentences(found)),
                         *(element("p", note, class_="pale") for note in found.notes))])


def _cells(cells: Sequence[Crossed], caption: str) -> Element:
    rows: list[list[Inside]] = [
        [MARKS.get(cell.found, ("·", ""))[0], named(cell), figure(cell.value), between(cell.low, cell.high),
         f"{cell.n:,}", f"{cell.rows:,}"] for cell in cells]
    return grid(caption, ("", "group", "value", "bounds", "n", "rows"), rows, "<<>>>>", heads=1)


def _said(found: Intersections) -> tuple[str, str]:
    return (f"{safe(found.measure)} of {len(found.cells):,} groups of {found.rows:,} rows, by grouping",
            "; ".join(f"{named(cell)}: {figure(cell.value)}" for cell in found.cells[:3]))


def _tracks(found: Intersections) -> Tracks:
    """How far the groups of each grouping are apart, and which of them is worst off."""
    ends = [bound for one in found.crossings if one.judged for bound in (one.judged[0].low, one.judged[0].high)]
    shown = [*(cell.value for cell in found.cells), *(end for end in ends if end is not None and math.isfinite(end))]
    every = rows_of(found.where, short=True)
    rules = [] if found.whole.value is None else [(found.whole.value, f"{every} {figure(found.whole.value)}")]
    kinds = [kind for kind in MEANS if any(cell.found == kind for one in found.crossings for cell in one.judged)]
    return Tracks([_track(one) for one in found.crossings], shown, lambda tick: f"{tick:.4g}", rules,
                  words="the worst group, with its bounds", title=_said(found)[0],
                  legend=[(STYLES[kind], MEANS[kind]) for kind in kinds])


def _track(one: Grouping) -> Track:
    name = safe(" by ".join(one.grouping))
    if not one.judged:
        return Track(name, "no group of as many rows", lambda axis, middle: (), worded="pale")
    worst = one.judged[0]
    values = " · ".join(value for _, value in worst.group)

    def marks(axis: Axis, middle: float) -> Iterator[Element]:
        yield from interval(worst.value, (worst.low, worst.high),
                            STYLES[worst.found])(axis, middle)
        for cell in reversed(one.judged):   # the worst one on top
            if cell.value is not None:
                yield element("circle", class_=f"dot {STYLES[cell.found]}", cx=axis(cell.value), cy=middle, r=4.5)
    return Track(name, safe(f"{figure(worst.value)} {values}"), marks)
