"""Marks of a picture that differ in shape and in colour, so that neither has to be seen."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._tree import element

MOST: Final = 8                             # marks that differ; more share the last one
CORNERS: Final[tuple[tuple[tuple[float, float], ...], ...]] = (
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),                                   # a square
    ((0, -1.15), (1.05, 0.8), (-1.05, 0.8)),                                                # a triangle
    ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),                                         # a diamond
    ((0, 1.15), (1.05, -0.8), (-1.05, -0.8)),                                               # one upside down
    ((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4),           # a cross
     (0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    ((-0.6, -1.1), (0.6, -1.1), (1.2, 0), (0.6, 1.1), (-0.6, 1.1), (-1.2, 0)),              # a hexagon
    ((0, -1.25), (1.2, -0.3), (0.75, 1.1), (-0.75, 1.1), (-1.2, -0.3)),                     # a pentagon
)


def mark(kind: int, at: tuple[float, float], size: float, style: str) -> Element:
    """The mark number ``kind`` around a point; ``size`` is about its radius."""
    kind = min(kind, MOST - 1)
    named = f"kind k{kind} {style}".strip()
    if kind == 0:
        return element("circle", class_=named, cx=at[0], cy=at[1], r=size * 0.95)
    corners = " ".join(f"{at[0] + size * x:.1f},{at[1] + size * y:.1f}" for x, y in CORNERS[kind - 1])
    return element("polygon", class_=named, points=corners)
