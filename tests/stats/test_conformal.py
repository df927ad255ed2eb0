"""The conformal quantile: its rank by hand, its coverage by enumeration, its weighted form, and merging."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.stats.conformal import fewest, rank, rounded_up, scores_of, weighted_scores


@pytest.mark.parametrize(("n", "coverage", "wanted"), [
    (9, 0.9, 9), (10, 0.9, 10), (19, 0.9, 18), (99, 0.9, 90), (999, 0.9, 900), (8, 0.9, 9), (19, 0.95, 19),
    (199, 0.95, 190), (99, 0.99, 99), (98, 0.99, 99), (1, 0.5, 1), (9, 0.7, 7), (999, 0.7, 700),
    (99, 0.55, 55), (99, 0.29, 29)])
def test_the_rank_by_hand(n: int, coverage: float, wanted: int) -> None:
    assert rank(n, coverage) == wanted                      # in floating point 100 * 0.55 is above 55, and one off


def test_how_many_rows_it_takes() -> None:
    for coverage, wanted in ((0.9, 9), (0.95, 19), (0.99, 99), (0.999, 999), (0.5, 1), (0.8, 4), (0.85, 6)):
        assert fewest(coverage) == wanted
        assert rank(wanted, coverage) <= wanted and rank(wanted - 1, coverage) > wanted - 1


@pytest.mark.parametrize("coverage", [0.5, 0.6, 0.75, 0.8, 0.9])
def test_coverage_by_enumeration(coverage: float) -> None:
    """Every order of six scores, the last of which is fresh: the chance to cover it is exact, and at least as asked."""
    hits = [scores_of(np.array(order[:5], float)).quantile(coverage) >= order[5] for order in permutations(range(6))]
    assert Fraction(sum(hits), len(hits)) == Fraction(min(rank(5, coverage), 6), 6) >= Fraction(str(coverage))


def test_the_quantile_is_a_score_and_infinite_where_there_are_few() -> None:
    chance = np.random.default_rng(0)
    for n in (1, 8, 9, 10, 57, 1000):
        scores = np.round(chance.normal(0, 1, n), 1)        # with ties
        wanted = np.sort(scores)[rank(n, 0.9) - 1] if n >= 9 else math.inf
        assert scores_of(scores).quantile(0.9) == wanted
    assert scores_of(np.zeros(0)).quantile(0.9) == math.inf


def test_any_parts_in_any_order_make_the_whole() -> None:
    scores = np.round(np.random.default_rng(1).gamma(2, 1, 500), 2)
    whole = scores_of(scores)
    parts = [scores_of(some) for some in np.array_split(scores[::-1], [3, 3, 100, 470])]
    for order in ((0, 1, 2, 3, 4), (4, 2, 0, 3, 1)):
        merged = scores_of(np.zeros(0))
        for place in order:
            merged = merged.merged(parts[place])
        np.testing.assert_array_equal(merged.value, whole.value)
        np.testing.assert_array_equal(merged.count, whole.count)
    assert whole.n == 500 and len(whole.value) < 400


def test_rounding_goes_up_and_stays_where_it_is() -> None:
    scores = np.concatenate([np.random.default_rng(2).normal(0, 100, 1000), [0.0, 1.0, -1.0, 1e-300, 0.375]])
    rounded = rounded_up(scores, 8)
    assert (rounded >= scores).all() and (rounded - scores <= np.abs(scores) * 2**-7).all()
    np.testing.assert_array_equal(rounded_up(rounded, 8), rounded)
    assert len(scores_of(np.random.default_rng(3).random(100_000), 8).value) < 3000


def test_weights_of_one_are_no_weights() -> None:
    scores = np.random.default_rng(4).normal(0, 1, 999)
    for weight in (1.0, 0.3, 1e-9, 1e9):
        weighted = weighted_scores(scores, np.full(999, weight))
        for coverage in (0.5, 0.7, 0.9, 0.29):
            assert weighted.quantiles(np.array([weight]), coverage)[0] == scores_of(scores).quantile(coverage)


def test_the_weighted_quantile_by_its_definition() -> None:
    chance = np.random.default_rng(5)
    scores, weight, new = chance.normal(0, 1, 60), chance.exponential(1, 60), chance.exponential(3, 40)
    weight[:5] = 0
    found = weighted_scores(scores, weight).quantiles(new, 0.8)
    for one, limit in zip(new, found, strict=True):
        mass = {t: weight[scores <= t].sum() / (weight.sum() + one) for t in scores.tolist()}
        assert limit == min((t for t, share in mass.items() if share >= 0.8), default=math.inf)


def test_the_weighted_quantile_covers_by_enumeration() -> None:
    """Rows of two kinds, the second thrice as likely where it is used: the chance to cover is at least as asked."""
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    ratio, held = q / p, 0.0
    for kinds in np.ndindex(2, 2, 2, 2):                    # three calibration rows and the fresh one
        chances = p[list(kinds[:3])].prod() * q[kinds[3]]
        scores = np.array(kinds[:3], float)                 # the kind is the score: ties cover more
        limit = weighted_scores(scores, ratio[list(kinds[:3])]).quantiles(ratio[[kinds[3]]], 0.7)[0]
        held += chances * (kinds[3] <= limit)
    assert held >= 0.7


@pytest.mark.parametrize("scores", [[1.0, math.nan], [1.0, math.inf], [[1.0, 2.0]]])
def test_scores_that_are_none_are_refused(scores: Any) -> None:
    for call in (lambda: scores_of(np.array(scores)), lambda: weighted_scores(np.array(scores), np.ones(2))):
        with pytest.raises(DataError, match="calibration scores are numbers"):
            call()


@pytest.mark.parametrize("coverage", [0.0, 1.0, -0.1, 90, math.nan])
def test_a_coverage_that_is_none_is_refused(coverage: float) -> None:
    with pytest.raises(DataError, match="lies between 0 and 1, such as"):
        rank(10, coverage)
