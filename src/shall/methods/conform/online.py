"""Adaptive conformal inference: coverage over time, whatever the data do.

After each row whose label is known, the level is raised a little where the row was covered, and lowered much where it
was not. So the share of rows that were covered comes to the coverage for every stream there is, however it drifts and
whatever the model: after T rows it is off by ``bound`` at most. Scores are compared with those of the last ``window``
rows. With several step sizes (``gamma``) each has a level of its own, and those that fit the last rows are trusted
more (dynamically tuned); nobody has to know how fast the data move, and the bound is then no longer proven.

Reference: Gibbs and Candès (2021), "Adaptive conformal inference under distribution shift", equation 2 and
proposition 4.1; Gibbs and Candès (2024), "Conformal inference for online prediction with arbitrary distribution
shifts", algorithm 1.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.methods.conform import _scores
from shall.methods.conform._scores import LAST_BITS, Score, Sets
from shall.methods.task import Floats
from shall.stats.conformal import exact

KINDS: Final = ("binary", "multiclass", "regressor")
GAMMA: Final = 0.005
WINDOW: Final = 1000                        # rows
LOCAL: Final = 500                          # rows over which several step sizes are compared


@dataclass(frozen=True, slots=True, eq=False)
class Online:
    """The levels (chances to miss that are asked for now), the trust in each, and the scores of the last rows."""

    coverage: float
    score: Score
    gamma: tuple[float, ...]
    levels: tuple[float, ...]
    trust: tuple[float, ...]
    recent: tuple[float, ...]               # in the order of time
    window: int = WINDOW
    rows: int = 0                           # that it learned from
    missed: int = 0                         # of these

    @property
    def level(self) -> float:
        """The chance to miss that the next set is made for; beyond 0…1 it is everything, or nothing."""
        return math.fsum(trust * level for trust, level in zip(self.trust, self.levels, strict=True))

    @property
    def limit(self) -> float:
        """The largest score that is covered now."""
        return _quantile(sorted(self.recent), self.level)

    @property
    def covered(self) -> float:
        """The share of the rows that it learned from which were covered; nan before the first."""
        return 1 - self.missed / self.rows if self.rows else math.nan

    @property
    def bound(self) -> float:
        """How far that share can be off the coverage, for any stream (proposition 4.1); 1 with several step sizes."""
        if len(self.gamma) > 1 or not self.rows:
            return 1.0
        return min(1.0, (max(self.coverage, 1 - self.coverage) + self.gamma[0]) / (self.gamma[0] * self.rows))

    def sets(self, P: Any) -> Sets:
        """bool[n, classes] as things stand now, from probabilities float64[n, classes]."""
        return _scores.within(self.score, P, self.limit)

    def interval(self, center: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end as things stand now; a limit below 0 is a point."""
        return _scores.around(self.score, center, max(self.limit, 0.0))

    def update(self, P: Any, y: Any) -> Online:
        """The same after further rows float64[n, classes] or float64[n] with their labels [n], in the order of time."""
        return self.walked(P, y)[1]

    def walked(self, P: Any, y: Any) -> tuple[Floats, Online]:
        """float64[n]: the limit that each row met, made of the rows before it; and what is known after the last."""
        P, y = _scores.labelled(self.score, P, y)
        walk = _Walk(self)
        limits = np.array([walk.on(score) for score in self.score.own(P, y).tolist()], dtype=np.float64)
        return limits, walk.after(self)

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"coverage": self.coverage, **self.score.described(), "gamma": list(self.gamma),
                "levels": list(self.levels), "trust": list(self.trust), "recent": list(self.recent),
                "window": self.window, "rows": self.rows, "missed": self.missed}


class _Walk:
    """The state while rows are gone through, one by one."""

    def __init__(self, start: Online) -> None:
        self._goal = float(1 - exact(start.coverage))
        self._gamma, self._levels = np.array(start.gamma), np.array(start.levels)
        self._trust = np.array(start.trust)
        self._order, self._sorted = deque(start.recent), sorted(start.recent)
        self._window, self._rows, self._missed = start.window, 0, 0
        spread = (1 - self._goal) ** 2 * self._goal**3 + self._goal**2 * (1 - self._goal) ** 3
        self._rate = math.sqrt(3 / LOCAL * (math.log(len(self._gamma) * LOCAL) + 2) / spread)

    def on(self, score: float) -> float:
        """The limit for a row, before its score is learned from."""
        limit = _quantile(self._sorted, float(self._trust @ self._levels))
        self._rows += 1
        self._missed += score > limit + LAST_BITS
        n = len(self._sorted)
        lowest = (n + 1 - bisect_left(self._sorted, score - LAST_BITS)) / (n + 1)     # level at which it is missed
        if len(self._gamma) > 1:
            self._compare(lowest)
        missed = float(score > limit + LAST_BITS) if len(self._gamma) == 1 else self._levels >= lowest
        self._levels = self._levels + self._gamma * (self._goal - missed)
        insort(self._sorted, score)
        self._order.append(score)
        if len(self._order) > self._window:
            del self._sorted[bisect_left(self._sorted, self._order.popleft())]
        return limit

    def _compare(self, lowest: float) -> None:
        gap = lowest - self._levels
        loss = self._goal * gap - np.minimum(gap, 0.0)
        odds = self._trust * np.exp(-self._rate * (loss - loss.min()))
        share = 1 / (2 * LOCAL)
        self._trust = (1 - share) * odds / odds.sum() + share / len(odds)

    def after(self, start: Online) -> Online:
        """What is known now."""
        return replace(start, levels=tuple(self._levels.tolist()), trust=tuple(self._trust.tolist()),
                       recent=tuple(self._order), rows=start.rows + self._rows, missed=start.missed + self._missed)


def fit(P: Any, y: Any, coverage: float = 0.9, score: str = "lac", *, gamma: float | Sequence[float] = GAMMA,
        window: int = WINDOW, penalty: float = _scores.PENALTY, free: int = _scores.FREE) -> Online:
    """Start from held-out rows as `split.fit` takes them, in the order of time; the last ``window`` count.

    They may be few, of one class, or none: the coverage is kept from there on in any case.

    ``gamma``: the step, or several of which the better ones are trusted: (0.001, 0.004, 0.016, 0.064). InputError,
    DataError.
    """
    goal = float(1 - exact(coverage))
    steps = tuple(float(step) for step in np.atleast_1d(np.asarray(gamma, dtype=np.float64)))
    if not steps or not all(0 < step < 1 for step in steps) or window < 1:
        raise InputError(f"gamma is a step between 0 and 1, or several, and a window has a row at least; they are "
                         f"{gamma} and {window}")
    kind = _scores.score_for(P, score, penalty, free)
    P, y = _scores.labelled(kind, P, y)
    return Online(float(coverage), kind, steps, (goal,) * len(steps), (1 / len(steps),) * len(steps),
                  tuple(kind.own(P, y)[-window:].tolist()), window)


def of(described: Mapping[str, Any]) -> Online:
    """From plain data."""
    several = {part: tuple(described[part]) for part in ("gamma", "levels", "trust", "recent")}
    return Online(described["coverage"], Score.of(described), **several, window=described["window"],
                  rows=described["rows"], missed=described["missed"])


def _quantile(ascending: Sequence[float], level: float) -> float:
    """The score of rank ceil((n + 1)(1 - level)); infinite beyond the last, and below the first."""
    if level <= 0:
        return math.inf
    place = math.ceil((len(ascending) + 1) * (1 - level) - LAST_BITS)
    if place < 1:
        return -math.inf
    return ascending[place - 1] if place <= len(ascending) else math.inf
