"""Repeated rows, beside pandas; and which of them can be chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shall.probes import duplicates


def columns(seed: int, rows: int = 500) -> list[np.ndarray]:
    chance = np.random.default_rng(seed)
    return [chance.integers(0, size, rows) for size in (3, 5, 8)]


@pytest.mark.parametrize("seed", range(5))
def test_as_pandas_finds_them(seed):
    codes = columns(seed)
    by_pandas = pd.DataFrame(dict(enumerate(codes))).duplicated()
    assert duplicates.answers(codes).tolist() == by_pandas.astype(float).tolist()


def test_rows_of_their_own_no_row_and_no_column():
    assert duplicates.answers([np.arange(9), np.zeros(9, dtype=np.int64)]).sum() == 0
    assert duplicates.answers([np.zeros(0, dtype=np.int64)]).tolist() == []
    assert duplicates.answers([]).tolist() == []


def test_large_codes_do_not_run_over():
    codes = [np.array([0, 2**31, 2**31]) for _ in range(6)]
    assert duplicates.answers(codes).tolist() == [0, 0, 1]


def test_twins_by_chance_are_as_many_as_expected():
    """Of independent columns: the expected number of other rows with the same values."""
    codes = columns(0, 20_000)
    number = duplicates.same(codes)
    assert np.bincount(number)[number].mean() == pytest.approx(duplicates.by_chance(codes).mean(), rel=0.02)
