"""The Jensen-Shannon divergence; the index of stability is simulated in test_simulated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from shall.stats import JensenShannon
from tests.stats import worlds

ALPHAS, LEEWAY = (0.05, 0.0025), {0.05: 1.25, 0.0025: 2.0}
QUICK, FULL = 1000, 20_000


def drawn(chance, n, reference, tilt, count, bins=10):
    q = np.linspace(1, 2, bins) / np.linspace(1, 2, bins).sum()
    p = q * np.exp(tilt * np.linspace(-1, 1, bins))
    p /= p.sum()
    family = JensenShannon(chance.multinomial(n, p, size=count), chance.multinomial(reference, q, size=count))
    return family, jensenshannon(p, q, base=2) ** 2 if tilt else 0.0


def check(family, true, count):
    for alpha in ALPHAS:
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, count, LEEWAY[alpha])


@pytest.mark.parametrize("tilt", [0.0, 0.3, 1.5])
@pytest.mark.parametrize("rows", [(20, 1000), (100, 100), (1000, 1000)])
def test_bounds(tilt, rows):
    check(*drawn(np.random.default_rng(rows[0]), *rows, tilt, QUICK), QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("bins", [5, 10, 20])
@pytest.mark.parametrize("tilt", [0.0, 0.1, 0.3, 0.6, 1.5])
@pytest.mark.parametrize("rows", [(5, 1000), (20, 1000), (100, 100), (100, 10_000), (1000, 1000), (10_000, 10_000)])
def test_bounds_fully(tilt, rows, bins):
    check(*drawn(np.random.default_rng(rows[0]), *rows, tilt, FULL, bins), FULL)


def test_the_plug_in_is_that_of_scipy_and_noise_is_taken_out():
    counts, reference = (np.random.default_rng(seed).integers(100, 9000, (3, 12)) for seed in (0, 1))
    family = JensenShannon(counts, reference)
    for group in range(3):      # half a row more in each bin
        wanted = jensenshannon(counts[group] + 0.5, reference[group] + 0.5, base=2) ** 2
        assert family.plug_in[group] == pytest.approx(wanted, rel=1e-9)
    still, _ = drawn(np.random.default_rng(2), 300, 10_000, 0.0, QUICK)
    assert still.plug_in.mean() > 0.005 and abs((still.plug_in - still.noise).mean()) < 0.0005


def test_its_derivatives():
    p, q = np.array([[0.2, 0.5, 0.3]]), np.array([[0.3, 0.3, 0.4]])
    family = JensenShannon(p * 1e12, q * 1e12)
    step = 1e-5
    for which, (pull, bend) in enumerate(zip(family._pulls, family._bends, strict=True)):
        for place in range(3):
            moved = []
            for side in (-step, 0, step):
                both = [p.copy(), q.copy()]
                both[which][0, place] += side
                m = (both[0] + both[1]) / 2
                moved.append(sum((part * np.log2(part / m)).sum() for part in both) / 2)
            assert (moved[2] - moved[0]) / (2 * step) == pytest.approx(pull[0, place], abs=1e-8)
            assert (moved[2] - 2 * moved[1] + moved[0]) / step**2 == pytest.approx(bend[0, place], rel=1e-4)
