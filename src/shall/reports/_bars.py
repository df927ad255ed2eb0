"""Shares as bars, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._figures import per_cent
from shall.reports._layout import clipped, safe
from shall.reports._tree import element

WIDTH: Final = 380                          # as wide as a telephone can show it
START, END = 196, 318
ROW, TOP = 22, 6


def bars(title: str, shares: Sequence[tuple[str, float]], key: str) -> Element:
    """A bar for each name; shares are from 0 to 1."""
    most = max((share for _, share in shares), default=1.0) or 1.0
    parts = []
    for place, (name, share) in enumerate(shares):
        top, end = TOP + ROW * place, START + (END - START) * share / most
        parts += [element("text", clipped(safe(name), 25), x=START - 8, y=top + 15, text_anchor="end"),
                  element("rect", class_="solid", x=START, y=top + 4, width=max(end - START, 1), height=ROW - 8),
                  element("text", said(share), class_="pale", x=max(end, START + 1) + 7, y=top + 15)]
    words = ", ".join(f"{safe(name)} {said(share)}" for name, share in shares)
    return element("svg", element("title", title, id=f"{key}-t"), element("desc", words, id=f"{key}-d"), *parts,
                   class_="scatter", viewBox=f"0 0 {WIDTH} {TOP * 2 + ROW * len(shares)}", role="img",
                   aria_labelledby=f"{key}-t {key}-d")


def said(share: float) -> str:
    """A share as a percentage."""
    return per_cent(round(1000 * share), 1000)
