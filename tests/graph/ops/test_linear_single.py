from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import linear_single
from tests.graph.ops.agreeing import agree, odd


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("missing", [{}, {"missing": -1.0}, {"missing": 0.0}])
def test_it_is_the_same_in_both_engines_to_the_last_bit(outputs: int, missing: dict[str, float]) -> None:
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=(7, outputs)).astype(np.float32), rng.normal(size=outputs).astype(np.float32)
    agree("linear_single", {"weight": weight, "bias": bias} | missing, odd(7))


def test_terms_are_added_one_after_another_in_single_precision() -> None:
    weight, bias = np.ones((3, 1), np.float32), np.array([2**24], np.float32)
    x = np.array([[1.0, 1.0, 1.0], [np.nan, 2.0, np.nan], [np.nan] * 3])
    found = agree("linear_single", {"weight": weight, "bias": bias}, x)
    assert found.tolist() == [[2.0**24], [2.0**24 + 2], [2.0**24]]


def test_weights_of_another_precision_or_number_are_a_fault() -> None:
    weight, bias = np.ones((3, 1), np.float32), np.ones(1, np.float32)
    for told in ({"weight": weight.astype(np.float64), "bias": bias}, {"weight": weight[:2], "bias": bias},
                 {"weight": weight, "bias": np.ones(2, np.float32)}):
        with pytest.raises(Fault):
            linear_single.kind((Kind("number", 3),), told)
