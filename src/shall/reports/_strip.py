"""Many verdicts as one strip: a cell each, or the worst of several where they are too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._layout import plural
from shall.reports._tree import element

WORST: Final = ("broken", "undecided", "waived", "met")
# how high a cell stands: the meaning does not hang on a colour
HEIGHTS: Final = {"broken": 1.0, "undecided": 0.66, "waived": 0.66, "met": 0.4}
MOST: Final = 60                            # cells


def strip(found: Sequence[str], what: str = "window", *, width: int = 240, height: int = 18) -> Element:
    """The picture; ``found``: the verdicts, oldest first; ``what`` each of them is of."""
    each = -(-len(found) // MOST) or 1
    cells = [worst(found[first:first + each]) for first in range(0, len(found), each)]
    size = min(width / max(len(cells), 1), 12.0)
    width = max(round(size * len(cells)), 1)        # no wider than its cells, so that what follows stands beside it
    counts = Counter(found)
    told = ", ".join(f"{counts[kind]:,} {kind}" for kind in WORST if counts[kind])
    said = f"{plural(len(found), what)}: {told or 'nothing yet'}; now {found[-1]}" if found else f"no {what} yet"
    return element(
        "svg", element("title", said),
        *(element("rect", class_=f"cell {kind}", x=size * place, y=height * (1 - HEIGHTS.get(kind, 0.66)),
                  width=max(size - 1, 0.8), height=height * HEIGHTS.get(kind, 0.66))
          for place, kind in enumerate(cells)),
        class_="strip", viewBox=f"0 0 {width} {height}", width=width, height=height, role="img", aria_label=said)


def worst(found: Sequence[str]) -> str:
    """The worst of some verdicts, by their words."""
    return next((kind for kind in WORST if kind in found), "undecided")
