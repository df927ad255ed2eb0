"""Different values, and columns that say the same."""

from __future__ import annotations

import numpy as np

from shall.probes import columns


def test_the_first_row_of_each_value():
    assert columns.new(np.array([4, 4, 1, 4, 2])).tolist() == [1, 0, 1, 0, 1]


def test_other_names_of_the_same_and_what_is_merely_alike():
    code, name = np.array([0, 1, 2, 1]), np.array([7, 3, 5, 3])
    coarser, constant = np.array([0, 1, 0, 1]), np.zeros(4, dtype=np.int64)
    assert columns.answers([code, name, coarser, constant, constant]) == [None, 0, None, None, None]
