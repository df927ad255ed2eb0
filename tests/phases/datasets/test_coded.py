"""Columns of every type as codes."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.phases.datasets import coded

DAY = datetime.date(2026, 1, 31)
TYPED = {
    "text": pa.array(["a", None, "a", "b"]), "whole": pa.array([3, None, 3, 5]),
    "float": pa.array([0.0, float("nan"), -0.0, 1.0]), "truth": pa.array([True, None, True, False]),
    "day": pa.array([DAY, None, DAY, DAY.replace(year=2025)]),
    "time": pa.array([1, None, 1, 2], pa.timestamp("us", "Europe/Berlin")),
    "names": pa.array(["x", None, "x", "y"]).dictionary_encode(),
    "money": pa.array([decimal.Decimal("1.10"), None, decimal.Decimal("1.10"), decimal.Decimal("2.00")]),
    "list": pa.array([[1, 2], None, [1, 2], []]),
    "view": pa.array(["a", None, "a", "b"], pa.string_view()),
}


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("code", [coded.exactly, coded.nearly])
def test_every_type(name, code):
    one, missing, same, other = code(pa.chunked_array([TYPED[name].slice(0, 2), TYPED[name].slice(2)]))
    assert one == same != other and missing not in (one, other)


def test_a_column_of_nothing_and_no_row():
    for column in (pa.chunked_array([pa.nulls(3)]), pa.chunked_array([pa.nulls(3, pa.float64())])):
        assert [len(set(code(column))) for code in (coded.exactly, coded.nearly, coded.binned)] == [1, 1, 1]
    assert [len(code(pa.chunked_array([pa.array([], pa.float64())])))
            for code in (coded.exactly, coded.nearly, coded.binned, coded.classes_of)] == [0, 0, 0, 0]


def test_nearly_the_same():
    values = np.random.default_rng(0).normal(50_000, 9000, 1000)
    codes = coded.nearly(pa.chunked_array([np.r_[values, values[:10] + 0.001]]))
    assert (codes[1000:] == codes[:10]).sum() >= 9
    assert len(set(codes[:1000])) > 800
    assert len(set(coded.nearly(pa.chunked_array([["Ann Lee", " ann  lee ", "ANN LEE", "Anne Lee"]])))) == 2


def test_bins_have_equal_mass_and_a_spike_its_own():
    values = np.r_[np.zeros(5000), np.random.default_rng(1).normal(10, 1, 5000)]
    counts = np.sort(np.bincount(coded.binned(pa.chunked_array([values]))))
    assert counts[-1] == 5000 and counts[-2] < 200


def test_rare_texts_are_one_bin_and_missing_another():
    codes = coded.binned(pa.chunked_array([["a"] * 5 + ["b", "c", None]]))
    assert codes[5] == codes[6] and len({codes[0], codes[5], codes[7]}) == 3


def test_classes_have_no_gaps_and_many_numbers_become_bands():
    assert coded.classes_of(pa.chunked_array([[5, None, 2, 5]])).tolist() == [0, -1, 1, 0]
    bands = coded.classes_of(pa.chunked_array([np.arange(1000.0)]))
    assert np.bincount(bands).tolist() == [100] * 10 or abs(np.bincount(bands) - 100).max() <= 1
    with pytest.raises(DataError, match="60 values"):
        coded.classes_of(pa.chunked_array([[f"c{value}" for value in range(60)]]))


def test_shares_by_group():
    column = pa.chunked_array([["a", "b", "a", None]])
    found = np.array([1.0, 0.0, np.nan, 1.0])
    assert coded.shares(column, GroupDef("g", "g"), found) == {"a": 1.0, "b": 0.0, "(missing)": 1.0}
    assert coded.missing_share(column) == 0.25
