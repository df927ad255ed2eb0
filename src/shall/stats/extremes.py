"""The extreme over groups, or over pairs of groups, with two one-sided bounds.

Let theta be the smallest of some comparisons. To assert ``theta >= c`` every comparison must be shown to
be at least c: each at alpha, without correction (intersection-union; Berger 1982, theorem 1). To assert
``theta < c`` one comparison must be shown to be below c: each at alpha / m (Bonferroni). So

    low  = min of the lower bounds at alpha,      high = min of the upper bounds at alpha / m,

and the mirror image for the largest. Nothing is resampled: the bootstrap of an extreme is biased.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from shall.stats.arrays import Ints
from shall.stats.families import Estimates

Aggregate = Literal["each", "ratio", "difference"]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The extreme value (None where there is nothing to compare), its bounds, and the group or pair that sets it."""

    value: float | None
    low: float
    high: float
    worst: tuple[int, ...]


NOTHING = Extreme(None, -np.inf, np.inf, ())


def over_groups(estimates: Estimates, aggregate: Aggregate, side: Literal[">=", "<="], alpha: float, *,
                to: int | None = None, bands: Ints | None = None, judged: Flags | None = None,
                comparisons: int | None = None) -> Extreme:
    """The extreme of ``each`` value, of the ``ratio`` smallest over largest, or of the ``difference``.

    Args:
        estimates: a family of G groups.
        side: of the bound that it is for: ``each >=`` is about the smallest value, ``each <=`` the largest.
        alpha: one-sided.
        to: index of the group that a ratio or difference is taken to.
        bands: int[G]; only groups of one band are compared.
        judged: bool[G]; other groups are left out.
        comparisons: how many the corrected side is corrected for; all of these, if not given.
    """
    judged = np.ones(len(estimates.value), dtype=bool) if judged is None else judged
    if aggregate == "each":
        return _each(estimates, side, alpha, np.flatnonzero(judged), comparisons)
    i, j = pairs(aggregate, judged, bands, to)
    together, largest = comparisons or len(i), _largest(aggregate, side, to)
    worst = _furthest(estimates, aggregate, (i, j), largest=largest)
    if worst is None:
        return NOTHING
    low = _bound(estimates, aggregate, "low", (i, j), alpha / together if largest else alpha, largest=largest)
    high = _bound(estimates, aggregate, "high", (i, j), alpha if largest else alpha / together, largest=largest)
    if aggregate == "ratio" and to is None:             # of the smallest over the largest
        low, high = min(low, 1.0), min(high, 1.0)
    return Extreme(worst[0], low, high, worst[1])


def worst_of(estimates: Estimates, aggregate: Aggregate, side: Literal[">=", "<="], *, to: int | None = None,
             bands: Ints | None = None, judged: Flags) -> tuple[int, ...]:
    """The group or pair that sets the extreme, as `over_groups` finds it, without any bounds; () where none does."""
    if aggregate == "each":
        return _each_furthest(estimates, side, np.flatnonzero(judged))[1]
    found = _furthest(estimates, aggregate, pairs(aggregate, judged, bands, to), largest=_largest(aggregate, side, to))
    return () if found is None else found[1]


def _largest(aggregate: Aggregate, side: str, to: int | None) -> bool:
    """Whether it is the largest comparison that counts."""
    return aggregate == "difference" or (to is not None and side == "<=")


def _furthest(estimates: Estimates, aggregate: Aggregate, index: tuple[Ints, Ints], *,
              largest: bool) -> tuple[float, tuple[int, int]] | None:
    """The extreme value of all pairs, and its pair; None where no pair has a value."""
    (i, j), value = index, estimates.value
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        values = value[i] / value[j] if aggregate == "ratio" else value[i] - value[j]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return None
    place = known[np.argmax(values[known]) if largest else np.argmin(values[known])]
    return float(values[place]), (int(i[place]), int(j[place]))


def _bound(estimates: Estimates, kind: Literal["ratio", "difference"], end: Literal["low", "high"],
           index: tuple[Ints, Ints], alpha: float, *, largest: bool) -> float:
    """The extreme of one end over all pairs."""
    short = getattr(estimates, "extreme_bound", None)
    if short is not None:
        return float(short(kind, end, *index, alpha, largest=largest))
    bounds = (estimates.ratio if kind == "ratio" else estimates.difference)(*index, alpha)[end == "high"]
    return float(bounds.max() if largest else bounds.min())


def comparisons(aggregate: Aggregate, judged: Flags, bands: Ints | None = None, to: int | None = None) -> int:
    """How many groups, or ordered pairs of groups, are compared: either one of two may be called too small."""
    if aggregate == "each":
        return int(judged.sum())
    return len(pairs(aggregate, judged, bands, to)[0])


def pairs(aggregate: Aggregate, judged: Flags, bands: Ints | None = None, to: int | None = None) -> tuple[Ints, Ints]:
    """Ordered pairs int64[P], int64[P] of different groups of one band; with ``to`` those that it is part of."""
    groups = np.flatnonzero(judged)
    i, j = (grid.ravel() for grid in np.meshgrid(groups, groups, indexing="ij"))
    kept = i != j
    if bands is not None:
        kept &= bands[i] == bands[j]
    if to is not None:
        kept &= (j == to) if aggregate == "ratio" else (i == to) | (j == to)
    return i[kept], j[kept]


def _each(estimates: Estimates, side: str, alpha: float, groups: Ints, together: int | None) -> Extreme:
    value, worst = _each_furthest(estimates, side, groups)
    if value is None:
        return NOTHING
    plain, careful = (estimates.bounds(level) for level in (alpha, alpha / (together or len(groups))))
    if side == "<=":
        low, high = careful[0][groups].max(), plain[1][groups].max()
    else:
        low, high = plain[0][groups].min(), careful[1][groups].min()
    return Extreme(value, float(low), float(high), worst)


def _each_furthest(estimates: Estimates, side: str, groups: Ints) -> tuple[float | None, tuple[int, ...]]:
    values = estimates.value[groups]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return None, ()
    place = known[np.argmax(values[known]) if side == "<=" else np.argmin(values[known])]
    return float(values[place]), (int(groups[place]),)
