"""Rows of one log in another."""

from __future__ import annotations

import numpy as np

from shall.probes.shared import answers


def test_known_answer():
    mine, theirs = [[1, 2, 3], [0, 0, 0]], [[3, 9], [0, 0]]
    codes = [np.array(one + other) for one, other in zip(mine, theirs, strict=True)]
    assert answers(codes, 2).tolist() == [0, 0, 1]
    assert answers([np.array([1, 1])], 0).tolist() == [0, 0]
