"""Labels, groups and numbers of every type."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.tally.codes import band_names, equals, floats, group_codes, name_of, others


@pytest.mark.parametrize(("values", "kind", "positive", "codes"), [
    ([0, 1, None, 2], pa.int8(), "1", [0, 1, 2, 0]),
    ([0, 1, 2], pa.int64(), "1.0", [0, 1, 0]),
    ([0, 1], pa.uint64(), "true", [0, 1]),
    ([0, 1], pa.int64(), "yes", [0, 0]),
    ([0, 1], pa.int64(), "0.5", [0, 0]),
    ([0, 1], pa.int64(), "nan", [0, 0]),
    ([2**63 - 1, 2**63 - 2], pa.int64(), "1e30", [0, 0]),
    ([0.0, 1.0, None, math.nan, math.inf], pa.float64(), "1", [0, 1, 2, 2, 0]),
    ([0.0, 1.0], pa.float32(), "1", [0, 1]),
    ([True, False, None], pa.bool_(), "true", [1, 0, 2]),
    ([True, False, None], pa.bool_(), "1", [1, 0, 2]),
    ([True, False], pa.bool_(), "0", [0, 1]),
    ([True, False, None], pa.bool_(), "yes", [0, 0, 2]),
    (["yes", "no", None, ""], pa.string(), "yes", [1, 0, 2, 0]),
    (["1", "0"], pa.large_string(), "1", [1, 0]),
    (["yes", "no"], pa.string_view(), "yes", [1, 0]),
    (["yes", None, "no"], pa.dictionary(pa.int8(), pa.string()), "yes", [1, 2, 0]),
    ([Decimal("1.00"), Decimal("0.00"), None], pa.decimal128(5, 2), "1", [1, 0, 2]),
    ([None, None], pa.null(), "1", [2, 2]),
    ([datetime.date(2026, 1, 31)], pa.date32(), "2026-01-31", [1]),
])
def test_labels(values: list[Any], kind: pa.DataType, positive: str, codes: list[int]) -> None:
    array = pa.array(values, kind)
    found = equals(array, positive)
    assert found.tolist() == codes
    assert found.dtype == np.int8
    assert equals(array.slice(1), positive).tolist() == codes[1:]


@pytest.mark.parametrize(("array", "positive", "found"), [
    (pa.array([0, 1, 1]), "1", ("0",)), (pa.array([1, 1]), "1", ()), (pa.array([0, 1, None, 3]), "1", ("0", "3")),
    (pa.array([1.0, 0.0, math.nan, 2.5]), "1", ("0", "2.5")), (pa.array([0, 1]), "0", ("1",)),
    (pa.array(["yes", "no", None]), "yes", ("no",)), (pa.array([True, False]), "true", ("false",)),
    (pa.array(["a", "b"]).dictionary_encode(), "a", ("b",)), (pa.array([None, None], pa.int8()), "1", ()),
    (pa.array(range(30)), "1", tuple(sorted(str(n) for n in range(30) if n != 1)[:20])),
])
def test_other_labels(array: pa.Array, positive: str, found: tuple[str, ...]) -> None:
    assert others(array, equals(array, positive), positive) == found


@pytest.mark.parametrize(("value", "name"), [
    (None, "(missing)"), (math.nan, "(missing)"), (True, "true"), (1.0, "1"), (-0.0, "0"), (0.1, "0.1"),
    (1e300, "1e+300"),    (math.inf, "inf"), (Decimal("1.50"), "1.5"), (Decimal("100"), "100"), ("", ""),
    (datetime.date(2026, 1, 2), "2026-01-02"),
])
def test_names(value: object, name: str) -> None:
    assert name_of(value) == name


def test_bands_include_their_lower_edge_and_their_names_differ() -> None:
    codes, names = group_codes(pa.array([24.9, 25.0, 44.9, 45.0, None, math.nan, math.inf, -math.inf]),
                               GroupDef("age", "age", (25, 45)))
    assert [names[code] for code in codes.tolist()] == [
        "below 25", "25 to 45", "25 to 45", "45 and over", "(missing)", "(missing)", "45 and over", "below 25"]
    assert len(set(band_names((1000000.25, 1000000.5, 1000001.0)))) == 4


def test_groups_of_lists_are_refused() -> None:
    with pytest.raises(DataError, match="column x of group g"):
        group_codes(pa.array([[1], [2]]), GroupDef("g", "x"))


def test_numbers() -> None:
    assert floats(pa.array([1, None], pa.int8())).tolist()[0] == 1.0
    assert math.isnan(floats(pa.array([1, None], pa.int8()))[1])
    assert floats(pa.array([datetime.timedelta(milliseconds=2)])).tolist() == [0.002]
    assert floats(pa.array([0.1], pa.float32())).tolist() == [float(np.float32(0.1))]
    assert floats(pa.array([True, False])).tolist() == [1.0, 0.0]
    with pytest.raises(DataError, match="not made of numbers"):
        floats(pa.array(["1"]))
