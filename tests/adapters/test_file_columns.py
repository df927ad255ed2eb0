"""The columns of several files: which all have, in a type that holds every value."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from shall.adapters.file_columns import columns_of, wider
from shall.core.errors import DataError

TEXT = pa.dictionary(pa.int32(), pa.string())
UTC = pa.timestamp("us", "UTC")


def of(*schemas: dict[str, pa.DataType]) -> tuple[dict[str, str], dict[str, str]]:
    """Types and what is apart, of files called 1, 2, …"""
    files = {Path(str(number)): pa.schema(list(schema.items())) for number, schema in enumerate(schemas, 1)}
    found = columns_of(files, files.__getitem__)
    return {name: str(field.type) for name, field in found.fields.items()}, found.apart


@pytest.mark.parametrize(("one", "other", "both"), [
    (pa.int32(), pa.int64(), pa.int64()), (pa.int64(), pa.float64(), pa.float64()),
    (pa.float32(), pa.float64(), pa.float64()), (pa.int32(), pa.float32(), pa.float64()),
    (pa.uint8(), pa.int8(), pa.int16()), (pa.null(), pa.int8(), pa.int8()), (pa.null(), TEXT, TEXT),
    (pa.dictionary(pa.int8(), pa.int64()), pa.int32(), pa.int64()), (pa.timestamp("ms", "UTC"), UTC, UTC),
    (pa.decimal128(10, 2), pa.decimal128(12, 4), pa.decimal128(12, 4)),
    (pa.int64(), TEXT, None), (pa.bool_(), pa.int8(), None), (pa.binary(), TEXT, None),
    (pa.float64(), pa.decimal128(10, 2), None), (UTC, pa.timestamp("us"), None), (UTC, pa.date32(), None),
])
def test_a_type_that_holds_the_values_of_both(one: pa.DataType, other: pa.DataType, both: pa.DataType | None) -> None:
    assert wider(one, other) == wider(other, one) == both


def test_columns_that_not_all_files_have_are_apart_in_any_order_of_the_files() -> None:
    few, more = {"a": pa.int8()}, {"b": pa.string(), "a": pa.int16()}
    for files in ((few, more, few), (more, few, more), (few, few, more)):
        kinds, apart = of(*files)
        assert kinds == {"a": "int16", "b": str(TEXT)} and [*apart] == ["b"]
    assert apart["b"].startswith("1 has no column b, and 3 has one: write it into every file (empty where it is not ")


def test_types_that_do_not_go_together_are_named_with_their_files() -> None:
    kinds, apart = of({"a": pa.int8()}, {"a": pa.float32()}, {"a": pa.large_string()}, {"a": pa.bool_()})
    assert kinds == {"a": "float"}
    assert apart["a"].startswith("column a is float in 2 and large_string in 3: write one type")


def test_two_columns_of_one_name() -> None:
    twice = pa.schema([("a", pa.int8()), ("a", pa.int8())])
    files = {Path("1"): pa.schema([("a", pa.int8())]), Path("2"): twice}
    with pytest.raises(DataError, match="2 has two columns called a"):
        columns_of(files, files.__getitem__)
