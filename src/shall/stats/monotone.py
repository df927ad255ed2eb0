"""Where a rate that falls with a strength, or with several, passes a limit: few tests, and a claim that holds.

A rate falls where it is never higher at a point that is stronger in every direction. Then what is shown at a point is
shown for all weaker ones, and three ways need no correction, or next to none:

- **Halving** (`halved`). On a scale of K steps every test halves what is left. Until the first wrong rejection the walk
  has gone down at each point that is beyond the limit and up at each one within, so that rejection can happen at one of
  log2(K + 1) points that the data do not choose: each is tested at alpha by that number.
- **Ladders** (`climbed`). Points in an order that is set before the rows are seen, each at the whole alpha, until one
  fails (a fixed sequence).
- **Corners.** A box is met where each of its strongest corners is: all have to be shown, each at the whole alpha (an
  intersection-union test).

Reference: Maurer, Hothorn and Lehmacher (1995), "Multiple comparisons in drug clinical trials and preclinical assays:
a-priori ordered hypotheses"; Berger (1982), "Multiparameter hypothesis testing and acceptance sampling".
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from shall.stats.special import clopper_pearson

Point = tuple[int, ...]                     # steps in each direction; (0, 0): nothing is changed
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounded:
    """``right`` of ``rows`` at a point, and the one-sided bounds of the rate, each at the alpha of the test."""

    right: int
    rows: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """nan where there are no rows."""
        return self.right / self.rows if self.rows else math.nan


@lru_cache(maxsize=4096)
def bounded(right: int, rows: int, alpha: float) -> Bounded:
    """The exact bounds of Clopper and Pearson."""
    low, high = clopper_pearson(np.array([right]), np.array([rows]), alpha)
    return Bounded(right, rows, float(low[0]), float(high[0]))


def halvings(steps: int) -> int:
    """How many tests halve a scale of so many steps."""
    return max(1, math.ceil(math.log2(steps + 1)))


def halved(met: Callable[[int], bool], steps: int) -> int:
    """The farthest step of 1…steps at which ``met`` says yes on its way; 0 where at none."""
    low, high = 0, steps
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if met(middle) else (low, middle - 1)
    return low


def first(broken: Callable[[int], bool], steps: int) -> int:
    """The nearest step of 1…steps at which ``broken`` says yes; steps + 1 where at none. It asks as `halved` does."""
    low, high = 1, steps + 1
    while low < high:
        middle = (low + high - 1) // 2
        low, high = (low, middle) if broken(middle) else (middle + 1, high)
    return low


def climbed(ladder: Sequence[T], shown: Callable[[T], bool]) -> T | None:
    """The last one before the first that is not shown; None where the first is not."""
    *_, reached = (None, *itertools.takewhile(shown, ladder))
    return reached


def surface(shape: Sequence[int], within: Callable[[Point], bool]) -> NDArray[np.bool_]:
    """bool[steps + 1 of each direction]: whether a point is within, asked at few of them.

    Boxes of points are halved: where the strongest corner of one is within, all of it is; where the weakest is not,
    none of it is. The points that are asked lie along the border only.
    """
    found = np.zeros([steps + 1 for steps in shape], dtype=bool)
    known: dict[Point, bool] = {}

    def at(point: Point) -> bool:
        if point not in known:
            follows = _follows(known, point)
            known[point] = bool(within(point)) if follows is None else follows
        return known[point]

    boxes = [(tuple(0 for _ in shape), tuple(shape))]
    while boxes:
        low, high = boxes.pop()
        whole = tuple(slice(start, end + 1) for start, end in zip(low, high, strict=True))
        if not at(low):
            continue
        if at(high):
            found[whole] = True
        elif low != high:
            boxes += _halves(low, high)
    return found


def _follows(known: dict[Point, bool], point: Point) -> bool | None:
    """What is known of a point by those that are stronger or weaker."""
    for other, inside in known.items():
        if inside and all(a >= b for a, b in zip(other, point, strict=True)):
            return True
        if not inside and all(a <= b for a, b in zip(other, point, strict=True)):
            return False
    return None


def _halves(low: Point, high: Point) -> Iterator[tuple[Point, Point]]:
    """Two boxes, cut across the longest side."""
    side = max(range(len(low)), key=lambda place: high[place] - low[place])
    middle = (low[side] + high[side]) // 2
    yield (*low[:side], middle + 1, *low[side + 1:]), high
    yield low, (*high[:side], middle, *high[side + 1:])


def weakest(outside: NDArray[np.bool_]) -> list[Point]:
    """The points outside of which no weaker one is: each is the corner of a region that is outside from there on."""
    corners = outside.copy()
    for axis in range(outside.ndim):
        before = np.zeros_like(outside)
        ahead = [slice(None)] * outside.ndim
        behind = [slice(None)] * outside.ndim
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        before[tuple(ahead)] = outside[tuple(behind)]
        corners &= ~before
    return [tuple(int(step) for step in point) for point in np.argwhere(corners)]
