from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from tests.graph.ops.agreeing import RANDOM, agree, odd


@pytest.mark.parametrize("width", [1, 2, 7, 20])
def test_it_is_scipys_and_has_the_same_bits_in_any_batch(width: int) -> None:
    given = RANDOM.normal(size=(1000, width)) * 4
    said = agree("softmax", {}, given, ulps=16)
    assert np.allclose(said, softmax(given, axis=1), atol=1e-15)


def test_odd_rows_are_missing_not_wrong() -> None:
    said = agree("softmax", {}, odd(3), ulps=32)
    known = ~np.isnan(said).any(axis=1)
    assert np.allclose(said[known].sum(axis=1), 1)
