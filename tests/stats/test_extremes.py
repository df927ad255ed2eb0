"""Extremes over groups and over pairs: which bound is corrected, who is compared, what is known of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from shall import stats
from shall.stats import Auc, Means, Proportions, comparisons, extremes, over_groups
from shall.stats.extremes import NOTHING, pairs, worst_of

ALPHA = 0.05


def random_rates(seed, groups=9):
    chance = np.random.default_rng(seed)
    n = chance.integers(8, 3000, groups)
    return Proportions(chance.binomial(n, chance.beta(2, 3, groups)), n)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["difference", "ratio"])
@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("largest", [True, False])
def test_short_way_is_the_extreme_of_all_pairs(seed, kind, end, largest):
    family = random_rates(seed)
    i, j = next(pairs(kind, np.ones(9, dtype=bool)))
    all_of_them = getattr(family, kind)(i, j, ALPHA)[end == "high"]
    assert family.extreme_bound(kind, end, i, j, ALPHA, largest=largest) == pytest.approx(
        all_of_them.max() if largest else all_of_them.min(), rel=1e-9)


def test_ratio_and_difference():
    family = random_rates(3)
    i, j = next(pairs("ratio", np.ones(9, dtype=bool)))
    ratio, gap = over_groups(family, "ratio", ">=", ALPHA), over_groups(family, "difference", "<=", ALPHA)
    assert ratio.value == family.value.min() / family.value.max()
    assert ratio.worst == (family.value.argmin(), family.value.argmax())
    assert ratio.low == pytest.approx(family.ratio(i, j, ALPHA)[0].min())
    assert ratio.high == pytest.approx(min(1, family.ratio(i, j, ALPHA / 72)[1].min()))
    assert gap.value == family.value.max() - family.value.min()
    assert gap.low == pytest.approx(family.difference(i, j, ALPHA / 72)[0].max())
    assert gap.high == pytest.approx(family.difference(i, j, ALPHA)[1].max())


@pytest.mark.parametrize("side", [">=", "<="])
def test_each(side):
    family = random_rates(5)
    found, plain, careful = over_groups(family, "each", side, ALPHA), family.bounds(ALPHA), family.bounds(ALPHA / 9)
    if side == ">=":
        assert (found.value, found.low, found.high) == (family.value.min(), plain[0].min(), careful[1].min())
    else:
        assert (found.value, found.low, found.high) == (family.value.max(), careful[0].max(), plain[1].max())


@pytest.mark.parametrize("aggregate", ["ratio", "difference"])
@pytest.mark.parametrize("side", [">=", "<="])
@pytest.mark.parametrize("options", [{}, {"to": 2}, {"bands": np.arange(30) // 4}, {"judged": np.arange(30) % 3 > 0}])
def test_a_few_pairs_at_a_time_tell_the_same(aggregate, side, options, monkeypatch):
    n = np.random.default_rng(2).integers(2, 300, 30)
    rates = Proportions(n // 2, n)                                  # several pairs have the extreme value
    means = Means(total=n * 0.4, squares=n * 0.3, n=n)
    everybody = {"judged": np.ones(30, dtype=bool), **options}
    for family in (rates, means, random_rates(4, 30)):
        found = []
        for pairs_at_once in (10_000, 100, 1):
            monkeypatch.setattr(extremes, "AT_ONCE", pairs_at_once)
            one = over_groups(family, aggregate, side, ALPHA, **options)
            exact = (one.low, one.high) if family is means or "to" in options else (
                pytest.approx(one.low, rel=1e-12), pytest.approx(one.high, rel=1e-12))      # another pair leads
            found.append((one.value, one.worst, *exact, comparisons(aggregate, **everybody),
                          worst_of(family, aggregate, side, **everybody)))
        assert found[0] == found[1] == found[2]


def test_bounds_are_found_once_however_many_blocks_of_pairs(monkeypatch):
    calls, rows = [], np.random.default_rng(6).integers(1, 9, (12, 2, 40))
    monkeypatch.setattr(Auc, "_newcombe", lambda *asked: calls.append(asked) or np.full(12, 0.5))
    monkeypatch.setattr(extremes, "AT_ONCE", 1)
    over_groups(Auc(rows[:, 0], rows[:, 1]), "difference", "<=", ALPHA)
    assert len(calls) == 4                                          # two ends, at two levels


def test_corrected_for_as_many_as_is_said():
    family = random_rates(5)
    first = over_groups(family, "difference", "<=", ALPHA, comparisons=1)
    assert first.low > over_groups(family, "difference", "<=", ALPHA).low
    assert first.high == over_groups(family, "difference", "<=", ALPHA).high


def test_to_bands_and_judged():
    family, everybody = random_rates(7), np.ones(9, dtype=bool)
    assert comparisons("each", everybody) == 9
    assert comparisons("ratio", everybody) == comparisons("difference", everybody) == 72
    assert comparisons("ratio", everybody, to=2) == 8
    bands = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert comparisons("difference", everybody, bands) == 18
    to = over_groups(family, "ratio", ">=", ALPHA, to=2)
    others = np.delete(np.arange(9), 2)
    assert to.value == (family.value[others] / family.value[2]).min() and to.worst[1] == 2
    upward = over_groups(family, "ratio", "<=", ALPHA, to=2)
    assert upward.value == (family.value[others] / family.value[2]).max()
    banded = over_groups(family, "difference", "<=", ALPHA, bands=bands)
    assert banded.value == max(np.ptp(family.value[bands == band]) for band in range(3))
    judged = np.arange(9) < 2
    assert set(over_groups(family, "difference", "<=", ALPHA, judged=judged).worst) == {0, 1}


def test_nothing_to_compare():
    one = Proportions(np.array([3]), np.array([9]))
    assert over_groups(one, "ratio", ">=", ALPHA) is NOTHING
    assert over_groups(one, "each", ">=", ALPHA, judged=np.array([False])) is NOTHING
    assert over_groups(Proportions(np.array([0, 0]), np.array([0, 0])), "difference", "<=", ALPHA) is NOTHING


def test_an_empty_group_is_never_met():
    family = Proportions(np.array([400, 400, 0]), np.array([1000, 1000, 0]))
    assert over_groups(family, "ratio", ">=", ALPHA).low == 0
    assert over_groups(family, "difference", "<=", ALPHA).high == 1
    assert over_groups(family, "each", ">=", ALPHA).low == 0
    assert over_groups(family, "each", "<=", ALPHA).high == 1


@pytest.mark.parametrize("groups", [2, 20])
def test_wrongly_met_and_wrongly_broken_at_most_alpha(groups):
    """One pair at the limit: met is not corrected and broken is, yet neither is said too often."""
    chance, worlds = np.random.default_rng(groups), 200
    rate = np.full(groups, 0.36)
    rate[0], rate[-1] = 0.32, 0.40
    met = broken = 0
    for _ in range(worlds):
        found = over_groups(Proportions(chance.binomial(5000, rate), np.full(groups, 5000)), "ratio", ">=", ALPHA)
        met, broken = met + (found.low >= 0.8), broken + (found.high < 0.8)
    assert max(met, broken) / worlds <= ALPHA + 3 * np.sqrt(ALPHA / worlds)


def test_public_names():
    for name in stats.__all__:
        assert getattr(stats, name)
    with pytest.raises(AttributeError):
        _ = stats.nothing_of_the_kind
