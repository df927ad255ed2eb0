"""Vector scaling: the best there is, better than a temperature where classes differ, and the effect on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.methods.calibrate import temperature, vector_scaling
from shall.testing.maps import log_loss, too_sure


def test_it_is_the_best() -> None:
    P, y = too_sure(3)
    made = vector_scaling.fit(P, y)

    def objective(slope: Any, shift: Any) -> float:
        pull = vector_scaling.PULL * (((slope - 1) ** 2).sum() + (shift**2).sum()) / 2
        return log_loss(vector_scaling.Vector(tuple(slope), tuple(shift))(P), y) * len(y) + pull

    best = objective(np.array(made.slope), np.array(made.shift))
    for place in range(3):
        for step in (-1e-3, 1e-3):
            moved = step * np.eye(3)[place]
            assert objective(np.array(made.slope) + moved, np.array(made.shift)) > best
            assert objective(np.array(made.slope), np.array(made.shift) + moved) > best


def fond(seed: int) -> tuple[Any, Any]:
    """Rows that are three times too sure, and whose odds of class 0 are three times too high besides."""
    P, y = too_sure(4, seed)
    P = P * [3, 1, 1, 1]
    return P / P.sum(axis=1, keepdims=True), y


def test_it_mends_a_fondness_for_one_class() -> None:
    fresh, truth = fond(9)
    found = [vector_scaling.fit(*fond(seed)) for seed in range(5)]
    assert (log_loss(found[0](fresh), truth) < log_loss(temperature.fit(*fond(0))(fresh), truth) - 0.005)
    np.testing.assert_allclose(np.mean([made.slope for made in found], axis=0), 1 / 3, atol=0.03)
    more = np.mean([made.shift[0] - np.mean(made.shift[1:]) for made in found])
    assert more == pytest.approx(-np.log(3) / 3, abs=0.1)  # its standard error is 0.045


def test_a_model_that_is_too_unsure_gets_better(digits: Any) -> None:
    made = vector_scaling.fit(digits.P, digits.y)
    assert digits.loss(made) < 0.3 * digits.loss() and digits.error(made) < 0.1 * digits.error()


def test_a_class_without_rows_stays_finite() -> None:
    P, y = too_sure(3)
    made = vector_scaling.fit(P[y != 2], y[y != 2])
    assert np.isfinite(made.slope + made.shift).all() and 0 < made(P)[:, 2].mean() < 0.02
