"""Rows that count for unequal numbers: bounds on the rows that they are worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np

from shall.stats.arrays import Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.auc import Auc
from shall.stats.balance import Balance
from shall.stats.divergence import Divergence
from shall.stats.estimated import Estimated, Places
from shall.stats.means import Means
from shall.stats.overlap import Overlap
from shall.stats.parted import Parted
from shall.stats.proportions import Proportions
from shall.stats.smooth import Smooth


def weighted(once: Any, squares: Any, counted: Any) -> Weighted:
    """The estimates of a weighted sample.

    One measure three times: from sums of the weights, from sums of their squares, and from counts of rows. Every array
    of a family is linear in the counts, so this is all that the linearised variance needs. The counts are scaled to
    the effective sample, whose bounds are those of the family (Korn and Graubard 1998, for rates), of at most the rows.
    """
    return Weighted(_effective(once, squares, counted), np.asarray(counted.n))


@dataclass(frozen=True, eq=False)
class Weighted:
    """A family on its effective sample, and the rows of the whole one."""

    base: Any                               # an Estimates
    n: Ints

    @property
    def value(self) -> Floats:
        """float64[G]; noise that a family takes off is that of the effective sample."""
        return np.asarray(self.base.value)

    @property
    def natural(self) -> tuple[float, float]:
        """That of the family."""
        low, high = self.base.natural
        return low, high

    def bounds(self, alpha: float) -> Bounds:
        """Each one-sided at alpha."""
        low, high = self.base.bounds(alpha)
        return low, high

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """As the family has it."""
        low, high = self.base.difference(i, j, alpha)
        return low, high

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """As the family has it."""
        low, high = self.base.ratio(i, j, alpha)
        return low, high

    @property
    def extreme_bound(self) -> Any:
        """The short way of the family, where it has one."""
        return getattr(self.base, "extreme_bound", None)

    @property
    def among_units(self) -> Any:
        """What the noise of its units is, where the family takes noise out."""
        return self.base.among_units

    def scaled(self, factor: Floats) -> Weighted:
        """The same weights on more rows."""
        return Weighted(self.base.scaled(factor), np.asarray(self.n * factor))

    def variance(self, worth: Floats) -> Floats:
        """float64[G]: of the plug-in of a family that takes noise out, if rows are worth so much."""
        return np.asarray(self.base.variance(worth))

    def shrunk(self, worth: Floats) -> Weighted:
        """The same weights on the rows that carry the noise of units."""
        return replace(self, base=self.base.shrunk(worth))

    def concat(self, other: Weighted) -> Weighted:
        """The groups of both."""
        return Weighted(self.base.concat(other.base), np.concatenate([self.n, other.n]))


@singledispatch
def _effective(once: Any, squares: Any, counted: Any) -> Any:
    """Kish (1965), section 11.7: (sum w)^2 / sum w^2."""
    return once.scaled(_ratio(_kish(once.n, squares.n, counted.n), once.n))


@_effective.register
def _(once: Proportions, squares: Proportions, counted: Proportions) -> Proportions:
    rate = _ratio(once.k, once.n)
    spread = (1 - rate) ** 2 * squares.k + rate**2 * (squares.n - squares.k)
    size = _where(spread, rate * (1 - rate) * np.square(once.n), _kish(once.n, squares.n, counted.n))
    return once.scaled(_ratio(np.minimum(size, counted.n), once.n))


@_effective.register
def _(once: Means, squares: Means, counted: Means) -> Means:
    mean = _ratio(once.total, once.n)
    spread = squares.squares - 2 * mean * squares.total + mean**2 * squares.n
    variance = np.maximum(_ratio(once.squares, once.n) - mean**2, 0)
    size = _where(spread, variance * np.square(once.n), _kish(once.n, squares.n, counted.n))
    return once.scaled(_ratio(np.minimum(size, counted.n), once.n))


@_effective.register
def _(once: Auc, squares: Auc, counted: Auc) -> Auc:
    placements = once._placements
    shrunk: list[Any] = []
    for part, place in zip(("positive", "negative"), placements, strict=True):
        mass, square, rows = (np.asarray(getattr(some, part), dtype=float) for some in (once, squares, counted))
        deviation = (place - np.nan_to_num(once.value)[:, None]) ** 2
        total = mass.sum(axis=1)
        size = _where((square * deviation).sum(axis=1), (mass * deviation).sum(axis=1) * total,
                      _kish(total, square.sum(axis=1), rows.sum(axis=1)))
        shrunk.append(mass * _ratio(np.minimum(size, rows.sum(axis=1)), total)[:, None])
    return replace(once, positive=shrunk[0], negative=shrunk[1])


@_effective.register
def _(once: Parted, squares: Parted, counted: Parted) -> Parted:
    return replace(once, parts=tuple(_effective(*some) for some in zip(once.parts, squares.parts, counted.parts,
                                                                       strict=True)))


@_effective.register
def _(once: Overlap, squares: Overlap, counted: Overlap) -> Overlap:
    rates = _effective(*(Proportions(part.k, part.n) for part in (once, squares, counted)))
    return once.scaled(_ratio(rates.n, once.n))


@_effective.register
def _(once: Balance, squares: Balance, counted: Balance) -> Balance:
    hits, alarms = (_effective(*(Proportions(getattr(part, k), getattr(part, n)) for part in (once, squares, counted)))
                    for k, n in (("hits", "positives"), ("false_alarms", "negatives")))
    return Balance(hits.k, hits.n, alarms.k, alarms.n)


@_effective.register
def _(once: Smooth, squares: Smooth, counted: Smooth) -> Smooth:
    square = np.nan_to_num(once.influence) ** 2
    top = (once.rows * square).sum(axis=(1, 2)) * once.n
    size = _where((squares.rows * square).sum(axis=(1, 2)), top, _kish(once.n, squares.n, counted.n))
    return once.scaled(_ratio(np.minimum(size, counted.n), once.n))


@_effective.register
def _(once: Divergence, squares: Divergence, counted: Divergence) -> Divergence:
    shrunk: list[Any] = []
    for part in ("counts", "reference"):
        mass, square, rows = (np.asarray(getattr(some, part), dtype=float) for some in (once, squares, counted))
        size = _kish(mass.sum(axis=1), square.sum(axis=1), rows.sum(axis=1))
        shrunk.append(mass * _ratio(size, mass.sum(axis=1))[:, None])
    return replace(once, counts=shrunk[0], reference=shrunk[1])


@_effective.register
def _(once: Estimated, squares: Estimated, counted: Estimated) -> Estimated:
    rows = (part.now.rows.sum(axis=1) for part in (once, squares, counted))
    size = _ratio(_kish(*rows), once.now.rows.sum(axis=1))[:, None]
    places = {name: getattr(once, name).scaled(_worth(*(getattr(part, name) for part in (once, squares, counted))))
              for name in ("then", "checked")}
    return replace(once, now=once.now.scaled(size), **places)


def _worth(once: Places, squares: Places, counted: Places) -> Floats:
    """float64[G, P]: the effective rows of each place over its weights."""
    return _ratio(_kish(once.rows, squares.rows, counted.rows), once.rows)


def _kish(mass: Any, squares: Any, rows: Any) -> Floats:
    return np.asarray(np.minimum(_ratio(np.square(np.asarray(mass, dtype=float)), squares), rows))


def _ratio(top: Any, bottom: Any) -> Floats:
    """0 where the bottom is."""
    bottom = np.asarray(bottom, dtype=float)
    return np.asarray(np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), 0.0))


def _where(spread: Any, top: Any, otherwise: Floats) -> Floats:
    """The effective size top / spread; ``otherwise`` where nothing varies."""
    found = _ratio(top, spread)
    return np.where(found > 0, found, otherwise)
