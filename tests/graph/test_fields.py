from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import murmurhash3_32

from shall.core.errors import DataError
from shall.graph.fields import FIELDS
from shall.graph.kinds import MISSING
from shall.graph.node import Input


def field(what: Any, values: Any) -> Any:
    return FIELDS[what](Input("it", what))(values).tolist()


def test_numbers() -> None:
    given = [1, 2.5, True, np.float32(0.5), Decimal("1.25"), time(1, 0, 0, 500_000), timedelta(days=1)]
    assert field("number", given) == [1.0, 2.5, 1.0, 0.5, 1.25, 3600.5, 86400.0]
    assert np.isnan(field("number", [None, float("nan"), pd.NA, pd.NaT, np.float32("nan")])).all()
    assert field("number", np.array([2**60 + 1])) == [float(2**60)]


def test_texts_are_written_as_arrow_writes_them() -> None:
    assert field("text", ["a", True, 3, 3.0, 2.5, np.int64(4), np.str_("b"), ""]) == [
        "a", "true", "3", "3", "2.5", "4", "b", ""]
    assert field("text", [None, float("nan"), pd.NA]) == [MISSING] * 3


def test_dates_are_microseconds_in_utc() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    micro = noon.timestamp() * 1e6
    given = [noon, noon.replace(tzinfo=None), noon.astimezone(timezone(timedelta(hours=5))), "2026-11-21T12:00:00Z",
             "2026-11-21 13:00:00+01:00", np.datetime64("2026-11-21T12:00:00"), pd.Timestamp(noon)]
    assert field("date", given) == [micro] * len(given)
    assert field("date", [date(1969, 12, 31), "1969-12-31"]) == [-86400e6] * 2
    assert field("date", ["2026-11-21T12:00:00.000001Z"]) == [micro + 1]
    assert np.isnan(field("date", [None, pd.NaT, np.datetime64("NaT")])).all()
    assert np.array_equal(field("date", np.array(["1970-01-02", "NaT"], "M8[D]")), [86400e6, np.nan], equal_nan=True)


def test_a_hash_is_scikit_learns() -> None:
    assert field("hashed", ["a", "ä€😀", ""]) == [murmurhash3_32(one.encode(), seed=0) for one in ("a", "ä€😀", "")]
    assert np.isnan(field("hashed", [None])).all()


@pytest.mark.parametrize(("what", "value", "said"), [
    ("date", "soon", "no date; the graph takes a date there: write it as"), ("date", 5, "of type int"),
    ("date", "2026-02-30", "no date"), ("number", [1], "of type list"), ("text", b"a", "of type bytes")])
def test_what_is_wrong_is_told_with_its_row(what: str, value: Any, said: str) -> None:
    with pytest.raises(DataError, match="row 1: the field it is") as raised:
        field(what, [None, value])
    assert said in str(raised.value)
