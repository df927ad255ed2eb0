"""How bad a slice is, as one number: what a search puts in order, and the most that any part of a slice can reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows: how many, their loss added and squared and added, and the greatest loss of one row."""

    rows: float
    loss: float
    squares: float
    most: float

    @property
    def mean(self) -> float:
        """The mean loss of a row."""
        return self.loss / self.rows

    @property
    def spread(self) -> float:
        """The standard deviation of a row's loss."""
        return float(np.sqrt(max(self.squares / self.rows - self.mean**2, 0.0)))


class Score(Protocol):
    """Greater is worse. Both take arrays of one shape: rows (at least 1) and added loss of slices."""

    def of(self, rows: Floats, loss: Floats, whole: Whole) -> Floats:
        """The score of each slice."""

    def ceiling(self, rows: Floats, loss: Floats, whole: Whole, support: float) -> Floats:
        """What no part of a slice with at least ``support`` rows can exceed."""


@dataclass(frozen=True, slots=True)
class Excess:
    """The mean loss of a slice over that of all rows, less ``errors`` standard errors: what its rows prove.

    The standard error is that of as many rows taken at random, spread / sqrt(rows).
    """

    errors: float = 3.0

    def of(self, rows: Floats, loss: Floats, whole: Whole) -> Floats:
        """Its unit is that of the loss."""
        return loss / rows - whole.mean - self.errors * whole.spread / np.sqrt(rows)

    def ceiling(self, rows: Floats, loss: Floats, whole: Whole, support: float) -> Floats:
        """With all its loss in v rows it is ``loss / v - c / sqrt(v)``, convex in 1 / sqrt(v): greatest at an end."""
        return _at_ends(self, rows, loss, whole, support)


@dataclass(frozen=True, slots=True)
class SliceLine:
    """``alpha (mean / mean of all - 1) - (1 - alpha) (all rows / rows - 1)``.

    Reference: Sagadeeva and Boehm (2021), "SliceLine: fast, linear-algebra-based slice finding for ML model
    debugging", definition 1; the ceiling is their section 3.2 with the greatest loss of all rows.
    """

    alpha: float = 0.95

    def of(self, rows: Floats, loss: Floats, whole: Whole) -> Floats:
        """Without a unit; 0 for all rows together."""
        return self.alpha * (loss / rows / whole.mean - 1) - (1 - self.alpha) * (whole.rows / rows - 1)

    def ceiling(self, rows: Floats, loss: Floats, whole: Whole, support: float) -> Floats:
        """With all its loss in fewer rows it is monotone in their number: greatest at an end."""
        return _at_ends(self, rows, loss, whole, support)


def _at_ends(score: Score, rows: Floats, loss: Floats, whole: Whole, support: float) -> Floats:
    """All rows of the slice, or as few as can hold its loss; -inf where there are too few."""
    fewest = np.maximum(support, loss / whole.most)
    best = np.maximum(score.of(rows, loss, whole), score.of(fewest, np.minimum(loss, fewest * whole.most), whole))
    return np.where(rows >= support, best, -np.inf)
