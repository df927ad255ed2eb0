"""Two samples in the same bins, with the names of the bins, for drawing them beside each other."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Bools, Floats, Ints

OTHERS: Final = "(others)"

Counted = tuple[Ints, Floats, Floats]       # counts int64[G, B], least and greatest value of each cell float64[B]
Beside = tuple[Ints, Ints, tuple[str, ...]]


def of_scores(now: Ints, then: Ints) -> Beside:
    """Bins of equal width of a score in [0, 1], int64[G, B] each."""
    bins = now.shape[-1]
    return now, then, tuple(f"{at / bins:g} to {(at + 1) / bins:g}" for at in range(bins))


def of_numbers(now: Counted, then: Counted, bins: int) -> Beside:
    """At most ``bins`` bins of equal mass in the second sample."""
    least = np.union1d(now[1], then[1])
    mass = _spread(then, least).sum(axis=0)
    raw = np.minimum((np.cumsum(mass) - mass) * bins // (mass.sum() or 1), bins - 1)
    bin_of = np.unique(raw, return_inverse=True)[1]
    labels = tuple(_band(least[bin_of == number]) for number in range(int(bin_of.max(initial=-1)) + 1))
    counts = [_added(_spread(sample, least), bin_of, len(labels)) for sample in (now, then)]
    return counts[0], counts[1], labels


def of_names(now: tuple[NDArray[Any], Ints], then: tuple[NDArray[Any], Ints], most: int) -> Beside:
    """The ``most`` categories with most rows in both samples, and one bar for the others."""
    every = np.union1d(now[0], then[0])
    both = [_placed(counts, np.searchsorted(every, values), len(every)) for values, counts in (now, then)]
    order = np.argsort(-(both[0].sum(axis=0) + both[1].sum(axis=0)), kind="stable")
    bin_of = np.empty(len(every), dtype=np.int64)
    bin_of[order] = np.minimum(np.arange(len(every)), most)
    labels = tuple(str(name) for name in every[order[:most]]) + ((OTHERS,) if len(every) > most else ())
    return _added(both[0], bin_of, len(labels)), _added(both[1], bin_of, len(labels)), labels


def matched(counts: Ints, order: list[int]) -> Ints:
    """The groups of a sample in another order; no rows where the place is -1."""
    place = np.array(order, dtype=np.int64)
    known: Bools = place >= 0
    found = np.zeros((len(place), counts.shape[1]), dtype=counts.dtype)
    found[known] = counts[place[known]]
    return found


def _spread(sample: Counted, least: Floats) -> Ints:
    return _placed(sample[0], np.searchsorted(least, sample[1]), len(least))


def _placed(counts: Ints, place: NDArray[np.intp], width: int) -> Ints:
    wide = np.zeros((len(counts), width), dtype=counts.dtype)
    wide[:, place] = counts
    return wide


def _added(counts: Ints, bin_of: NDArray[np.int64], width: int) -> Ints:
    total = np.zeros((len(counts), width), dtype=counts.dtype)
    np.add.at(total.T, bin_of, counts.T)
    return total


def _band(values: Floats) -> str:
    """The first and the last cell of a bin, each by its least value."""
    low, high = f"{values[0]:.4g}", f"{values[-1]:.4g}"
    return low if low == high else f"{low} to {high}"
