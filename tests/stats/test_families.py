"""Each family against a reference or by its definition: values, exactness, ends without information, scaling."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics import roc_auc_score

from shall.stats import (
    Auc,
    CalibrationError,
    Compared,
    Divergence,
    Facts,
    Jackknifed,
    Means,
    Proportions,
    Quantiles,
    rows_to_settle,
)

ALPHA = 0.05
FIRST, SECOND = np.array([0]), np.array([1])


def cells(seed=0, groups=2, width=12, most=9):
    return np.random.default_rng(seed).integers(0, most, (groups, width))


def families():
    """One of each, of two groups, and one row a group that holds nothing."""
    score = np.linspace(0.05, 0.95, 6)
    rows = cells(1, 2, 6, 40) + 5
    return {
        "proportions": (Proportions(np.array([30, 50]), np.array([90, 80])), Proportions(FIRST, FIRST)),
        "means": (Means(np.array([20.0, 33.0]), np.array([12.0, 20.0]), np.array([60, 70])),
                  Means(np.zeros(1), np.zeros(1), FIRST)),
        "auc": (Auc(cells(1) + np.arange(12), cells(2)), Auc(cells(1, 1) * 0, cells(2, 1))),
        "calibration": (CalibrationError(rows, rows // 3, rows * score), CalibrationError(rows[:1] * 0, rows[:1] * 0,
                                                                                         np.zeros((1, 6)))),
        "divergence": (Divergence(cells(3) + 1, cells(4) + 1), Divergence(cells(3, 1) * 0, cells(4, 1))),
        "quantiles": (Quantiles(cells(5), np.arange(12.0), np.arange(1.0, 13), 0.5),
                      Quantiles(cells(5, 1) * 0, np.arange(12.0), np.arange(1.0, 13), 0.5)),
        "facts": (Facts(np.array([3.0, 4.0]), np.array([9, 9])), Facts(np.zeros(1), FIRST)),
    }


@pytest.mark.parametrize("name", families())
def test_every_family(name):
    family, empty = families()[name]
    low, high = family.bounds(ALPHA)
    assert np.all(low <= family.value) and np.all(family.value <= high)
    wide = family.bounds(ALPHA / 20)
    assert np.all(wide[0] <= low) and np.all(high <= wide[1])
    assert np.isnan(empty.value[0])
    assert tuple(end[0] for end in empty.bounds(ALPHA)) == empty.natural
    for between in (family.difference, family.ratio):
        low, high = between(FIRST, SECOND, ALPHA)
        back = between(SECOND, FIRST, ALPHA)
        one, two = family.value
        value = one - two if between == family.difference else one / two
        assert low[0] <= value <= high[0]
        turned = (-back[1][0], -back[0][0]) if between == family.difference else (1 / back[1][0], 1 / back[0][0])
        assert (low[0], high[0]) == pytest.approx(turned, rel=1e-9)
    both = family.concat(family)
    assert np.array_equal(both.value, np.tile(family.value, 2))
    together = family.concat(empty)
    low, high = together.difference(FIRST, np.array([2]), ALPHA)
    assert low[0] <= -0.5 or name == "divergence"
    assert high[0] > family.value[0] - 1e-12


@pytest.mark.parametrize("name", families())
@pytest.mark.parametrize("factor", [0.01, 0.3, 50.0])
def test_scaling_keeps_values_and_narrows_bounds(name, factor):
    """Down to a hundredth, too: no cell may be rounded away."""
    family, _ = families()[name]
    scaled = family.scaled(np.array([factor, factor]))
    if name not in ("quantiles", "calibration", "divergence"):     # those have steps, or take noise out
        assert scaled.value == pytest.approx(family.value, rel=1e-9)
    if name == "calibration":
        assert scaled.plug_in == pytest.approx(family.plug_in)
    if name not in ("facts", "divergence"):
        width, now = (high - low for low, high in (family.bounds(ALPHA), scaled.bounds(ALPHA)))
        assert np.all(now < width) if factor > 1 else np.all(now >= width)


def test_rates_with_nothing_to_divide_by():
    family = Proportions(np.array([0, 0, 5]), np.array([20, 30, 20]))
    assert [end[0] for end in family.ratio(FIRST, SECOND, ALPHA)] == [0, np.inf]
    assert family.ratio(np.array([2]), FIRST, ALPHA)[1][0] == np.inf
    assert family.ratio(np.array([2]), FIRST, ALPHA)[0][0] > 0


def test_auc_is_that_of_sklearn_and_its_variance_that_of_all_pairs():
    positive, negative = cells(1, 3), cells(2, 3)
    family = Auc(positive, negative)
    for group in range(3):
        ones, zeros = np.repeat(np.arange(12), positive[group]), np.repeat(np.arange(12), negative[group])
        label = np.repeat([1, 0], [len(ones), len(zeros)])
        assert family.value[group] == pytest.approx(roc_auc_score(label, np.concatenate([ones, zeros])), abs=1e-14)
        above = (ones[:, None] > zeros) + (ones[:, None] == zeros) / 2
        variance = above.mean(axis=1).var(ddof=1) / len(ones) + above.mean(axis=0).var(ddof=1) / len(zeros)
        assert family.variance[group] == pytest.approx(variance, rel=1e-12)


def test_a_few_rows_that_are_told_apart_perfectly_prove_little():
    low, _ = Auc(np.array([[0, 3]]), np.array([[3, 0]])).bounds(ALPHA)
    assert low[0] < 0.6


@pytest.mark.parametrize("n", [5, 20, 59, 90, 301])
@pytest.mark.parametrize("q", [0.5, 0.9, 0.99])
def test_quantile_bounds_by_enumeration(n, q):
    """Ranks by counting: low is the greatest rank whose row lies above the quantile in at most alpha of the samples."""
    family = Quantiles(np.ones((1, n), dtype=np.int64), np.arange(n) + 1.0, np.arange(n) + 1.0, q)
    low, high = (end[0] for end in family.bounds(ALPHA))
    ranks = np.arange(1, n + 1)
    surely_below = [rank for rank in ranks if binom.cdf(rank - 1, n, q) <= ALPHA]
    surely_above = [rank for rank in ranks if binom.sf(rank - 1, n, q) <= ALPHA]
    assert low == max(surely_below, default=-np.inf)
    assert high == min(surely_above, default=np.inf)
    assert family.value[0] == np.ceil(q * n - 1e-9)


def clustered(seed, units=400, each=5, correlation=0.3, buckets=100):
    """Rates whose rows come in units: k and n, and the values with a bucket of units deleted."""
    chance = np.random.default_rng(seed)
    spread = 1 / correlation - 1
    drawn = chance.binomial(each, chance.beta(0.4 * spread, 0.6 * spread, units))
    bucket = chance.integers(0, buckets, units)
    k, n = np.bincount(bucket, drawn, buckets), np.bincount(bucket, minlength=buckets) * each
    base = Proportions(np.array([drawn.sum()]), np.array([units * each]))
    return base, Jackknifed(base, ((k.sum() - k) / (n.sum() - n))[None])


def test_jackknife_holds_where_rows_of_a_unit_depend():
    covered = {"rows": 0, "units": 0}
    for seed in range(600):
        for name, family in zip(covered, clustered(seed), strict=True):
            low, high = family.bounds(0.025)
            covered[name] += bool(low[0] <= 0.4 <= high[0])
    assert covered["rows"] / 600 < 0.87
    assert 0.925 <= covered["units"] / 600 <= 0.98


def test_jackknife_of_too_few_buckets_knows_nothing():
    base, family = clustered(0)
    for width in (5, 1):                    # one: all rows of one unit, such as one that nobody stated
        assert [end[0] for end in Jackknifed(base, family.replicates[:, :width]).bounds(ALPHA)] == [0, 1]


def test_compared_with_a_twin():
    both = Proportions(np.array([30, 9, 40]), np.array([100, 30, 90]))
    family = Compared(both, np.array([2, -1]), "minus")
    assert family.value[0] == pytest.approx(0.3 - 40 / 90) and np.isnan(family.value[1])
    low, high = family.bounds(ALPHA)
    least, most = both.difference(FIRST, np.array([2]), ALPHA)
    assert (low[0], high[0]) == (least[0], most[0])
    assert (low[1], high[1]) == family.natural == (-1, 1)
    over = Compared(both, np.array([2, -1]), "over")
    assert over.value[0] == pytest.approx(0.3 / (40 / 90)) and over.natural == (0, np.inf)
    assert family.scaled(np.array([2.0, 2.0])).n.tolist() == [200, 60]


def test_facts_are_certain():
    family = Facts(np.array([100.0, 50.0]), np.array([100, 50]))
    assert [end.tolist() for end in family.bounds(ALPHA)] == [[100, 50], [100, 50]]
    assert [end[0] for end in family.ratio(SECOND, FIRST, ALPHA)] == [0.5, 0.5]
    assert [end[0] for end in family.difference(FIRST, SECOND, ALPHA)] == [50, 50]


def test_planning_finds_the_rows_that_settle():
    family = Proportions(np.array([90, 100]), np.array([300, 300]))
    assert rows_to_settle(family, 0.8, "ratio", ">=", ALPHA) is not None
    needed = rows_to_settle(family, 0.8, "ratio", ">=", ALPHA)
    assert needed is not None and {group for group, _ in needed} == {0, 1}
    factor = needed[0][1]
    for times, met in ((1.03 * factor, True), (factor / 1.05, False)):
        low = family.scaled(np.full(2, times)).ratio(FIRST, SECOND, ALPHA)[0][0]
        assert (low >= 0.8) == met
    exactly = Proportions(np.array([80, 100]), np.array([250, 250]))
    assert rows_to_settle(exactly, 0.8, "ratio", ">=", ALPHA) is None
    assert rows_to_settle(Proportions(FIRST, FIRST), 0.8, "ratio", ">=", ALPHA) is None
