"""Tables of a page: with a caption, heads with a scope, figures to the right."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from shall.reports._tree import Inside, element


def grid(caption: str, titles: Sequence[str], rows: Sequence[Sequence[Inside]], align: str, heads: int = 0) -> Element:
    """A table that scrolls by itself where the page is narrow; column ``heads`` names the row."""
    head = element("tr", *(element("th", title, scope="col", class_=_side(side))
                           for title, side in zip(titles, align, strict=True)))
    body = [element("tr", *(_cell(inside, side, place == heads)
                            for place, (inside, side) in enumerate(zip(row, align, strict=True)))) for row in rows]
    whole = element("table", element("caption", caption), element("thead", head), element("tbody", *body))
    return element("div", whole, class_="wide", role="region", aria_label=caption, tabindex="0")


def _cell(inside: Inside, side: str, head: bool) -> Element:
    return element("th" if head else "td", inside, scope="row" if head else None, class_=_side(side))


def _side(side: str) -> str | None:
    return "figure" if side == ">" else None
