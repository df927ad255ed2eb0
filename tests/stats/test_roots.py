"""The root of a falling function: from any start, at any steepness, and where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shall.stats.roots import falling

ROOTS = [-0.999999, -0.7, -1e-9, 0.0, 1e-13, 0.3, 0.9999]


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("start", [-1.0, -0.3, 0.0, 0.299, 1.0])
@pytest.mark.parametrize("shape", [lambda d: -d, lambda d: -d**3, lambda d: -math.expm1(60 * d),
                                   lambda d: -math.copysign(1, d), lambda d: -math.inf if d > 1e-3 else -d])
def test_found_wherever_it_starts(root, start, shape):
    calls = []
    found = falling(lambda t: calls.append(t) or shape(t - root), -1.0, 1.0, start)
    assert found == pytest.approx(root, abs=1e-4 if shape(0.1) == -(0.1**3) else 1e-12)
    assert len(calls) < 120 and all(-1 < t < 1 for t in calls)


def test_near_a_good_start_it_takes_few_steps():
    calls = []
    falling(lambda t: calls.append(t) or math.cos(t + 1.2), 0.0, 1.0, 0.371)
    assert len(calls) <= 8


@pytest.mark.parametrize(("value", "end"), [(1.0, 1.0), (math.inf, 1.0), (-1.0, -1.0), (-math.inf, -1.0)])
def test_the_end_where_it_does_not_turn(value, end):
    assert falling(lambda t: value, -1.0, 1.0, 0.2) == end


def test_as_bisection():
    chance = np.random.default_rng(0)
    for _ in range(200):
        root, bend = chance.uniform(-0.9, 0.9), chance.uniform(0.1, 30)
        found = falling(lambda t, root=root, bend=bend: -math.tanh(bend * (t - root)), -1.0, 1.0, chance.uniform(-1, 1))
        assert found == pytest.approx(root, abs=4e-15)
