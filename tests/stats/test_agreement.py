"""Krippendorff's alpha against published figures."""

import itertools

import numpy as np
import pytest

from shall.stats.agreement import krippendorff

# Krippendorff (2011), section C: four observers, twelve units, missing data; alpha for nominal data is .743
UNITS = [
    "1 1 . 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1", "2 2 2 2", ". 5 5 5",
    ". . 1 1", ". 3 . ."]


def test_the_example_of_the_paper():
    units = [[name for name in unit.split() if name != "."] for unit in UNITS]
    assert krippendorff(units) == pytest.approx(0.743, abs=5e-4)


def test_nothing_to_compare_is_not_available():
    assert krippendorff([]) is None
    assert krippendorff([["a"], ["b"]]) is None
    assert krippendorff([["a", "a"], ["a", "a"]]) is None


def test_full_agreement_and_chance():
    assert krippendorff([["a", "a"], ["b", "b"]]) == 1
    chance = np.random.default_rng(3)
    values = [krippendorff(chance.choice(["a", "b", "c"], (400, 2)).tolist()) for _ in range(50)]
    assert abs(float(np.mean(values))) < 0.01


def test_it_is_one_minus_observed_over_expected_disagreement_of_pairs():
    chance = np.random.default_rng(5)
    units = [chance.choice(["a", "b"], size).tolist() for size in chance.integers(2, 5, 60)]
    pairs = [(one, other, len(unit) - 1) for unit in units for one, other in itertools.permutations(unit, 2)]
    n = sum(map(len, units))
    observed = sum((one != other) / size for one, other, size in pairs) / n
    every = [name for unit in units for name in unit]
    expected = sum(one != other for one, other in itertools.permutations(every, 2)) / (n * (n - 1))
    assert krippendorff(units) == pytest.approx(1 - observed / expected, abs=1e-12)
