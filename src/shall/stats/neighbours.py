"""How near a row of numbers is to the nearest one of training, and whether that one's class is the only one near.

Distances are between principal components, so that many columns that say the same count once. The ratio of the
distance to the nearest class to that of the next one is small inside a class and near 1 between two.

Reference: Jiang, Kim, Guan and Gupta (2018), "To trust or not to trust a classifier", section 3 (the ratio); Ramaswamy,
Rastogi and Shim (2000), "Efficient algorithms for mining outliers from large data sets" (the distance).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shall.stats.arrays import Floats, Ints, floats

COMPONENTS: Final = 30
KEPT: Final = 4000                          # rows that distances are taken to
AT_ONCE: Final = 1024
DIGITS: Final = 6                           # that are kept of a number


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Mean float64[p] and axes float64[p, d] of the components, rows float64[m, d] and their classes int64[m]."""

    mean: Floats
    axes: Floats
    rows: Floats
    label: Ints

    def __call__(self, X: Any) -> tuple[Floats, Floats]:
        """float64[n] the distance to the nearest row, float64[n] its ratio to the next class's; 0 of one class."""
        return self._of(_placed(X, self.mean, self.axes), itself=False)

    def of_themselves(self) -> tuple[Floats, Floats]:
        """The same of the rows that are kept, none its own neighbour."""
        return self._of(self.rows, itself=True)

    def _of(self, places: Floats, itself: bool) -> tuple[Floats, Floats]:
        near, ratio = np.empty(len(places)), np.empty(len(places))
        for start in range(0, len(places), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            near[some], ratio[some] = self._nearest(places[some], start if itself else None)
        return near, ratio

    def _nearest(self, places: Floats, own: int | None) -> tuple[Floats, Floats]:
        square = (places**2).sum(axis=1)[:, None] - 2 * places @ self.rows.T + (self.rows**2).sum(axis=1)
        if own is not None:
            square[np.arange(len(places)), own + np.arange(len(places))] = np.inf
        classes = [self.label == one for one in range(int(self.label.max(initial=0)) + 1)]
        by_class = np.stack([square[:, one].min(axis=1, initial=np.inf) for one in classes], axis=1)
        ranked = np.sqrt(np.maximum(np.sort(by_class, axis=1), 0.0))
        if ranked.shape[1] < 2:
            return ranked[:, 0], np.zeros(len(places))
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.where(np.isfinite(ranked[:, 1]) & (ranked[:, 1] > 0), ranked[:, 0] / ranked[:, 1], 0.0)
        return ranked[:, 0], ratio

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"mean": self.mean.tolist(), "axes": self.axes.tolist(), "rows": self.rows.tolist(),
                "label": self.label.tolist()}


def fit(X: Any, label: Any = None, seed: int = 0) -> Neighbours:
    """Learn from rows float64[n, p], missing numbers as 0, and their classes int64[n]; at most ``KEPT`` are kept."""
    X = _known(X)
    label = np.zeros(len(X), dtype=np.int64) if label is None else np.asarray(label, dtype=np.int64)
    mean = X.mean(axis=0)
    power, axes = np.linalg.eigh((X - mean).T @ (X - mean))
    kept = np.flatnonzero(power > 1e-9 * max(power.max(initial=0.0), 1e-300))[::-1][:COMPONENTS]
    some = np.random.default_rng(seed).permutation(len(X))[:KEPT]
    axes = np.round(axes[:, kept], DIGITS)
    mean = np.round(mean, DIGITS)
    return Neighbours(mean, axes, np.round(_placed(X[some], mean, axes), DIGITS), label[some])


def of(told: Mapping[str, Any]) -> Neighbours:
    """From plain data."""
    mean = np.array(told["mean"], dtype=np.float64)
    axes = np.array(told["axes"], dtype=np.float64).reshape(len(mean), -1)
    return Neighbours(mean, axes, np.array(told["rows"], dtype=np.float64).reshape(-1, axes.shape[1]),
                      np.array(told["label"], dtype=np.int64))


def _known(X: Any) -> Floats:
    return np.nan_to_num(floats(X), nan=0.0, posinf=0.0, neginf=0.0)


def _placed(X: Any, mean: Floats, axes: Floats) -> Floats:
    return np.asarray((_known(X) - mean) @ axes)
