"""Which of the worst slices are worth telling: without features that they do not need, and apart from one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shall.methods.slices.columns import Column, Floats
from shall.methods.slices.slice_search import Slice

Bools = NDArray[np.bool_]
Terms = tuple[tuple[int, int], ...]


class Losses:
    """The losses that were searched: float64[rows], nan where a row does not count, and what each row weighs."""

    def __init__(self, columns: Sequence[Column], loss: Floats, weight: Floats | None = None) -> None:
        self.columns, self.loss, self.weight = columns, loss, weight
        known = np.isfinite(loss)
        counts = np.where(known, 1.0 if weight is None else weight, 0.0)
        value = np.where(known, loss, 0.0)
        self._added = np.stack([counts, counts**2, counts * value, counts * value**2], axis=1)
        self._sums: dict[Terms, Floats] = {}

    def sums(self, one: Slice) -> Floats:
        """float64[4]: weights, their squares, weighted losses and weighted squares of losses, added; kept."""
        if one.terms not in self._sums:
            self._sums[one.terms] = self._added[one.holds(self.columns)].sum(axis=0)
        return self._sums[one.terms]


def needed(found: Slice, losses: Losses, errors: float) -> Slice:
    """The slice without features that it does not need.

    A feature is needed where the rows of the slice are worse than those that come in without it, by ``errors`` standard
    errors of the difference. Left out is the one that is needed least, then the next.
    """
    while len(found.terms) > 1:
        gains = [_gain(found, without, losses) for without in _shorter(found)]
        least = int(np.argmin(gains))
        if gains[least] >= errors:
            return found
        found = list(_shorter(found))[least]
        rows, loss, _ = _moments(losses.sums(found))
        found = replace(found, rows=rows, loss=loss)
    return found


def apart(slices: Sequence[Slice], losses: Losses, errors: float, most: float = 0.5, top: int = 10) -> list[Slice]:
    """The first ``top`` of these, without features that they do not `need`, that share at most ``most`` of their rows
    with each one taken before, as found and as told.

    The share is that of the smaller one, so that neither a part of a slice nor what is mostly made of it is told again.
    """
    taken: list[tuple[Slice, Bools]] = []
    for found in slices:
        if len(taken) == top:
            break
        if _new(found.holds(losses.columns), taken, most):
            short = needed(found, losses, errors)
            rows = short.holds(losses.columns)
            if _new(rows, taken, most):
                taken.append((short, rows))
    return [one for one, _ in taken]


def _new(rows: Bools, taken: Sequence[tuple[Slice, Bools]], most: float) -> bool:
    return all((rows & other).sum() <= most * min(rows.sum(), other.sum()) for _, other in taken)


def _shorter(found: Slice) -> Iterator[Slice]:
    for place in range(len(found.terms)):
        yield replace(found, terms=found.terms[:place] + found.terms[place + 1:],
                      filters=found.filters[:place] + found.filters[place + 1:])


def _gain(found: Slice, without: Slice, losses: Losses) -> float:
    """How many standard errors worse the rows of a slice are than those that come in without one of its features."""
    inside, both = losses.sums(found), losses.sums(without)
    rows, mean, variance = _moments(inside)
    more, other, spread = _moments(both - inside)
    if not rows or not more:
        return 0.0
    pooled = (rows * variance + more * spread) / (rows + more)
    return float((mean - other) / max(np.sqrt(pooled * (1 / rows + 1 / more)), 1e-300))


def _moments(sums: Floats) -> tuple[float, float, float]:
    """How many rows (with weights, the rows that a sample of their effective size has), mean and variance."""
    count, squares, total, spread = sums.tolist()
    if count <= 0 or squares <= 0:
        return 0.0, 0.0, 0.0
    return count**2 / squares, total / count, max(spread / count - (total / count) ** 2, 0.0)
