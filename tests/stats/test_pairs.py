"""Bounds of two values from those of each: at the ends of the range of floats, nothing overflows silently."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from shall.stats.pairs import box_difference, box_ratio, mover_difference, mover_ratio


@dataclass
class Given:
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    natural: tuple[float, float] = (0.0, np.inf)

    def bounds(self, alpha):
        return self.low, self.high


def around(value, share=0.1):
    value = np.array(value)
    return Given(value, value * (1 - share), value * (1 + share))


LEFT, RIGHT = np.array([0, 1, 2, 3, 0, 3]), np.array([1, 0, 3, 2, 2, 0])


@pytest.mark.parametrize("times", [1e-200, 1e-150, 1.0, 1e150, 1e200, 1e300])
def test_ratio_does_not_depend_on_the_unit(times):
    ordinary, large = around([1.0, 3.0, 0.2, 7.0]), around(np.array([1.0, 3.0, 0.2, 7.0]) * times)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = mover_ratio(large, LEFT, RIGHT, 0.05)
    for end, known in zip(found, mover_ratio(ordinary, LEFT, RIGHT, 0.05), strict=True):
        assert end == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize("way", [mover_difference, mover_ratio, box_difference, box_ratio])
def test_no_warning_and_never_the_wrong_side(way):
    family = around([1e308, 1.5e308, 1e-308, 5.0])
    family.high[1] = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = way(family, LEFT, RIGHT, 0.05)
    with np.errstate(over="ignore"):
        first, second = family.value[LEFT], family.value[RIGHT]
        value = first - second if "difference" in way.__name__ else first / second
    assert not np.isnan(low).any() and not np.isnan(high).any()
    assert (low <= value).all() and (value <= high).all() and (low < np.inf).all()


def test_ratio_is_where_fiellers_theorem_puts_it():
    """With bounds at equal distances MOVER is Fieller's interval for independent means (Donner and Zou 2012)."""
    value, reach = np.array([5.0, 8.0]), np.array([0.6, 0.9])
    low, high = mover_ratio(Given(value, value - reach, value + reach), np.array([0]), np.array([1]), 0.05)
    a, b, c = value[1] ** 2 - reach[1] ** 2, -2 * value[0] * value[1], value[0] ** 2 - reach[0] ** 2
    assert (low[0], high[0]) == pytest.approx(tuple(sorted(np.roots([a, b, c]))), rel=1e-12)
