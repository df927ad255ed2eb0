"""Columns as numbers: categories, missing and unseen values, plain data."""

from __future__ import annotations

import json
import math

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.methods.prepare import encode
from shall.methods.prepare.encode import Encoding

TABLE = pa.table({"city": ["b", "a", "b", None], "size": [1.5, None, 2.0, 3.0], "same": [1, 1, 1, 1],
                  "yes": [True, False, None, True]})


def test_categories_are_codes_by_frequency_and_numbers_stay() -> None:
    made = encode.fit(TABLE, TABLE.column_names)
    assert made.columns == (("city", ("b", "a")), ("size", None), ("yes", None))        # `same` says nothing
    found = made(TABLE)
    np.testing.assert_array_equal(found[:, 0], [0, 1, 0, math.nan])
    np.testing.assert_array_equal(found[:, 2], [1, 0, math.nan, 1])


def test_what_training_never_saw_is_missing() -> None:
    made = encode.fit(TABLE, ["city"])
    assert np.isnan(made(pa.table({"city": ["z"]}))).all()
    np.testing.assert_array_equal(made(pa.table({"city": pa.array(["a"]).dictionary_encode()})), [[1]])


def test_it_is_plain_data() -> None:
    made = encode.fit(TABLE, TABLE.column_names)
    assert Encoding.of(json.loads(json.dumps(made.described()))) == made


def test_the_order_of_rows_does_not_matter() -> None:
    assert encode.fit(TABLE.take([3, 2, 1, 0]), ["city"]) == encode.fit(TABLE, ["city"])


def test_a_missing_column_and_text_for_numbers_are_named() -> None:
    made = encode.fit(TABLE, ["city", "size"])
    with pytest.raises(DataError, match="needs the column size"):
        made(TABLE.drop_columns(["size"]))
    with pytest.raises(DataError, match="size was made of numbers"):
        made(TABLE.set_column(1, "size", pa.array(["x"] * 4)))


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(DataError, match="no column is left"):
        encode.fit(TABLE, ["same"])


@pytest.mark.parametrize("values", [[1.0, 2.5, 1.0], [True, False, True], [7, 8, 7]])
def test_categories_that_are_no_text_are_codes_too(values: list[float]) -> None:
    table = pa.table({"a": pa.array(values).dictionary_encode()})
    made = encode.fit(table, ["a"])
    np.testing.assert_array_equal(made(table)[:, 0], [0, 1, 0])
    np.testing.assert_array_equal(made(pa.table({"a": values}))[:, 0], [0, 1, 0])       # the same, written plainly


def test_numbers_that_are_huge_or_not_finite() -> None:
    table = pa.table({"id": [2**60 + 1, 5, -(2**62)], "x": [math.inf, -math.inf, 1.0]})
    found = encode.fit(table, ["id", "x"])(table)
    np.testing.assert_array_equal(found[:, 0], [2.0**60, 5, -(2.0**62)])
    np.testing.assert_array_equal(found[:, 1], [math.nan, math.nan, 1])


def test_a_batch_with_nothing_but_missing_values() -> None:
    nothing = pa.nulls(2)
    assert np.isnan(encode.fit(TABLE, ["city", "size"])(pa.table({"city": nothing, "size": nothing}))).all()
