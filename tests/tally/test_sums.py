"""Sums that are exact in any order."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.tally.sums import joined, limbs, places

WITHIN, ANY = "score - label", "target"


def added(values: list[float], text: str) -> float:
    parts = [np.zeros(len(values)) if limb is None else limb for limb in limbs(np.array(values), text)]
    assert len(parts) == len(places(text))
    return float(joined(np.array([[int(limb.sum()) for limb in parts]]), text)[0])


@given(st.lists(st.floats(-1, 1), max_size=50))
def test_what_is_between_minus_1_and_1_is_rounded_once(values: list[float]) -> None:
    wanted = sum((Fraction(round(Fraction(value) * 2**52), 2**52) for value in values), Fraction(0))
    assert added(values, WITHIN) == pytest.approx(float(wanted), rel=2**-51, abs=0)
    assert abs(wanted - sum(map(Fraction, values))) <= Fraction(len(values), 2**53)


@given(st.lists(st.floats(-1e50, 1e50).filter(lambda v: v == 0 or abs(v) > 1e-30), max_size=50))
def test_any_numbers_add_as_fractions_do(values: list[float]) -> None:
    assert added(values, ANY) == pytest.approx(float(sum(map(Fraction, values))), rel=2**-50, abs=0)


def test_nothing_is_lost_next_to_something_large() -> None:
    assert added([1e40, 1.0, -1e40, 2.0**-60], ANY) == 1 + 2.0**-60
    assert added([-2.0**-20], ANY) == -2.0**-20
    assert added([1e15, 1e-15, -1e15], ANY) == 1e-15


def test_missing_infinite_and_too_large_values_add_nothing() -> None:
    assert added([math.nan, 0.5], WITHIN) == 0.5
    assert added([math.nan, math.inf, -math.inf, 1e70, 0.5], ANY) == 0.5
