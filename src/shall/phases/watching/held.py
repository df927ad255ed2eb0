"""Rows that have their label and are not heard yet, since one before them has none and may still get it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Ints

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Held:
    """``rows``: how many are held up, ``by``: how many without a label stand before the last of them; ``first``: the
    id of the first of these ("" where it has none), ``at``: its time; ``until``: when all of these are too old to get
    one. Times are seconds since 1970.
    """

    rows: int
    by: int
    first: str
    at: float
    until: float


@dataclass(slots=True)
class Lane:
    """Rows that follow one another; those after the newest with a label hold nothing up, so they are not counted yet.
    """

    matured: float
    rows: int = 0
    by: int = 0
    first: str = ""
    at: float = math.inf
    until: float = -math.inf
    _open: int = 0                          # rows that wait, and hold up none so far
    _newest: float = -math.inf              # of these

    def add(self, waits: Mask, labelled: Mask, seconds: Ints, name: Callable[[int], str]) -> None:
        """Some rows more. ``name``: the id of the row at a place."""
        waiting = np.flatnonzero(waits)
        begins = 0
        if math.isinf(self.at):
            if not len(waiting):
                return
            begins = int(waiting[0])
            self.first, self.at = name(begins), float(seconds[begins])
        held = np.flatnonzero(labelled[begins:]) + begins
        if len(held):
            before = waiting < held[-1]
            self._wait(seconds[waiting[before]])
            self.until = max(self.until, self._newest + self.matured)
            self.rows, self.by = self.rows + len(held), self.by + self._open
            self._open, self._newest, waiting = 0, -math.inf, waiting[~before]
        self._wait(seconds[waiting])

    def _wait(self, seconds: Ints) -> None:
        self._open += len(seconds)
        self._newest = max(self._newest, float(seconds.max())) if len(seconds) else self._newest


def held_up(lanes: list[Lane]) -> Held | None:
    """What all lanes hold up together; None where no row is held up."""
    some = [one for one in lanes if one.rows]
    if not some:
        return None
    first = min(some, key=lambda one: one.at)
    return Held(sum(one.rows for one in some), sum(one.by for one in some), first.first, first.at,
                max(one.until for one in some))
