"""Small whole points: which yes-or-no answers to take, and how many points each is worth.

Rows with equal answers are counted together, so that what is tried often is tried on few rows.

Reference: Liu et al. (2022), "FasterRisk", sections 3.1 (choosing and exchanging) and 3.3 (the scale and rounding).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.methods.task import Floats, Ints

RIDGE: Final = 1e-3                         # on the mean loss, so that answers that decide alone stay finite
STEPS: Final = 8                            # of Newton's method
SCALES: Final = 25
PASSES: Final = 20


@dataclass(frozen=True)
class Counted:
    """Answers bool[n, q], labels [n] in 0 and 1 and weights float64[n]."""

    answers: NDArray[np.bool_]
    y: Ints
    weight: Floats

    def of(self, places: Sequence[int]) -> Counted:
        """Only some answers, with equal rows as one: label and weight of each."""
        some = np.column_stack([self.answers[:, list(places)], self.y[:, None].astype(bool)])
        packed = np.zeros(len(some), dtype=np.int64)
        for column in some.T:
            packed = 2 * packed + column
        _, first, row = np.unique(packed, return_index=True, return_inverse=True)
        return Counted(some[first, :-1], self.y[first], np.bincount(row, weights=self.weight).astype(np.float64))

    def chosen(self, count: int) -> list[int]:
        """The places of the best answers: chosen one by one, and exchanged as long as that helps."""
        places: list[int] = []
        while len(places) < min(count, self.answers.shape[1]):
            added = self._best(places)
            if added is None:
                break
            places.append(added)
        for place in list(places):
            others = [other for other in places if other != place]
            other = self._best(others)
            if other is not None and other != place and self._loss([*others, other]) < self._loss(places) - 1e-9:
                places = [*others, other]
        return places

    def fitted(self) -> Floats:
        """float64[1 + q]: the constant and the coefficients with the smallest loss, by Newton's method."""
        wide = np.column_stack([np.ones(len(self.y)), self.answers])
        found, share = np.zeros(wide.shape[1]), self.weight / self.weight.sum()
        penalty = RIDGE * (np.arange(len(found)) > 0)
        penalty[0] = 1e-9
        for _ in range(STEPS):
            chance = _sigmoid(wide @ found)
            slope = wide.T @ (share * (chance - self.y)) + penalty * found
            bend = (wide * (share * chance * (1 - chance))[:, None]).T @ wide + np.diag(penalty)
            found = found - np.clip(np.linalg.solve(bend, slope), -4, 4)
        return found

    def loss(self, margin: Floats) -> float:
        """The mean logistic loss of margins float64[n]."""
        return float(np.average(np.logaddexp(0, margin) - self.y * margin, weights=self.weight))

    def _loss(self, places: Sequence[int]) -> float:
        some = self.of(places)
        found = some.fitted()
        return some.loss(found[0] + some.answers @ found[1:])

    def _best(self, places: Sequence[int]) -> int | None:
        """The answer whose coefficient lowers the loss most, to the second order, beside some others."""
        some = self.of(places)
        found = some.fitted()
        chance = _sigmoid(found[0] + self.answers[:, list(places)] @ found[1:])
        wide = self.answers.astype(np.float64)
        slope = wide.T @ (self.weight * (self.y - chance))
        spread = self.weight * chance * (1 - chance)
        within = wide.T @ spread
        bend = within - within**2 / max(spread.sum(), 1e-12)            # the constant may move as well
        gain = np.where(bend > 1e-9 * self.weight.sum(), slope**2 / np.maximum(bend, 1e-12), 0.0)
        gain[list(places)] = 0.0
        return int(gain.argmax()) if gain.size and gain.max() > 1e-9 * self.weight.sum() else None


def whole(counted: Counted, most: int) -> tuple[list[int], int, float]:
    """Points [q] within ±``most``, the points of everybody, and how many points are a unit of log-odds."""
    found = counted.fitted()
    largest = np.abs(found[1:]).max() if len(found) > 1 else 0.0
    scales = np.geomspace(1, most, SCALES) / largest if largest > 0 else np.ones(1)
    tries = [_rounded(counted, found, float(scale), most) for scale in scales]
    _, points, scale = min(tries, key=lambda tried: tried[0])
    return [int(point) for point in points[1:]], int(points[0]), scale


def _rounded(counted: Counted, found: Floats, scale: float, most: int) -> tuple[float, Floats, float]:
    """Whole points at one scale: the nearest, then each moved by one as long as that lowers the loss."""
    points = np.rint(found * scale)
    points[1:] = np.clip(points[1:], -most, most)
    wide = np.column_stack([np.ones(len(counted.y)), counted.answers])
    loss = counted.loss(wide @ points / scale)
    for _ in range(PASSES):
        before = loss
        for place in range(len(points)):
            for step in (-1, 1):
                moved = points.copy()
                moved[place] += step
                tried = counted.loss(wide @ moved / scale)
                if tried < loss - 1e-12 and (not place or abs(moved[place]) <= most):
                    points, loss = moved, tried
        if loss == before:
            break
    return loss, points, scale


def _sigmoid(margin: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(margin / 2)))
