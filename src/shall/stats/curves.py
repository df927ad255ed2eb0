"""Points of the curves behind some measures, from counts by group and bin."""

from __future__ import annotations

from typing import Final

import numpy as np

from shall.core.curve import Point
from shall.stats.arrays import Floats, Ints
from shall.stats.special import clopper_pearson

MOST: Final = 41                            # points of a line
ALPHA: Final = 0.05                         # of each bound that is drawn

Points = list[tuple[Point, ...]]            # one tuple a group


def roc(positive: Ints, negative: Ints) -> Points:
    """The share of positives against the share of negatives above each cut of the score.

    Counts int64[G, B] by ascending cell. Points that are even along the curve; none where a class is missing.
    """
    return [_roc(ones, zeros) for ones, zeros in zip(positive, negative, strict=True)]


def reliability(rows: Ints, k: Ints, score_sum: Floats) -> Points:
    """The frequency of the positive class against the mean score, by bin, with exact bounds of the frequency.

    Rows and positives int64[G, K], sums of the score float64[G, K]; bins without a row have no point.
    """
    low, high = clopper_pearson(k.astype(np.float64), rows.astype(np.float64), ALPHA)
    return [tuple(Point(float(score / n), float(ones / n), float(least), float(most))
                  for n, ones, score, least, most in zip(*group, strict=True) if n)
            for group in zip(rows, k, score_sum, low, high, strict=True)]


def shares(counts: Ints, labels: tuple[str, ...]) -> Points:
    """The share of each bin as bars. Counts int64[G, B]; no bars where a group has no row."""
    return [tuple(Point(place, float(count / row.sum()), label=label)
                  for place, (count, label) in enumerate(zip(row, labels, strict=True))) if row.sum() else ()
            for row in counts]


def _roc(ones: Ints, zeros: Ints) -> tuple[Point, ...]:
    if not ones.sum() or not zeros.sum():
        return ()
    hit, false = (np.concatenate([[0.0], np.cumsum(counts[::-1]) / counts.sum()]) for counts in (ones, zeros))
    along = hit + false                     # ascends from 0 to 2
    chosen = np.unique(np.searchsorted(along, np.linspace(0, along[-1], MOST)).clip(0, len(along) - 1))
    return tuple(Point(float(x), float(y)) for x, y in zip(false[chosen], hit[chosen], strict=True))
