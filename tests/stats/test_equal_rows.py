"""Equal rows stay together, frequent ones do not, and nothing else changes."""

from __future__ import annotations

import numpy as np

from shall.stats.equal_rows import FREQUENT, together


def test_equal_rows_have_one_number_in_the_order_in_which_they_come() -> None:
    rows = np.random.default_rng(0).normal(size=(100, 3))
    rows[1, 0], rows[2, 0] = np.nan, 0.0
    twin = rows[::-1].copy()
    twin[97, 0] = -0.0
    found = together(np.concatenate([rows, twin]), np.arange(200) >= 100)
    assert found.tolist() == [*range(100), *range(99, -1, -1)]


def test_columns_that_change_places_are_other_rows() -> None:
    rows = np.random.default_rng(0).normal(size=(100, 2))
    found = together(np.concatenate([rows, rows[:, ::-1]]), np.arange(200) >= 100)
    assert found.tolist() == list(range(200))


def test_frequent_rows_are_parted() -> None:
    """A share of one sample is enough: else few values would all be in one part."""
    rows = np.concatenate([np.arange(2000.0), np.repeat(-1.0, FREQUENT // 2), np.repeat(-2.0, FREQUENT // 2 - 1)])
    both = np.concatenate([rows, rows])[:, None]
    found = together(both, np.arange(len(both)) >= len(rows))
    assert len(np.unique(found[both[:, 0] == -1])) == FREQUENT
    assert len(np.unique(found[both[:, 0] == -2])) == 1
    few = np.concatenate([np.arange(100.0, 150.0), np.arange(50) // 4])[:, None]     # fours, and two of the last
    assert len(np.unique(together(few, np.arange(100) >= 50))) == 99


def test_no_rows() -> None:
    assert together(np.empty((0, 2)), np.empty(0, dtype=bool)).size == 0
