"""Columns as numbers: categories, missing and unseen values, plain data."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.datasets import co2

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


DAYS = [dt.date(2019, 12, 31), dt.date(2021, 3, 1), None, dt.date(2020, 2, 29)]
HOURS = [dt.datetime(2019, 12, 31, 23, 30), dt.datetime(2021, 3, 1, 6), None, dt.datetime(2020, 2, 29, 12)]
AS_PARTS = [[0, 2019, 12, 1], [426, 2021, 3, 0], [math.nan] * 4, [60, 2020, 2, 5]]


@pytest.mark.parametrize("column", [
    pa.array(DAYS), pa.array(DAYS, pa.date64()), pa.array(DAYS).dictionary_encode(),
    pa.array(DAYS).cast(pa.timestamp("ms")),
    pa.array(DAYS).cast(pa.timestamp("ns", "UTC")), pa.array([day and day.isoformat() for day in DAYS]),
    pa.array([day and f"{day}T00:00:00Z" for day in DAYS], pa.large_string()).dictionary_encode(),
    pa.array([day and str(day) for day in DAYS], pa.string_view()),
], ids=lambda column: str(column.type))
def test_a_date_of_any_type_becomes_its_parts(column: pa.Array) -> None:
    table = pa.table({"opened": column})
    made = encode.fit(table, ["opened"])
    assert made.features == ("opened.days", "opened.year", "opened.month", "opened.weekday")
    assert (made.names, made.sizes) == (("opened",), (0, 0, 0, 0))
    np.testing.assert_array_equal(made(table), AS_PARTS)
    np.testing.assert_array_equal(made(pa.table({"opened": pa.array(DAYS)})), AS_PARTS)     # whatever it comes as later


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_time_of_day_is_part_of_it(unit: str) -> None:
    table = pa.table({"at": pa.array(HOURS, pa.timestamp(unit))})
    made = encode.fit(table, ["at"])
    np.testing.assert_allclose(made(table)[:, [0, 4]], [[23.5 / 24, 23], [426.25, 6], [math.nan] * 2, [60.5, 12]])
    again = Encoding.of(json.loads(json.dumps(made.described())))
    assert again == made
    np.testing.assert_array_equal(again(table), made(table))


def test_a_zone_is_taken_off() -> None:
    text = pa.array(["2020-01-01T01:30:00+02:00", "2020-01-01 00:30+0100", "2019-12-31T20:00:00.25-0330", "2020-01-02"])
    made = encode.fit(pa.table({"at": text}), ["at"])
    zoned = pa.array(["2019-12-31 23:30", "2019-12-31 23:30", "2019-12-31 23:30", "2020-01-02 00:00"])
    np.testing.assert_array_equal(made(pa.table({"at": text})), made(pa.table({"at": zoned})))
    zoned = zoned.cast(pa.timestamp("s")).cast(pa.timestamp("s", "America/New_York"))
    np.testing.assert_array_equal(made(pa.table({"at": text})), made(pa.table({"at": zoned})))


def test_dates_before_the_first_day_of_training_and_before_1970() -> None:
    made = encode.fit(pa.table({"born": pa.array([dt.date(1960, 1, 1), dt.date(1961, 7, 3)])}), ["born"])
    np.testing.assert_array_equal(made(pa.table({"born": pa.array([dt.datetime(1959, 12, 31, 18)])})),
                                  [[-0.25, 1959, 12, 3]])


def test_text_that_is_no_date_throughout_stays_text() -> None:
    for texts in (["2020-01-01", "soon"], ["2020-02-30", "2020-01-01"], ["2020-01-01", "2020-13-01"], ["2020", "2021"]):
        assert encode.fit(pa.table({"a": texts}), ["a"]).columns[0][1] == tuple(sorted(texts))
    made = encode.fit(pa.table({"a": ["2020-01-01", "2020-02-01"]}), ["a"])
    found = made(pa.table({"a": ["soon", "2020-02-30", "", "2020-02-02", None]}))
    np.testing.assert_array_equal(np.isnan(found).all(axis=1), [True, True, True, False, True])


def test_times_of_day_and_durations_are_seconds() -> None:
    times = pa.table({"at": pa.array([dt.time(1, 0, 0, 500_000), dt.time(2), None], pa.time64("us")),
                      "took": pa.array([dt.timedelta(minutes=1), None, dt.timedelta(milliseconds=-1500)])})
    made = encode.fit(times, ["at", "took"])
    assert made.features == ("at.seconds", "took.seconds")
    np.testing.assert_array_equal(made(times), [[3600.5, 60], [7200, math.nan], [math.nan, -1.5]])
    with pytest.raises(DataError, match="took was made of durations when the model was trained, and is int64 now"):
        made(pa.table({"at": times["at"], "took": [1, 2, 3]}))
    np.testing.assert_array_equal(made(pa.table({"at": pa.nulls(1), "took": pa.nulls(1)})), [[math.nan, math.nan]])


def test_a_date_that_is_missing_or_one_day_keeps_its_first_part() -> None:
    made = encode.fit(pa.table({"died": pa.array([dt.date(2020, 1, 1), None])}), ["died"])
    assert made.features == ("died.days",)


def test_decimals_are_numbers() -> None:
    table = pa.table({"price": pa.array([Decimal("1.25"), Decimal("-3.50"), None])})
    np.testing.assert_array_equal(encode.fit(table, ["price"])(table), [[1.25], [-3.5], [math.nan]])


def test_what_is_left_out_is_told_with_the_reason() -> None:
    table = pa.table({"id": [f"row {number}" for number in range(300)], "same": ["x"] * 300,
                      "city": [f"city {number % 140}" for number in range(300)], "age": range(300),
                      "instant": pa.array(range(300), pa.timestamp("ns"))})
    made = encode.fit(table, table.column_names)
    assert made.names == ("city", "age")                    # 140 texts in 300 rows come again
    assert made.left_out == (
        ("id", "it has 300 different texts in 300 rows, so it tells one row only"),
        ("same", "it has one value only"), ("instant", "all its values are within one second"))
    assert [name for name, _ in made.described()] == ["city", "age"]
    few = pa.table({"id": [f"row {number}" for number in range(100)]})
    assert encode.fit(few, ["id"]).sizes == (100,)          # too few to say
    with pytest.raises(DataError, match=r"no column is left to learn from: id: it has 300 different texts"):
        encode.fit(table, ["id"])


@pytest.mark.parametrize(("kind", "can"), [
    (pa.int8(), True), (pa.float16(), True), (pa.bool_(), True), (pa.decimal128(5, 2), True), (pa.large_string(), True),
    (pa.string_view(), True), (pa.date32(), True), (pa.timestamp("us", "UTC"), True), (pa.time32("s"), True),
    (pa.duration("ns"), True), (pa.dictionary(pa.int8(), pa.string()), True), (pa.list_(pa.int8()), False),
    (pa.binary(), False), (pa.dictionary(pa.int8(), pa.binary()), False), (pa.struct([]), False), (pa.null(), False),
])
def test_which_types_can_be_features(kind: pa.DataType, can: bool) -> None:
    assert encode.usable(kind) is can


ZONES = st.sampled_from([dt.timezone(dt.timedelta(minutes=minutes)) for minutes in (0, 330, -210, 840)])


@given(st.lists(st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1), timezones=ZONES), min_size=2, max_size=5))
def test_text_and_timestamps_say_the_same(moments: list[dt.datetime]) -> None:
    text = pa.table({"at": [moment.isoformat() for moment in moments]})
    stamps = pa.table({"at": pa.array(moments, pa.timestamp("us", "UTC"))})
    if len({moment.replace(microsecond=0) for moment in moments}) > 1:
        made = encode.fit(text, ["at"])
        np.testing.assert_array_equal(made(stamps), made(text))
        assert encode.fit(stamps, ["at"]) == made


def test_the_parts_tell_what_a_date_tells() -> None:
    """Carbon dioxide over Mauna Loa rises from year to year, and falls each summer."""
    frame = co2.load_pandas().data.dropna()
    table = pa.table({"day": pa.array(frame.index.to_pydatetime(), pa.timestamp("s")).cast(pa.date32())})
    ppm = frame["co2"].to_numpy()
    made = encode.fit(table, ["day"])
    found = dict(zip(made.features, made(table).T, strict=True))
    months = (found["day.month"][:, None] == np.arange(2, 13)).astype(float)
    rise = np.column_stack([np.ones(len(ppm)), found["day.days"] / 1e4, (found["day.days"] / 1e4) ** 2])
    left = [np.std(ppm - X @ np.linalg.lstsq(X, ppm, rcond=None)[0]) for X in (rise, np.column_stack([rise, months]))]
    assert [*found] == ["day.days", "day.year", "day.month"]     # it was always a Saturday
    assert left[0] < 0.2 * np.std(ppm) and left[1] < 0.5 * left[0]
