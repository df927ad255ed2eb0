"""The kit takes a good calibration, and finds each thing that may be wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from shall.methods.calibrate import isotonic, platt
from shall.testing import check_map

Spoil = Callable[..., ModuleType]


@pytest.mark.parametrize("good", [isotonic, platt])
def test_a_good_calibration_passes(spoil: Spoil, good: ModuleType) -> None:
    check_map(spoil(good))


@pytest.mark.parametrize(("good", "old", "new", "message"), [
    (platt, "def of(described:", "def read(described:", r"a function `of\(described\)`"),
    (platt, "weight: Floats | None = None) -> Platt", "heavy: Floats | None = None) -> Platt", "`fit` must take"),
    (platt, "Reference: Platt", "From Platt", "must name its source"),
    (platt, '("binary", "multiclass")', '("binary", "regressor")', "is for binary or multiclass"),
    (platt, "found / found.sum(axis=1, keepdims=True)", "found", "multiclass: on fresh rows: .* add up to 1"),
    (platt, "both(intercept + slope * logit(P[:, 1]))", "both(slope * P[:, 1])[:, [0, 1, 1]]",
     r"must give float64\[4000, 2\]"),
    (platt, "both(intercept + slope * logit(P[:, 1]))", "P", "the log loss of fresh rows does not fall"),
    (platt, "both(intercept + slope * logit(P[:, 1]))", "both(intercept - slope * logit(P[:, 1]))", "KEEPS_ORDER"),
    (platt, "(intercept, slope) for intercept", "(intercept, slope / 2) for intercept", "describes itself in another"),
    (platt, "P, y, weight = held_out(P, y, weight)", "P, y, weight = held_out(P, y)", "must count as two rows"),
    (isotonic, "P, y, weight = held_out(told(P, 2), y, weight)",
     "weight = np.ones(len(y)) if weight is None else weight", "it takes labels of one class"),
    (isotonic, "P, y, weight = held_out(told(P, 2), y, weight)",
     "P *= 0.9\n    P, y, weight = held_out(told(P, 2), y, weight)", "it changes the probabilities"),
    (isotonic, "mass = np.bincount(place, weight)", "mass = np.bincount(place, weight)[:-1]", "raises ValueError"),
])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_calibration_that_breaks_a_rule_is_found(spoil: Spoil, good: ModuleType, old: str, new: str,
                                                   message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_map(spoil(good, old, new))
