"""The worst slices as a picture and as a page: each value with its bounds, beside that of all rows."""

from __future__ import annotations

import math
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._figures import rows_of
from shall.reports._forms import BROAD, both
from shall.reports._layout import plural, safe
from shall.reports._page import page, style
from shall.reports._slices import BAD, Sliced, Slices, between, figure, none_worse, sentences
from shall.reports._tables import grid
from shall.reports._tracks import Track, Tracks, drawn, interval
from shall.reports._tree import Inside, element

MEANS: Final = {"broken": "surely worse than all other rows", "undecided": "perhaps worse"}    # of the colours

def pictures(found: Slices, key: str = "slices") -> tuple[Element, ...]:
    """A row a slice, the worst first, and a line at the value of all rows; in both forms."""
    return both(lambda form: drawn(_tracks(found), _said(found), key, form))


def whole_picture(found: Slices) -> Element:
    """The picture as a file of its own."""
    return drawn(_tracks(found), _said(found), "slices", BROAD, style())


def whole_page(found: Slices) -> str:
    """A page: the picture, the table, and what they mean."""
    named = found.subject or "the subject"
    title = f"{named}: where {found.measure} is {BAD[found.worst]}"
    rows: list[list[Inside]] = [
        [element("span", "worse" if one.evident else "perhaps", class_=f"badge {_kind(one)}"),
         element("code", one.filter), figure(one.value), between(one.low, one.high), figure(one.rest), f"{one.n:,}"]
        for one in found.slices]
    table = grid("The worst slices, surely worse ones first", ("", "slice", "value", "bounds", "all other rows", "n"),
                 rows, "<<>>>>", heads=1)
    lines = [element("li", element("code", one.line)) for one in found.slices]
    about = f"{found.rows:,} rows · of {rows_of(found.where)} {figure(found.value)}"
    return page(title, [element("h1", title), element("p", about, class_="pale")],
                [*([element("figure", *pictures(found)), table, element("h2", "As requirements"), element("ul", *lines)]
                   if lines else [element("p", none_worse(found))]),
                 *([element("h2", "Where it changes most"), element("pre", "\n".join(found.tree.lines()))]
                   if found.tree else [])],
                [element("section", *(element("p", said, class_="pale")
                                     for said in (*sentences(found), *found.notes)))])


def _said(found: Slices) -> tuple[str, str]:
    some = plural(len(found.slices), "slice")
    return (f"Where {safe(found.measure)} is {BAD[found.worst]}: {some} of {found.rows:,} rows",
            "; ".join(f"{safe(one.filter)}: {figure(one.value)}" for one in found.slices[:3]))


def _tracks(found: Slices) -> Tracks:
    rows = [Track(safe(one.filter), f"{figure(one.value)}  n {one.n:,}",
                  interval(one.value, (one.low, one.high), _kind(one))) for one in found.slices]
    shown = [bound for one in found.slices for bound in (one.value, one.low, one.high)
             if bound is not None and math.isfinite(bound)]
    rules = [] if found.value is None else [(found.value, f"{rows_of(found.where, short=True)} {figure(found.value)}")]
    kinds = dict.fromkeys(_kind(one) for one in found.slices)
    return Tracks(rows, shown, lambda tick: f"{tick:.4g}", rules, title=_said(found)[0],
                  legend=[(kind, MEANS[kind]) for kind in kinds])


def _kind(one: Sliced) -> str:
    return "broken" if one.evident else "undecided"
