"""Weights of a known ratio, refusals, and what is not refused."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats.density_ratio import FEWEST, LOST, area, beyond, differences, weigh


def normal(n: int, m: int, shift: float, seed: int = 0, features: int = 2) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    X, other = chance.normal(size=(n, features)), chance.normal(size=(m, features))
    other[:, 0] += shift
    return X, other


def true_chance(X: np.ndarray, other: np.ndarray, shift: float) -> np.ndarray:
    """Of being one of the others, of two normal distributions of deviation 1."""
    at = np.concatenate([X[:, 0], other[:, 0]])
    odds = np.exp(shift * at - shift**2 / 2) * len(other) / len(X)
    return np.asarray(odds / (1 + odds))


def test_known_ratio_of_two_normal_distributions() -> None:
    X, other = normal(5000, 2000, 0.8)
    found = weigh(true_chance(X, other, 0.8), X, other)
    true = np.exp(0.8 * X[:, 0] - 0.32)
    assert not found.refused and found.weight.mean() == pytest.approx(1)
    assert np.corrcoef(found.weight, true)[0, 1] > 0.99
    assert found.effective == pytest.approx(true.sum() ** 2 / (true**2).sum(), rel=0.15)
    assert found.effective == pytest.approx(5000 * np.exp(-0.64), rel=0.15)        # E[w]^2 / E[w^2]


@pytest.mark.parametrize("wrong", [0.3, 3.0])
def test_a_classifier_that_is_too_sure_or_not_sure_enough_is_recalibrated(wrong: float) -> None:
    X, other = normal(4000, 4000, 0.8, seed=1)
    logit = wrong * (0.8 * np.concatenate([X[:, 0], other[:, 0]]) - 0.32)
    found = weigh(1 / (1 + np.exp(-logit)), X, other)
    assert np.corrcoef(found.weight, np.exp(0.8 * X[:, 0]))[0, 1] > 0.98


def test_where_nothing_differs_the_weights_are_even() -> None:
    X, _ = normal(2000, 10, 0.0, seed=2)
    found = weigh(np.full(4000, 0.5), X, X[::-1])
    assert np.ptp(found.weight) == 0 and found.effective == pytest.approx(2000) and not found.refused


def test_coverage_of_the_weighted_mean() -> None:
    """Of the other population's mean, by the effective rows of both samples: 95 in 100, less what 200 worlds vary."""
    covered = 0
    for seed in range(200):
        X, other = normal(400, 2000, 0.6, seed=seed, features=1)
        y = np.sin(2 * X[:, 0]) + np.random.default_rng(1000 + seed).normal(size=400)
        found = weigh(true_chance(X, other, 0.6), X, other)
        mean = float(np.average(y, weights=found.weight))
        error = np.sqrt(np.average((y - mean) ** 2, weights=found.weight) / found.effective)
        covered += abs(mean - np.sin(1.2) * np.exp(-2)) < 1.96 * error
    assert covered >= 182                   # of 200: fewer in 1 of 100 runs, if it is 95 in 100


def test_no_overlap_is_refused_with_a_reason() -> None:
    X, other = normal(2000, 2000, 4.0)
    found = weigh(true_chance(X, other, 4.0), X, other)
    assert found.lost > 0.5 and "there is no overlap" in found.refused
    assert "effective sample size" in found.refused and "`where`" in found.refused


def test_a_part_of_the_others_without_a_row_here_is_refused() -> None:
    chance = np.random.default_rng(0)
    X, other = chance.random((1000, 1)), chance.random((1000, 1))
    other[:200] += 1
    said = np.where(np.concatenate([X, other])[:, 0] > 1, 0.95, 0.45)
    found = weigh(said, X, other)
    assert found.lost == pytest.approx(0.2, abs=0.01) and found.lost > LOST and found.no_overlap


def test_too_few_effective_rows_are_refused() -> None:
    X, other = normal(60, 400, 0.6)
    found = weigh(true_chance(X, other, 0.6), X, other)
    assert found.lost <= LOST and found.effective < FEWEST and "too little overlap" in found.refused


def test_no_weight_is_larger_than_the_clip() -> None:
    X, other = normal(3000, 3000, 2.0)
    found = weigh(true_chance(X, other, 2.0), X, other)
    assert found.clipped > 0 and found.weight.mean() == pytest.approx(1)
    at_clip = found.weight == found.weight.max()
    assert found.clipped == pytest.approx(found.weight[at_clip].sum() / 3000) and at_clip.sum() > 1


def test_area_is_that_of_counting_pairs() -> None:
    score, others = np.array([1.0, 2.0, 2.0, 3.0, 0.0]), np.array([False, False, True, True, True])
    weight = np.array([3.0, 1.0])
    pairs = [(3, 1.0, s) for s in (2.0, 3.0, 0.0)] + [(1, 2.0, s) for s in (2.0, 3.0, 0.0)]
    wanted = sum(w * ((s > own) + (s == own) / 2) for w, own, s in pairs) / (4 * 3)
    assert area(score, others, weight) == pytest.approx(wanted)


def test_beyond_counts_the_others_that_score_higher_than_all() -> None:
    score = np.concatenate([np.linspace(0, 1, 1000), np.linspace(0, 0.9, 900), np.full(100, 2.0)])
    assert beyond(score, 1000) == pytest.approx(0.1)
    assert beyond(np.concatenate([np.linspace(0, 1, 1000), np.linspace(0, 1, 1000)]), 1000) == 0


def test_differences_beyond_their_noise() -> None:
    X, other = normal(5000, 5000, 0.5)
    found = differences(X, other, np.ones(5000))
    assert found[0] == pytest.approx(0.5 - 0.04, abs=0.05) and found[1] < 0.02
    constant = differences(np.zeros((10, 2)), np.array([[0.0, 1.0]] * 10), np.ones(10))
    assert constant[0] == 0 and np.isinf(constant[1])
    missing = differences(np.full((10, 1), np.nan), np.zeros((10, 1)), np.ones(10))
    assert missing[0] == 0
