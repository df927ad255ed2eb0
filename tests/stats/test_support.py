"""Counts of values and of pairs by hand, and what is said of them."""

from __future__ import annotations

import json
from math import log

import numpy as np
import pytest

from shall.stats import support


def married() -> dict[str, np.ndarray]:
    """A hundred people: the young are single and the old are widowed, half of each are women."""
    return {"age": np.repeat([20.0, 70.0], 50), "status": np.array(["single"] * 50 + ["widowed"] * 50, dtype=object),
            "sex": np.array(["f", "m"] * 50, dtype=object)}


def test_values_and_pairs_by_hand() -> None:
    made = support.fit(married())
    odd = made.code({"age": 20, "status": "widowed", "sex": "f"})
    none = np.zeros((1, 3))
    np.testing.assert_allclose(made.values(odd, none), [[log(101) - log(50.5)] * 3])
    np.testing.assert_allclose(made.together(odd), [[log(25.5 / 0.5), 0.0, 0.0]])
    assert made.about_pair(odd[0], 0, {"age": 20, "status": "widowed"}) == (
        "age = 20 together with status = widowed was never seen in training, where chance alone makes 25")
    new = made.code({"age": 20, "status": "married"})
    np.testing.assert_allclose(made.values(new, none)[0, 1:], [log(101 / 0.5)] * 2)
    assert made.about_value(new[0], 1, {"status": "married"}) == "status = married was never seen in training"
    assert made.about_value(new[0], 2, {}) == "sex is missing was never seen in training"


def test_rows_and_columns_are_read_alike() -> None:
    columns = married()
    made = support.fit(columns)
    codes = made.codes(columns)
    one_by_one = [made.code({name: values[row] for name, values in columns.items()})[0] for row in range(100)]
    np.testing.assert_array_equal(codes, one_by_one)
    alone, together = made.of_counted(codes)
    assert alone[0] == pytest.approx([log(100) - log(49.5)] * 3)        # without the row itself
    chance = log(49 * 49 / 99 + 0.5)
    assert together[0] == pytest.approx([chance - log(49.5), chance - log(24.5), chance - log(24.5)])


def test_it_comes_back_from_plain_data() -> None:
    columns = married()
    made = support.fit(columns)
    again = support.of(json.loads(json.dumps(made.described())))
    np.testing.assert_array_equal(again.together(made.codes(columns)), made.together(made.codes(columns)))
    np.testing.assert_array_equal(*(one.values(made.codes(columns), made.beyond(columns)) for one in (again, made)))
    only = support.fit({"age": columns["age"]})
    assert only.together(only.code({"age": 20})).shape == (1, 0)
