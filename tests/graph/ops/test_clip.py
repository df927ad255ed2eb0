from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import clip
from tests.graph.ops.agreeing import agree, odd


@pytest.mark.parametrize(("low", "high"), [(0.0, np.array([1.0, 2.0, 3.0])), (-1.0, None), (None, 2.5), (None, None),
                                           (1.0, np.inf)])
def test_it_is_numpys(low: Any, high: Any) -> None:
    given = odd(3)
    said = agree("clip", {"low": low, "high": high}, given)
    assert np.array_equal(said, np.clip(given, low, high), equal_nan=True)


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (np.nan, None), (np.zeros(2), None)])
def test_limits_that_are_none_are_a_fault(low: Any, high: Any) -> None:
    with pytest.raises(Fault):
        clip.kind((Kind("number", 3),), {"low": low, "high": high})


def test_it_bends_at_its_limits() -> None:
    assert clip.jumps({"low": 0.0, "high": np.array([1.0, 2.0])}, 2) == {0: [0.0, 1.0], 1: [0.0, 2.0]}
    (place, column, back), = clip.back({"low": 0.0, "high": None}, 1)
    assert (place, column, back(np.array([3.0]))) == (0, 1, np.array([3.0]))
