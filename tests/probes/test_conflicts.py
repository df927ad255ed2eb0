"""The same row with two labels."""

from __future__ import annotations

import numpy as np

from shall.probes.conflicts import answers


def test_known_answer():
    found = answers([np.array([0, 0, 1, 1, 2, 2])], np.array([0, 1, 1, 1, -1, 0]))
    assert found.tolist()[:4] == [1, 1, 0, 0] and np.isnan(found[4]) and found[5] == 0


def test_no_row():
    assert answers([np.zeros(0, dtype=np.int64)], np.zeros(0, dtype=np.int64)).tolist() == []
