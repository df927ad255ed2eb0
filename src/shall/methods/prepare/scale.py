"""Numbers on one scale: standard, robust, or by rank as a normal variable. Categories stay what they are.

``standard``: mean 0, standard deviation 1. ``robust``: median 0, distance of the quartiles 1, or the standard deviation
where the quartiles are equal. ``quantile``: the share of training values below (linear between QUANTILES of them, equal
values in the middle) as a quantile of the normal distribution, so that outliers and skewness do not matter. What is
missing stays missing; a constant becomes 0.

Reference: Hastie, Tibshirani and Friedman (2009), section 14.3; for ranks van der Waerden (1952), "Order tests for the
two-sample problem and their power".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value, stack
from shall.methods import nodes as said
from shall.methods.prepare._matrix import chosen, finite, to_learn
from shall.methods.task import Choice, Floats, Scalar

KINDS: Final = ("binary", "multiclass", "regressor")
SPACE: Final = (Choice("method", "standard", options=("standard", "robust", "quantile")),)
QUANTILES: Final = 200                      # at most, of each column
LARGEST: Final = 1e150                      # of numbers; the square of a larger one is infinite
NEAREST: Final = 1e-7 - 2.0**-52            # no share is nearer to 0 or 1 (as in scikit-learn)
_quantile = np.frompyfunc(NormalDist().inv_cdf, 1, 1)
Line = tuple[float, float]                  # centre and scale
How = Line | tuple[float, ...] | None       # or the quantiles, three or more; None: a category


@dataclass(frozen=True, slots=True)
class Scaled:
    """Centre and scale, or quantiles, of each number; None for a category."""

    columns: tuple[How, ...]
    sizes: tuple[int, ...]

    def __call__(self, X: Floats) -> Floats:
        """float64[n, p]; nan where missing."""
        X = np.clip(finite(X, len(self.columns)), -LARGEST, LARGEST)
        for place, how in enumerate(self.columns):
            if how is not None:
                X[:, place] = _ranked(X[:, place], np.array(how)) if len(how) > 2 else _moved(X[:, place], *how)
        return X

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"columns": [None if how is None else list(how) for how in self.columns], "sizes": list(self.sizes)}


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
        settings: Mapping[str, Scalar] | None = None) -> Scaled:
    """Learn the scales of the numbers in ``X`` float64[n, p]; ``sizes``: categories of each column, 0 for a number."""
    method, X = str(chosen(SPACE, settings)["method"]), to_learn(X, sizes)
    known = [np.clip(column[~np.isnan(column)], -LARGEST, LARGEST) for column in X.T]
    return Scaled(tuple(None if size else _learned(values, method) for values, size in zip(known, sizes, strict=True)),
                  tuple(sizes))


def nodes(step: Scaled, x: Value) -> Value:
    """The same in a graph: x [p] gives [p]."""
    x = said.clipped(x, -LARGEST, LARGEST)
    lines = [how if how is not None and len(how) == 2 else (0.0, 1.0) for how in step.columns]
    centre, scale = np.array(lines).T
    moved: Value = (x - centre) / scale
    if (LARGEST / scale > said.LARGEST).any():
        moved = said.clipped(moved, -said.LARGEST, said.LARGEST)
    ranked = {place: how for place, how in enumerate(step.columns) if how is not None and len(how) > 2}
    if not ranked:
        return moved
    shares = stack(*(_share(x[:, place], how) for place, how in ranked.items()))
    kept = [place for place in range(len(step.columns)) if place not in ranked]
    blocks = [Value("normal_quantile", (said.clipped(shares, NEAREST, 1 - NEAREST),), {})]
    blocks += [moved[:, kept]] if kept else []
    return stack(*blocks)[:, np.argsort([*ranked, *kept]).tolist()]


def of(described: Mapping[str, Any]) -> Scaled:
    """From plain data."""
    return Scaled(tuple(None if how is None else tuple(how) for how in described["columns"]),
                  tuple(described["sizes"]))


def _learned(values: Floats, method: str) -> How:
    if not len(values) or values.min() == values.max():
        return (float(values[0]) if len(values) else 0.0), 1.0
    if method == "quantile":
        at = np.linspace(0, 1, max(3, min(QUANTILES, len(values))))
        # the quantiles of equal values may fall by a rounding error
        return tuple(np.maximum.accumulate(np.quantile(values, at)).tolist())
    centre, scale = float(np.mean(values)), float(np.std(values))
    if method == "robust":
        low, centre, high = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
        scale = high - low if high > low else scale
    return centre, scale or 1.0


def _moved(column: Floats, centre: float, scale: float) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(np.nan_to_num((column - centre) / scale, nan=np.nan))


def _ranked(column: Floats, quantiles: Floats) -> Floats:
    at, known = np.linspace(0, 1, len(quantiles)), ~np.isnan(column)
    # from both sides: equal values come to the middle of their ranks
    up = np.interp(column[known], quantiles, at)
    down = -np.interp(-column[known], -quantiles[::-1], -at[::-1])
    found = np.full(len(column), np.nan)
    found[known] = np.asarray(_quantile(np.clip((up + down) / 2, NEAREST, 1 - NEAREST)), dtype=np.float64)
    return found


def _share(x: Value, quantiles: Sequence[float]) -> Value:
    at = np.linspace(0, 1, len(quantiles))
    ascending = np.array(quantiles)
    up = said.interpolated(x, ascending, at)
    down = -said.interpolated(-x, -ascending[::-1], -at[::-1])
    return (up + down) / 2.0
