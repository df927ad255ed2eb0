"""The temperature: the best one there is, scikit-learn's, and what it does to models too sure or too unsure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.calibration import _TemperatureScaling

from shall.core.errors import DataError, InputError
from shall.methods.calibrate import temperature
from shall.testing.maps import log_loss, too_sure


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_it_is_the_best_temperature(classes: int) -> None:
    P, y = too_sure(classes)
    found = temperature.fit(P, y)
    logs = np.log(np.clip(P, 1e-12, 1))

    def loss(t: float) -> float:
        odds = np.exp(logs / t - (logs / t).max(axis=1, keepdims=True))
        return log_loss(odds / odds.sum(axis=1, keepdims=True), y)

    best = minimize_scalar(loss, bounds=(0.1, 20), method="bounded", options={"xatol": 1e-10})
    assert found.temperature == pytest.approx(best.x, rel=1e-6)
    assert loss(found.temperature) <= best.fun + 1e-15
    assert 2.5 < found.temperature < 3.5                    # they were made three times too sure


def test_it_is_scikit_learn_s(digits: Any) -> None:
    inside = np.clip(digits.P, 1e-6, 1)                     # zeros are kept from the logarithm in another way there
    inside /= inside.sum(axis=1, keepdims=True)
    theirs = _TemperatureScaling().fit(inside, digits.y)
    assert temperature.fit(inside, digits.y).temperature == pytest.approx(1 / theirs.beta_, rel=1e-4)


def test_too_sure_and_too_unsure_models_get_better(boosted: Any, bayes: Any, digits: Any) -> None:
    for wrong, least in ((boosted, 1.5), (bayes, 3.0)):
        made = temperature.fit(wrong.P, wrong.y)
        assert made.temperature > least
        assert wrong.loss(made) < 0.9 * wrong.loss() and wrong.error(made) < 0.8 * wrong.error()
    made = temperature.fit(digits.P, digits.y)
    assert made.temperature < 0.5
    assert digits.loss(made) < 0.3 * digits.loss() and digits.error(made) < 0.1 * digits.error()
    np.testing.assert_array_equal(made(digits.fresh).argmax(axis=1), digits.fresh.argmax(axis=1))


def test_classes_that_can_be_told_apart_have_the_lowest_temperature() -> None:
    made = temperature.fit(np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([0, 1]))
    assert temperature.COLDEST <= made.temperature < 0.02    # below, nothing changes to the last digit
    made = temperature.fit(np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([1, 0]))
    assert made.temperature == pytest.approx(temperature.HOTTEST)


def test_what_is_calibrated_stays() -> None:
    score = np.repeat([0.2, 0.5, 0.9], 100)
    y = np.concatenate([np.arange(100) < share for share in (20, 50, 90)]).astype(np.int64)
    assert temperature.fit(np.column_stack([1 - score, score]), y).temperature == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("P", "y", "weight", "message"), [
    ([[0.5, 0.5]] * 3, [1, 1, 1], None, "two classes at least"),
    ([[0.5, 0.5]] * 3, [0, 1, 1], [0, 1, 1], "two classes at least"),
    ([[0.5, 0.5]] * 3, [0, 1, 2], None, "labels from 0 to 1"),
    ([[0.5, 0.5]] * 3, [0, 1], None, r"shapes \(3, 2\), \(2,\) and \(3,\)"),
    ([[0.5, 1.5]] * 3, [0, 1, 1], None, "not between 0 and 1"),
    ([[0.5, np.nan]] * 3, [0, 1, 1], None, "some are missing"),
    ([[0.5, 0.5]] * 3, [0, 1, 1], [1, -1, 1], "missing or negative"),
])
def test_what_cannot_be_learned_from_is_refused(P: Any, y: Any, weight: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        temperature.fit(np.array(P), np.array(y), None if weight is None else np.array(weight, dtype=float))


def test_another_number_of_classes_is_refused() -> None:
    with pytest.raises(InputError, match=r"made for 2 classes.*\(4, 3\)"):
        temperature.Temperature(1.5, 2)(np.full((4, 3), 1 / 3))
