"""The isotonic curve: scikit-learn's to the last digits, with ties and weights, and the effect on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from shall.methods.calibrate import isotonic


def theirs(P: Any, y: Any, weight: Any = None) -> Any:
    return IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(P[:, 1], y, weight)


@pytest.mark.parametrize("name", ["boosted", "bayes"])
@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_scikit_learn_s(name: str, weighted: bool, request: pytest.FixtureRequest) -> None:
    wrong = request.getfixturevalue(name)
    weight = np.random.default_rng(0).integers(0, 4, len(wrong.y)).astype(float) if weighted else None
    P = wrong.P.round(3)                    # many ties
    made = isotonic.fit(P, wrong.y, weight)
    np.testing.assert_allclose(made(wrong.fresh)[:, 1], theirs(P, wrong.y, weight).predict(wrong.fresh[:, 1]),
                               rtol=0, atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1), st.integers(1, 3)), min_size=2, max_size=40))
def test_it_is_scikit_learn_s_for_any_rows(rows: list[tuple[int, int, int]]) -> None:
    score, y, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if len(np.unique(y)) < 2:
        return
    P = np.column_stack([1 - score / 20, score / 20])
    made = isotonic.fit(P, y.astype(np.int64), weight)
    at = np.linspace(0, 1, 101)
    found = made(np.column_stack([1 - at, at]))[:, 1]
    np.testing.assert_allclose(found, theirs(P, y, weight).predict(at), rtol=0, atol=1e-12)
    assert (np.diff(made.probability) >= 0).all() and (np.diff(made.score) > 0).all()


def test_a_model_that_is_too_sure_gets_better(boosted: Any) -> None:
    made = isotonic.fit(boosted.P, boosted.y)
    assert boosted.loss(made) < 0.9 * boosted.loss() and boosted.error(made) < 0.4 * boosted.error()
    assert len(made.score) < 0.1 * len(boosted.y)           # of flat pieces only the ends are kept


def test_beyond_the_ends_it_stays() -> None:
    score = np.array([0.3, 0.4, 0.6, 0.7])
    made = isotonic.fit(np.column_stack([1 - score, score]), np.array([0, 1, 0, 1]))
    np.testing.assert_allclose(made(np.array([[1.0, 0.0], [0.5, 0.5], [0.35, 0.65], [0.0, 1.0]]))[:, 1],
                               [0, 0.5, 0.75, 1])


def test_one_score_only_gives_the_share() -> None:
    made = isotonic.fit(np.full((4, 2), 0.5), np.array([0, 0, 0, 1]))
    np.testing.assert_array_equal(made(np.array([[0.9, 0.1], [0.1, 0.9]]))[:, 1], [0.25, 0.25])
