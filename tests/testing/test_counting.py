"""Cells from rows written by hand."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from shall.testing import cells, counting


def test_the_example_holds() -> None:
    assert doctest.testmod(counting).failed == 0


def test_columns_called_like_roles_play_them() -> None:
    found = cells(label=[1, 0, None], decision=[1, 1, 0], score=[0.9, 0.6, 0.1])
    assert found.table("label", "decision").tolist() == [[[0, 1, 0], [0, 1, 0], [1, 0, 0]]]
    assert found.total("(score - label)**2") == pytest.approx((0.9 - 1) ** 2 + 0.6**2)
    assert found.score_bins(bins=10).tolist() == [[0, 1, 0, 0, 0, 0, 1, 0, 0, 1]]


def test_other_columns_are_axes_of_numbers_or_of_text() -> None:
    found = cells(latency=[1.0, 2.0, np.nan], city=["a", "b", "a"])
    counts, lower, upper = found.histogram("latency")
    assert counts.tolist() == [[1, 1]]
    assert (lower <= [1.0, 2.0]).all() and (upper >= [1.0, 2.0]).all()
    cities, rows = found.distribution("category:city")
    assert (cities.tolist(), rows.tolist()) == (["a", "b"], [[2, 1]])


def test_groups_come_from_the_columns_named() -> None:
    found = cells(decision=[1, 0, 1], sex=["F", None, "F"], by=["sex"])
    assert found.groups == ((("sex", "(missing)"),), (("sex", "F"),))
    assert found.rows.tolist() == [1, 2]


def test_a_log_without_rows_has_cells() -> None:
    assert cells(label=[], score=[]).rows.tolist() == [0]
    assert cells(label=[], sex=[], by=["sex"]).groups == ()


def test_sums_can_be_asked_for() -> None:
    assert cells(score=[0.5, 0.25], sums=["score * score"]).total("score * score").tolist() == [0.3125]
