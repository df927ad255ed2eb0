"""The law of coverage: scipy's Beta and beta-binomial, simulation, and how many rows it takes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, betabinom, kstest

from shall.core.errors import DataError
from shall.stats.conformal import rank
from shall.stats.coverage_law import law, rows_for


@pytest.mark.parametrize(("n", "coverage"), [(9, 0.9), (20, 0.9), (1000, 0.9), (100_000, 0.99), (500, 0.5)])
def test_it_is_beta(n: int, coverage: float) -> None:
    found, theirs = law(n, coverage), beta(rank(n, coverage), n + 1 - rank(n, coverage))
    assert found.mean == pytest.approx(theirs.mean()) and found.deviation == pytest.approx(theirs.std())
    at = theirs.ppf([0.01, 0.3, 0.9])
    np.testing.assert_allclose(found.below(at), [0.01, 0.3, 0.9], rtol=1e-9)
    np.testing.assert_allclose(found.between(0.9), theirs.ppf([0.05, 0.95]), rtol=1e-9)
    assert coverage <= found.mean < coverage + 1 / (n + 1)


@pytest.mark.parametrize("rows", [1, 7, 500])
def test_what_a_test_shows_of_it_is_beta_binomial(rows: int) -> None:
    found, theirs = law(50, 0.9), betabinom(rows, 46, 5)
    np.testing.assert_allclose(found.seen(rows), theirs.pmf(np.arange(rows + 1)), rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(found.at_most(rows), theirs.cdf(np.arange(rows + 1)), rtol=1e-9)


def test_simulated_scores_follow_it() -> None:
    scores = np.sort(np.random.default_rng(0).random((4000, 40)), axis=1)
    limits = scores[:, rank(40, 0.8) - 1]                   # of a uniform score, the coverage is the limit
    assert kstest(limits, law(40, 0.8).below).pvalue > 0.01


def test_too_few_rows_cover_everything() -> None:
    found = law(8, 0.9)
    assert (found.mean, found.deviation, found.between(0.9)) == (1, 0, (1, 1))
    np.testing.assert_array_equal(found.below(np.array([0.9, 1.0])), [0, 1])
    np.testing.assert_array_equal(found.seen(3), [0, 0, 0, 1])


def test_how_many_rows_keep_it_close() -> None:
    for within, wanted in ((0.05, 110), (0.01, 2520), (0.001, 244_400)):
        assert rows_for(0.9, within) == wanted              # Angelopoulos and Bates have 244,390, by a smooth formula
        for n in (wanted, wanted + 1, wanted + 17):
            low, high = beta(rank(n, 0.9), n + 1 - rank(n, 0.9)).ppf([0.05, 0.95])
            assert low >= 0.9 - within and high <= 0.9 + within
    low, high = law(109, 0.9).between(0.9)
    assert low < 0.85 or high > 0.95
    assert rows_for(0.9, 0.02, 0.99) > rows_for(0.9, 0.02, 0.9) > rows_for(0.9, 0.03, 0.9)


@pytest.mark.parametrize(("within", "chance"), [(0.0, 0.9), (1.0, 0.9), (0.01, 0.0), (0.01, 1.0)])
def test_what_cannot_be_asked_is_refused(within: float, chance: float) -> None:
    with pytest.raises(DataError, match="between 0 and 1"):
        rows_for(0.9, within, chance)
