"""Two samples in the same bins: every row is in one, and the bins are named."""

from __future__ import annotations

import numpy as np
import pytest

from shall import stats
from shall.testing import cells


def histogram(values):
    return cells(x=values).histogram("x")


def test_scores_have_bins_of_equal_width():
    now, _, labels = stats.of_scores(np.ones((1, 20), dtype=np.int64), np.ones((1, 20), dtype=np.int64))
    assert (labels[0], labels[-1], now.sum()) == ("0 to 0.05", "0.95 to 1", 20)


def test_numbers_have_bins_of_equal_mass_in_the_reference():
    rng = np.random.default_rng(7)
    then, now = rng.normal(size=2_000), rng.normal(1, 1, 1_000)
    counts, expected, labels = stats.of_numbers(histogram(now), histogram(then), 10)
    assert expected.sum() == 2_000
    assert counts.sum() == 1_000
    assert expected[0] / 200 == pytest.approx(1, abs=0.05)
    assert counts[0, -1] > counts[0, 0]
    edges = np.quantile(then, np.arange(1, 10) / 10)
    assert [float(label.split(" to ")[0]) for label in labels[1:]] == pytest.approx(edges.tolist(), abs=0.02)


def test_a_constant_is_one_bin_and_nothing_is_none():
    assert stats.of_numbers(histogram([3.0] * 5), histogram([3.0] * 9), 10)[2] == ("3",)
    counts, expected, labels = stats.of_numbers(histogram([float("inf")] * 5), histogram([float("inf")] * 5), 10)
    assert (counts.size, expected.size, labels) == (0, 0, ())


def test_names_beyond_the_most_frequent_are_one_bar():
    now = np.array(["a", "b", "z"]), np.array([[5, 3, 1]])
    then = np.array(["a", "c"]), np.array([[5, 2]])
    counts, expected, labels = stats.of_names(now, then, 2)
    assert labels == ("a", "b", "(others)")
    assert counts.tolist() == [[5, 3, 1]]
    assert expected.tolist() == [[5, 0, 2]]


def test_groups_are_put_beside_their_twins():
    assert stats.matched(np.array([[1, 2], [3, 4]]), [1, -1]).tolist() == [[3, 4], [0, 0]]
