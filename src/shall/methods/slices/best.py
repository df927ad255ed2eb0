"""The worst slices seen so far, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from shall.methods.slices.columns import Floats, Ints


class Entry(NamedTuple):
    """A slice, in the order of its fields: the worst first, then fewer columns, then those that come first."""

    minus_score: float
    depth: int
    places: tuple[int, ...]
    predicates: tuple[int, ...]
    rows: float
    loss: float


class Best:
    """At most ``top`` entries; ``floor`` is the score below which no other can enter."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.entries: list[Entry] = []

    @property
    def floor(self) -> float:
        """-inf until there are enough."""
        return -self.entries[-1].minus_score if len(self.entries) == self.top else -np.inf

    def offer(self, places: tuple[int, ...], predicates: Sequence[Ints], scores: Floats,
              table: tuple[Floats, Floats]) -> None:
        """All slices of some columns: scores, rows and loss of each combination of their predicates."""
        flat = scores.ravel()
        good = np.flatnonzero((flat >= self.floor) & (flat > -np.inf))
        if len(good) > self.top:
            least = np.partition(flat[good], len(good) - self.top)[len(good) - self.top]
            good = good[flat[good] >= least]
        good = good[np.argsort(-flat[good], kind="stable")][:self.top]
        rows, loss = (one.ravel()[good] for one in table)
        for at, index in enumerate(zip(*np.unravel_index(good, scores.shape), strict=True)):
            chosen = tuple(int(some[place]) for some, place in zip(predicates, index, strict=True))
            self.entries.append(Entry(-float(flat[good[at]]), len(places), places, chosen, float(rows[at]),
                                      float(loss[at])))
        self.entries = sorted(self.entries)[:self.top]
