from __future__ import annotations

import numpy as np

from shall.measures.cost.size import estimate
from shall.testing import cells


def test_a_fact_is_the_same_in_every_group() -> None:
    found = estimate(cells(decision=[1, 0, 1], sex=["F", "M", "M"], by=["sex"], facts={"size": 2048}))
    assert found.value.tolist() == [2048.0, 2048.0]
    assert [bound.tolist() for bound in found.bounds(0.05)] == [[2048.0, 2048.0]] * 2


def test_without_a_model_there_is_none() -> None:
    found = estimate(cells(decision=[1, 0]))
    assert np.isnan(found.value).all()
    assert [bound.tolist() for bound in found.bounds(0.05)] == [[0.0], [float("inf")]]
