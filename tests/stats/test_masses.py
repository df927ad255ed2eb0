"""Bins of equal mass."""

from __future__ import annotations

import numpy as np

from shall.stats import by_bin, equal_mass


def test_bins_have_as_many_rows_as_cells_allow():
    rows = np.random.default_rng(0).integers(0, 20, (3, 2000))
    bin_of = equal_mass(rows, 10)
    assert np.all(np.diff(bin_of, axis=1) >= 0)
    sizes = by_bin(rows, bin_of, 10)
    assert np.array_equal(sizes.sum(axis=1), rows.sum(axis=1))
    assert np.abs(sizes - rows.sum(axis=1, keepdims=True) / 10).max() < 20


def test_a_heavy_cell_stays_whole():
    rows = np.array([[1, 97, 1, 1], [0, 0, 0, 0]])
    assert by_bin(rows, equal_mass(rows, 5), 5).tolist() == [[98, 0, 0, 0, 2], [0] * 5]


def test_amounts_go_where_their_cell_goes():
    rows = np.array([[2, 2, 2, 2]])
    assert by_bin(np.array([[0.1, 0.2, 0.3, 0.4]]), equal_mass(rows, 2), 2).round(9).tolist() == [[0.3, 0.7]]
