"""Bins of equal mass, made of the cells of a score."""

from __future__ import annotations

import numpy as np

from shall.stats.arrays import Floats, Ints


def equal_mass(rows: Ints, bins: int) -> Ints:
    """int64[G, K]: the bin of each cell, so that the bins of a group have about as many rows each.

    Rows of one cell stay together: a cell that holds more than a bin's share makes for fewer bins.
    """
    before = np.cumsum(rows, axis=1) - rows
    total = np.maximum(rows.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.minimum(before * bins // total, bins - 1), dtype=np.int64)


def by_bin(amounts: Floats, bin_of: Ints, bins: int) -> Floats:
    """[G, bins]: amounts [G, K] added up by bin."""
    added = np.zeros((len(amounts), bins), dtype=amounts.dtype)
    np.add.at(added, (np.arange(len(amounts))[:, None], bin_of), amounts)
    return added
