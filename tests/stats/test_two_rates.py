"""The extreme of many pairs is that of the test inverted for each by bisection; one formula, two arithmetics."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from shall.stats import score_tests
from shall.stats.extremes import over_groups, pairs, worst_of
from shall.stats.proportions import Proportions
from shall.stats.scalars import ONE
from shall.stats.special import normal_quantile
from shall.stats.two_rates import Compared

ENDS = list(product(("difference", "ratio"), ("low", "high"), (True, False)))


def some_rates(seed, groups=7):
    """Few and many rows, rates near 0, near 1 and between; sometimes a group without rows."""
    chance = np.random.default_rng(seed)
    n = np.floor(10 ** chance.uniform(0, chance.choice([1, 2, 4, 6]), groups)).astype(np.int64)
    n *= chance.random(groups) > 0.03
    return Proportions(chance.binomial(n, chance.beta(*chance.choice([0.2, 1, 15], 2), groups)), n)


@pytest.mark.parametrize("seed", range(25))
def test_extreme_of_all_pairs_by_bisection(seed):
    family = some_rates(seed)
    i, j = next(pairs("ratio", np.ones(7, dtype=bool)))
    for kind, end, largest in ENDS:
        for alpha in (0.05, 0.05 / 3540):
            compared = family._compared(kind, i, j, alpha)
            found = compared._all_at_once(end)
            boxed = np.minimum(found, compared.box[0]) if end == "low" else np.maximum(found, compared.box[1])
            found = np.where(compared.small, boxed, found)
            found = np.where(compared.widest(end), compared.ends[end == "high"], found)
            assert family.extreme_bound(kind, end, i, j, alpha, largest=largest) == pytest.approx(
                found.max() if largest else found.min(), rel=1e-8, abs=1e-8), (kind, end, largest, family)


@pytest.mark.parametrize("seed", range(10))
def test_few_pairs_are_bounded_as_many_are(seed):
    family = some_rates(seed, 12)
    i, j = next(pairs("ratio", np.ones(12, dtype=bool)))
    for kind in ("difference", "ratio"):
        many = getattr(family, kind)(i, j, 0.05)
        few = [getattr(family, kind)(i[at:at + 4], j[at:at + 4], 0.05) for at in range(0, len(i), 4)]
        for end in (0, 1):
            assert np.concatenate([bounds[end] for bounds in few]) == pytest.approx(many[end], rel=1e-8, abs=1e-8)


def test_one_formula_in_two_arithmetics():
    chance = np.random.default_rng(1)
    n1, n2 = (np.floor(10 ** chance.uniform(0, 6, 500)) for _ in range(2))
    rates = (np.rint(n1 * chance.beta(0.5, 0.5, 500)) / n1, n1, np.rint(n2 * chance.beta(0.5, 0.5, 500)) / n2, n2)
    for kind, at in (("difference", chance.uniform(-1, 1, 500)), ("ratio", 10 ** chance.uniform(-3, 3, 500))):
        for end in ("low", "high"):
            together = score_tests.excess(kind, end, rates, at, 2.0)
            every = zip(zip(*(rate.tolist() for rate in rates), strict=True), at.tolist(), strict=True)
            alone = [score_tests.excess(kind, end, pair, where, 2.0, ONE) for pair, where in every]
            assert np.array(alone) == pytest.approx(together, rel=1e-7)


def test_a_pair_that_is_never_rejected_leaves_the_others():
    """Nobody is known of the pairs with the third group; the smallest upper bound is still found."""
    family = Proportions(np.array([31, 1, 0]), np.array([56, 1, 1]))
    i, j = next(pairs("difference", np.ones(3, dtype=bool)))
    found = family.extreme_bound("difference", "high", i, j, 0.05 / 3540, largest=False)
    assert found == pytest.approx(0.9059640403533225)


@pytest.mark.parametrize(("kind", "end", "largest"), [
    ("difference", "low", True), ("difference", "high", True), ("ratio", "low", False), ("ratio", "high", False)])
def test_of_many_groups_of_a_few_rows_a_few_pairs_are_bounded(kind, end, largest, monkeypatch):
    """Most have the widest bounds there are: once one is found, no other goes further."""
    rng, asked = np.random.default_rng(5), []
    n = rng.poisson(3.6, 120)
    family = Proportions(rng.binomial(n, 0.5), n)
    one = Compared._one
    monkeypatch.setattr(Compared, "_one", lambda *args: asked.append(args) or one(*args))
    i, j = (np.concatenate(side) for side in zip(*pairs("difference", n > 0), strict=True))
    found = family.extreme_bound(kind, end, i, j, 0.05, largest=largest)
    assert len(asked) < 50 < len(i)
    bounds = getattr(family, kind)(i, j, 0.05)[end == "high"]
    assert found == pytest.approx(bounds.max() if largest else bounds.min(), abs=1e-12)


def test_bounds_are_remembered_and_cannot_be_changed():
    one, same = some_rates(3), some_rates(3)
    assert one.bounds(0.01)[0] is same.bounds(0.01)[0]
    with pytest.raises(ValueError, match="read-only"):
        one.bounds(0.01)[0][0] = 0


@pytest.mark.parametrize("aggregate", ["each", "ratio", "difference"])
@pytest.mark.parametrize("side", [">=", "<="])
def test_worst_without_bounds(aggregate, side):
    for seed in range(20):
        family, judged = some_rates(seed), np.arange(7) > 0
        for to in (None, 2) if aggregate != "each" else (None,):
            found = over_groups(family, aggregate, side, 0.05, to=to, judged=judged)
            assert worst_of(family, aggregate, side, to=to, judged=judged) == found.worst


def test_not_rejected_where_the_gap_lies_beyond():
    """What lets most pairs be left out: nothing on the side of what is seen is ever rejected."""
    chance = np.random.default_rng(5)
    n1, n2 = (np.floor(10 ** chance.uniform(0, 5, 4000)) for _ in range(2))
    rates = (np.rint(n1 * chance.beta(0.5, 0.5, 4000)) / n1, n1, np.rint(n2 * chance.beta(0.5, 0.5, 4000)) / n2, n2)
    at = chance.uniform(-1, 1, 4000)
    gap = rates[0] - rates[2] - at
    for alpha in (0.15, 0.05, 1e-6):
        z = normal_quantile(alpha)
        assert (score_tests.excess("difference", "low", rates, at, z)[gap <= 0] <= 0).all()
        assert (score_tests.excess("difference", "high", rates, at, z)[gap >= 0] <= 0).all()
