"""Points of curves, against scikit-learn where it draws the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_curve

from shall import stats
from shall.testing import cells


@pytest.fixture(scope="module")
def scored():
    data = load_breast_cancer()
    score = np.clip((data.data[:, 0] - 6) / 18, 0, 1)
    return 1 - data.target, np.floor(score * 1000 + 1e-9) / 1000 + 0.0005 * (score < 1)


def test_roc_lies_on_the_curve_of_scikit_learn(scored):
    label, score = scored
    counts = cells(label=label, score=score).table("label", "score")[:, :, :-2]
    points = stats.roc(counts[:, 1], counts[:, 0])[0]
    false, hit, _ = roc_curve(label, score, drop_intermediate=False)
    theirs = {(round(x, 9), round(y, 9)) for x, y in zip(false, hit, strict=True)}
    assert {(round(point.x, 9), round(point.y, 9)) for point in points} <= theirs
    assert (points[0].x, points[0].y, points[-1].x, points[-1].y) == (0, 0, 1, 1)
    assert 30 <= len(points) <= 41


def test_roc_is_not_there_where_a_class_is_missing():
    some, none = np.array([[1, 2, 3]]), np.zeros((1, 3), dtype=np.int64)
    assert stats.roc(some, none) == [()]
    assert stats.roc(none, some) == [()]


def test_reliability_is_that_of_scikit_learn_with_exact_bounds(scored):
    label, score = scored
    place = np.minimum((score * 10).astype(int), 9)
    rows, k = np.bincount(place, minlength=10)[None], np.bincount(place, label, 10).astype(np.int64)[None]
    points = stats.reliability(rows, k, np.bincount(place, score, 10)[None])[0]
    frequency, mean = calibration_curve(label, score, n_bins=10)
    assert [point.y for point in points] == pytest.approx(frequency.tolist())
    assert [point.x for point in points] == pytest.approx(mean.tolist())
    n, ones = rows[0, place[0]], k[0, place[0]]
    own = next(point for point in points if point.y == ones / n)
    assert own.low == pytest.approx(beta.ppf(0.05, ones, n - ones + 1) if ones else 0)
    assert own.high == pytest.approx(beta.ppf(0.95, ones + 1, n - ones) if ones < n else 1)


def test_shares_add_up_and_an_empty_group_has_none():
    drawn = stats.shares(np.array([[1, 3], [0, 0]]), ("a", "b"))
    assert [(point.x, point.y, point.label) for point in drawn[0]] == [(0, 0.25, "a"), (1, 0.75, "b")]
    assert drawn[1] == ()
