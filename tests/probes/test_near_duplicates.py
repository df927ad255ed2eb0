"""Rows that differ in one column, beside a comparison of all pairs; and in nearly linear time."""

from __future__ import annotations

import time

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.probes import near_duplicates


def by_pairs(codes: list[np.ndarray]) -> list[float]:
    rows = np.stack(codes, axis=1)
    return [float(any((row != other).sum() == 1 for other in rows[:place])) for place, row in enumerate(rows)]


def test_as_a_comparison_of_all_pairs_finds_them():
    chance = np.random.default_rng(0)
    codes = [chance.integers(0, 300, 200) for _ in range(6)]
    for place in range(0, 40, 2):                       # an earlier row, one column changed
        for column in codes:
            column[place + 100] = column[place]
        codes[place % 6][place + 100] = 300 + place
    found = near_duplicates.answers(codes)
    assert found.sum() == 20 and found.tolist() == by_pairs(codes)


def test_the_same_row_and_frequent_values_are_none():
    chance = np.random.default_rng(1)
    assert near_duplicates.answers([chance.integers(0, 2, 400) for _ in range(4)]).sum() == 0
    twice = [np.concatenate([column, column]) for column in (chance.permutation(100) for _ in range(3))]
    assert near_duplicates.answers(twice).sum() == 0
    with pytest.raises(DataError, match="three columns"):
        near_duplicates.answers(twice[:2])


def test_ten_times_the_rows_are_not_a_hundred_times_the_work():
    def seconds(rows: int) -> float:
        codes = [np.random.default_rng(2).integers(0, 1000, rows) for _ in range(8)]
        took = []
        for _ in range(3):
            began = time.process_time()
            near_duplicates.answers(codes)
            took.append(time.process_time() - began)
        return min(took)
    assert seconds(200_000) < 40 * max(seconds(20_000), 0.01)
