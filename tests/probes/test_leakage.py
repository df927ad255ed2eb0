"""What a feature alone tells of the label: all, nothing, and something."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.probes.leakage import answers


def told(codes, label):
    return float(np.nanmean(answers(codes, label)))


def test_the_label_by_another_name_tells_all_and_an_id_nothing():
    label = np.random.default_rng(0).integers(0, 3, 3000)
    assert told(2 - label, label) > 0.98
    assert abs(told(np.arange(3000), label)) < 0.01


def test_between_them_it_is_the_information_by_theory():
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 20_000)
    codes = np.where(chance.random(20_000) < 0.1, 1 - label, label)
    assert told(codes, label) == pytest.approx(1 + 0.1 * np.log2(0.1) + 0.9 * np.log2(0.9), abs=0.01)


def test_rows_without_a_label_have_no_answer():
    label = np.array([-1, 0, 1] * 100)
    found = answers(np.array([0, 0, 1] * 100), label)
    assert np.isnan(found[::3]).all() and np.nanmean(found) > 0.9


@pytest.mark.parametrize("label", [np.zeros(100, dtype=np.int64), np.full(100, -1), np.array([0, 1] * 10)])
def test_what_has_no_answer(label):
    with pytest.raises(DataError, match="a leak needs 50 rows"):
        answers(np.zeros(len(label), dtype=np.int64), label)
