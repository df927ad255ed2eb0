"""Rows for a linear form: standardised numbers, and a column of 0 and 1 for each category.

A missing number becomes the mean of training; a missing or unseen category has no column of its own.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shall.graph import Value, stack
from shall.methods import nodes as said
from shall.methods.task import Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """Means and scales of the features float64[p], of the numbers among them, and the sizes of the categories."""

    mean: Floats
    scale: Floats
    sizes: tuple[int, ...]

    def __call__(self, X: Floats) -> Floats:
        """float64[n, q]."""
        blocks = [np.zeros((len(X), 0))]
        for place, size in enumerate(self.sizes):
            column = X[:, place]
            if size:
                blocks.append((column[:, None] == np.arange(size)).astype(np.float64))
            else:
                mean = self.mean[place]
                blocks.append((np.where(np.isnan(column), mean, column)[:, None] - mean) / self.scale[place])
        return np.concatenate(blocks, axis=1)

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"mean": self.mean.tolist(), "scale": self.scale.tolist(), "sizes": self.sizes}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Columns:
        """From plain data."""
        return Columns(np.array(described["mean"], dtype=np.float64), np.array(described["scale"], dtype=np.float64),
                       tuple(described["sizes"]))


def fit(X: Floats, sizes: Sequence[int], weight: Floats | None = None) -> Columns:
    """Learn means and scales from ``X`` float64[n, p] under weights float64[n]."""
    with warnings.catch_warnings():                     # a column may be missing altogether
        warnings.simplefilter("ignore", RuntimeWarning)
        mean, scale = (np.nanmean(X, axis=0), np.nanstd(X, axis=0)) if weight is None else _weighted(X, weight)
    mean, scale = np.nan_to_num(mean), np.nan_to_num(scale)
    scale[scale == 0] = 1.0
    return Columns(mean, scale, tuple(sizes))


def nodes(columns: Columns, x: Value) -> Value:
    """The same in a graph: x [p] gives [q]."""
    numbers = [place for place, size in enumerate(columns.sizes) if not size]
    codes = {place: range(size) for place, size in enumerate(columns.sizes) if size}
    blocks, mean = list[Value](), columns.mean[numbers]
    if numbers:
        some = x[:, numbers]
        blocks.append((said.chosen(some.isna(), mean, some) - mean) / columns.scale[numbers])
    if codes:
        blocks.append(said.told_apart(x, codes))
    owner = [*numbers, *(place for place, some in codes.items() for _ in some)]
    return stack(*blocks)[:, np.argsort(owner, kind="stable").tolist()]


def _weighted(X: Floats, weight: Floats) -> tuple[Floats, Floats]:
    there = ~np.isnan(X) * weight[:, None]
    total = there.sum(axis=0)
    mean = np.nansum(X * weight[:, None], axis=0) / total
    return mean, np.sqrt(np.nansum((X - mean) ** 2 * weight[:, None], axis=0) / total)
