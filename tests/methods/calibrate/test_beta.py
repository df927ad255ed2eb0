"""The beta curve: the best one there is, within its bounds, and the effect on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from shall.methods.calibrate import beta, platt
from shall.testing.maps import log_loss, too_sure

CHANCE = np.random.default_rng(0)
SCORE = CHANCE.beta(0.5, 3.0, 30_000)       # crowded at 0
TRUE = 1 / (1 + np.exp(-(0.3 + 1.4 * np.log(SCORE) - 0.4 * np.log1p(-SCORE))))
P, Y = np.column_stack([1 - SCORE, SCORE]), (CHANCE.random(len(SCORE)) < TRUE).astype(np.int64)


def best(P: Any, y: Any) -> Any:
    """Scipy's optimum within the bounds: a, b, c."""
    p = np.clip(P[:, 1], 1e-12, 1 - 1e-12)
    ends = np.column_stack([np.log(p), -np.log1p(-p), np.ones(len(p))])

    def loss(at: Any) -> tuple[float, Any]:
        margin = ends @ at
        chance = 1 / (1 + np.exp(-margin))
        return float((np.logaddexp(0, margin) - y * margin).mean()), ends.T @ (chance - y) / len(y)

    return minimize(loss, [1, 1, 0], jac=True, method="L-BFGS-B", bounds=[(0, None), (0, None), (None, None)],
                    options={"ftol": 1e-16, "gtol": 1e-11, "maxiter": 10_000}).x


def test_it_is_the_best_curve_and_finds_the_true_one() -> None:
    made = beta.fit(P, Y)
    np.testing.assert_allclose([made.a, made.b, made.c], best(P, Y), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(made(P)[:, 1], TRUE, atol=0.04)


@pytest.mark.parametrize("name", ["boosted", "bayes"])
def test_it_is_the_best_on_real_rows_and_makes_them_better(name: str, request: pytest.FixtureRequest) -> None:
    wrong = request.getfixturevalue(name)
    made = beta.fit(wrong.P, wrong.y)
    a, b, c = best(wrong.P, wrong.y)
    assert log_loss(made(wrong.P), wrong.y) <= log_loss(beta.Beta(a, b, c)(wrong.P), wrong.y) + 1e-9
    assert wrong.loss(made) < 0.85 * wrong.loss() and wrong.error(made) < wrong.error()


def test_it_bends_the_ends_apart_which_a_logistic_curve_cannot() -> None:
    assert log_loss(beta.fit(P, Y)(P), Y) < log_loss(platt.fit(P, Y)(P), Y) - 0.0005


def test_no_slope_falls() -> None:
    score = np.repeat(np.array([0.05, 0.2, 0.5, 0.8, 0.95]), 40)
    odd = np.column_stack([1 - score, score])
    for shares in ((10, 4, 20, 30, 38), (4, 10, 20, 38, 30), (38, 30, 20, 10, 2)):
        y = np.concatenate([np.arange(40) < share for share in shares]).astype(np.int64)
        made = beta.fit(odd, y)
        assert made.a >= 0 and made.b >= 0
        a, b, c = best(odd, y)
        np.testing.assert_allclose(made(odd), beta.Beta(a, b, c)(odd), atol=1e-5)
    assert made.a == made.b == 0            # they point the wrong way: everybody gets the share
    np.testing.assert_allclose(made(odd)[:, 1], 0.5, atol=1e-9)


def test_what_is_calibrated_stays() -> None:
    score = np.repeat([0.2, 0.5, 0.9], 100)
    y = np.concatenate([np.arange(100) < share for share in (20, 50, 90)]).astype(np.int64)
    made = beta.fit(np.column_stack([1 - score, score]), y)
    np.testing.assert_allclose([made.a, made.b, made.c], [1, 1, 0], atol=1e-6)


def test_classes_that_can_be_told_apart_and_one_score_only() -> None:
    rows = np.array([[1.0, 0.0], [0.9, 0.1], [0.2, 0.8], [0.0, 1.0]])
    found = beta.fit(rows, np.array([0, 0, 1, 1]))(rows)[:, 1]
    assert np.isfinite(found).all() and (np.diff(found) >= 0).all() and found[1] < 0.01 < 0.99 < found[2]
    same = np.full((4, 2), 0.5)
    np.testing.assert_allclose(beta.fit(same, np.array([0, 0, 0, 1]))(same)[:, 1], 0.25, atol=1e-9)


def test_it_is_for_two_classes() -> None:
    with pytest.raises(Exception, match="made for 2 classes"):
        beta.fit(*too_sure(3))
