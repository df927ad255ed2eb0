"""How often the bounds of a simulated family are wrong; pairs of rates are enumerated instead (test_enumerated).

``LEEWAY`` is what remains at small alpha, where these bounds are right to the second order only.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats import worlds

SHAPES = {
    "rare coin": (lambda chance, size: (chance.random(size) < 0.02) * 1.0, 0.02),
    "sure coin": (lambda chance, size: (chance.random(size) < 0.99) * 1.0, 0.99),
    "coin": (lambda chance, size: (chance.random(size) < 0.1) * 1.0, 0.1),
    "skewed": (lambda chance, size: chance.beta(0.3, 1, size), 0.3 / 1.3),
    "very skewed": (lambda chance, size: chance.beta(0.1, 2, size), 0.1 / 2.1),
    "narrow": (lambda chance, size: chance.beta(2, 20, size), 2 / 22),
}
ALPHAS = (0.05, 0.0025)
LEEWAY = {0.05: 1.25, 0.0025: 2.0}
QUICK, FULL = 2000, 20_000


def check(family, true, count):
    for alpha in ALPHAS:
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, count, LEEWAY[alpha])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [5, 20, 100, 300, 1000])
def test_means(shape, n):
    draw, true = SHAPES[shape]
    check(worlds.means(np.random.default_rng(n), draw, n, QUICK), true, QUICK)


@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("rows", [(5, 5), (50, 1000), (160, 160), (250, 5000), (500, 500)])
def test_auc(distance, rows):
    check(*worlds.auc(np.random.default_rng(rows[0]), distance, *rows, QUICK, cells=200), QUICK)


@pytest.mark.parametrize("shift", [0.0, 0.01, 0.05])
@pytest.mark.parametrize("n", [5, 20, 100, 1000, 10_000, 100_000])
def test_calibration(shift, n):
    check(*worlds.calibration(np.random.default_rng(n), n, shift, QUICK), QUICK)


@pytest.mark.parametrize("tilt", [0.0, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("rows", [(5, 1000), (20, 20), (100, 100), (100, 10_000), (1000, 1000), (10_000, 10_000)])
def test_divergence(tilt, rows):
    check(*worlds.divergence(np.random.default_rng(rows[0]), *rows, tilt, QUICK), QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [5, 20, 100, 150, 300, 1000, 3000, 10_000])
def test_means_fully(shape, n):
    draw, true = SHAPES[shape]
    check(worlds.means(np.random.default_rng(n), draw, n, FULL), true, FULL)


@pytest.mark.slow
@pytest.mark.parametrize("distance", [0.0, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("rows", [(5, 5), (50, 1000), (160, 160), (250, 5000), (500, 500)])
def test_auc_fully(distance, rows):
    check(*worlds.auc(np.random.default_rng(rows[0]), distance, *rows, FULL, cells=200), FULL)


@pytest.mark.slow
@pytest.mark.parametrize("shift", [0.0, 0.01, 0.02, 0.03, 0.05])
@pytest.mark.parametrize("n", [5, 20, 100, 300, 1000, 10_000, 100_000])
def test_calibration_fully(shift, n):
    check(*worlds.calibration(np.random.default_rng(n), n, shift, FULL), FULL)


@pytest.mark.slow
@pytest.mark.parametrize("tilt", [0.0, 0.1, 0.3, 0.6])
@pytest.mark.parametrize("rows", [(5, 1000), (20, 20), (100, 100), (100, 10_000), (1000, 1000), (10_000, 10_000)])
def test_divergence_fully(tilt, rows):
    check(*worlds.divergence(np.random.default_rng(rows[0]), *rows, tilt, FULL), FULL)


def test_noise_is_taken_out_of_the_values():
    chance = np.random.default_rng(0)
    moved, _ = worlds.divergence(chance, 100, 10_000, 0.0, QUICK)
    assert moved.plug_in.mean() > 0.08
    assert abs((moved.plug_in - moved.noise).mean()) < 0.01
    calibrated, _ = worlds.calibration(chance, 300, 0.0, QUICK)
    assert calibrated.value.mean() < 0.6 * calibrated.plug_in.mean()


def test_bounds_close_in_on_the_truth():
    chance = np.random.default_rng(0)
    for family, true in (worlds.calibration(chance, 10**6, 0.05, 50), worlds.divergence(chance, 10**6, 10**6, 0.3, 50),
                         worlds.auc(chance, 1.0, 10**5, 10**5, 50)):
        low, high = family.bounds(0.05)
        assert np.all(high - low < 0.1 * true)
