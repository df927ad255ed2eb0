"""Smooth functions of counts: influences by hand, and how often the bounds are wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.stats import beta

from shall.stats import Smooth, average_precision, entropy, log_loss, matthews, slope, smooth, weighted
from tests.stats import worlds

ALPHAS = (0.05, 0.0025)
LEEWAY = {0.05: 1.25, 0.0025: 2.0}
QUICK, FULL = 1000, 20_000
PLACES = (np.arange(100) + 0.5) / 100                       # of the graded worlds
TABLES = {"matthews": (matthews, (-1.0, 1.0)), "entropy": (partial(entropy, alpha=2.0), (0.0, np.inf)),
          "theil": (partial(entropy, alpha=1), (0.0, np.inf))}
GRADED = {"log_loss": (log_loss, (0.0, np.inf)), "average_precision": (average_precision, (0.0, 1.0)),
          "slope": (slope, (-np.inf, np.inf))}
ROWS = (5, 20, 100, 1000, 10_000)
RATES = ((0.5, 0.5), (0.8, 0.1), (0.99, 0.01), (0.3, 0.02), (0.95, 0.6))        # true, false positive
SCORES = ((0.01, 5), (0.1, 2), (0.5, 1), (0.5, 20), (0.9, 3))                   # mean and concentration of a beta
BENT = ((0.0, 1.0), (0.5, 0.6))                                                 # intercept and slope of the truth


def table(chance, name, n, share, rates, count):
    """Confusion matrices of ``n`` rows, and the true figure."""
    function, natural = TABLES[name]
    hit, false = rates
    cells = np.array([(1 - share) * (1 - false), (1 - share) * false, share * (1 - hit), share * hit])
    family = Smooth(chance.multinomial(n, cells, size=count)[..., None], function, natural)
    return family, function(cells[None, :, None], None)[0][0]


def graded(chance, name, n, score, bent, count):
    """Labels by place of the score, and the true figure."""
    function, natural = GRADED[name]
    mass = np.diff(beta.cdf(np.linspace(0, 1, 101), score[0] * score[1], (1 - score[0]) * score[1]))
    one = 1 / (1 + np.exp(-(bent[0] + bent[1] * np.log(PLACES / (1 - PLACES)))))
    cells = np.stack([mass * (1 - one), mass * one])
    rows = chance.multinomial(n, cells.ravel(), size=count).reshape(count, 2, 100)
    family = Smooth(rows, function, natural, rows.sum(axis=1) * PLACES)
    return family, function(cells[None] * 1e12, PLACES[None])[0][0]


def check(family, true, count):
    for alpha in ALPHAS:
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, count, LEEWAY[alpha])


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("n", ROWS)
def test_bounds_of_tables(name, n):
    chance = np.random.default_rng(n)
    for share in (0.01, 0.1, 0.5, 0.9):
        for rates in RATES:
            check(*table(chance, name, n, share, rates, QUICK), QUICK)


@pytest.mark.parametrize("name", GRADED)
@pytest.mark.parametrize(("n", "score"), [(20, (0.5, 1)), (100, (0.1, 2)), (1000, (0.01, 5))])
def test_bounds_of_graded_scores(name, n, score):
    check(*graded(np.random.default_rng(n), name, n, score, BENT[1], 400), 400)


@pytest.mark.parametrize("name", [*GRADED, *TABLES])
def test_bounds_of_some_groups_at_a_time_are_those_of_all(name, monkeypatch):
    chance = np.random.default_rng(3)
    family, _ = (graded(chance, name, 200, SCORES[2], BENT[1], 30) if name in GRADED else
                 table(chance, name, 200, 0.3, RATES[1], 30))
    whole = np.array(family.bounds(0.05))
    for counts in (1, 1000):
        monkeypatch.setattr(smooth, "AT_ONCE", counts)
        found = np.array(replace(family).bounds(0.05))
        np.testing.assert_allclose(found, whole, rtol=1e-13)        # a logarithm has a last digit of its own


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("n", ROWS)
def test_bounds_of_tables_fully(name, n, share):
    chance = np.random.default_rng(n)
    for rates in RATES:
        check(*table(chance, name, n, share, rates, FULL), FULL)


@pytest.mark.slow
@pytest.mark.parametrize("name", GRADED)
@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("n", ROWS)
def test_bounds_of_graded_scores_fully(name, n, score):
    chance = np.random.default_rng(n)
    for bent in BENT:
        check(*graded(chance, name, n, score, bent, 2000), 2000)


def made(name, chance, groups=3):
    function, natural = (TABLES | GRADED)[name]
    if name in TABLES:
        return Smooth(chance.integers(3, 40, (groups, 4, 1)), function, natural)
    rows = chance.integers(0, 6, (groups, 2, 30))
    return Smooth(rows, function, natural, rows.sum(axis=1) * np.linspace(0.02, 0.97, 30))


@pytest.mark.parametrize("name", [*TABLES, *GRADED])
def test_the_influence_is_the_derivative(name):
    family = made(name, np.random.default_rng(0))
    n, step = family.n[0], 1e-5
    for kind in range(0, family.rows[0].size, 7 if name in GRADED else 1):
        moved = []
        for side in (-step, step):
            rows = family.rows.astype(float)
            rows.reshape(3, -1)[0, kind] += side
            moved.append(family.function(rows, family._at)[0][0])

        derivative = (moved[1] - moved[0]) / (2 * step) * n
        assert family.influence[0].ravel()[kind] == pytest.approx(derivative, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", [*TABLES, *GRADED])
def test_nothing_is_known_of_no_row_and_less_of_fewer(name):
    family = made(name, np.random.default_rng(1))
    empty = Smooth(family.rows * 0, family.function, family.natural, None if name in TABLES else family.score * 0)
    assert np.isnan(empty.value).all()
    assert [end[0] for end in empty.bounds(0.05)] == [*family.natural]
    before = family.bounds(0.2)
    for alpha in (0.1, 0.05, 0.01, 0.001):
        low, high = family.bounds(alpha)
        assert np.all((low <= before[0] + 1e-9) & (before[1] - 1e-9 <= high))
        assert np.all((low <= family.value) & (family.value <= high))
        before = low, high
    more = family.scaled(np.full(3, 50.0))
    assert np.all(np.subtract(*more.bounds(0.05)) > np.subtract(*family.bounds(0.05)))
    if name != "average_precision":
        assert more.value == pytest.approx(family.value, rel=1e-9)
    assert family.concat(family).value == pytest.approx(np.tile(family.value, 2))


def test_a_sample_without_an_error_is_no_proof():
    low, high = Smooth(np.array([[[5], [0], [0], [5]]]), matthews, (-1.0, 1.0)).bounds(0.05)
    assert low[0] < 0.6 and high[0] == 1
    low, high = Smooth(np.array([[[5], [0], [0], [5]]]), partial(entropy, alpha=2.0), (0.0, np.inf)).bounds(0.05)
    assert low[0] == 0 and high[0] > 0.15


def test_bounds_close_in_on_the_truth():
    chance = np.random.default_rng(2)
    for family, true in (table(chance, "matthews", 10**6, 0.3, (0.8, 0.1), 20),
                         graded(chance, "slope", 10**6, (0.5, 1), BENT[1], 20),
                         graded(chance, "log_loss", 10**6, (0.5, 1), BENT[1], 20)):
        low, high = family.bounds(0.05)
        assert np.all(high - low < 0.02 * true)


def test_a_ratio_of_values_of_unknown_sign_is_unknown():
    family = Smooth(np.array([[[20], [19], [18], [21]], [[90], [5], [5], [90]], [[80], [9], [9], [80]]]), matthews,
                    (-1.0, 1.0))
    low, high = family.ratio(np.array([0, 1]), np.array([1, 2]), 0.05)
    assert (low[0], high[0]) == (-np.inf, np.inf)
    assert 1 < low[1] + 0.2 < high[1] < 1.5


@pytest.mark.parametrize("name", ["matthews", "log_loss"])
def test_weights_that_vary_are_paid_for(name):
    """Rows with exponential weights: the linearised effective size keeps alpha, weights taken as rows would not."""
    chance, count, n = np.random.default_rng(3), 600, 400
    function, natural = (TABLES | GRADED)[name]
    if name == "matthews":
        cells = np.array([0.55, 0.1, 0.05, 0.3])[:, None]
        places = np.zeros((4, 1))
    else:
        places = np.tile(np.linspace(0.05, 0.95, 10), (2, 1))
        cells = np.stack([1 - places[0], places[0]]) / 10
    kind = chance.choice(cells.size, (count, n), p=cells.ravel())
    weight = np.exp(chance.normal(0, 0.8, (count, n)))
    families = []
    for power in (1, 2, 0):
        rows = np.stack([np.bincount(kinds, w**power, cells.size) for kinds, w in zip(kind, weight, strict=True)])
        rows = rows.reshape(count, *cells.shape)
        families.append(Smooth(rows, function, natural, rows.sum(axis=1) * places[0]))
    true = function(cells[None] * 1e9, places[:1])[0][0]
    low, high = worlds.wrong(weighted(*families), true, 0.05)
    assert max(low, high) <= worlds.allowed(0.05, count, 1.35)
    assert max(worlds.wrong(families[0], true, 0.05)) > 0.08
