from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shall import graph as g
from shall.core.errors import FileError

DAYS = [datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2024, 2, 29, 12, tzinfo=UTC)]


def test_parts_are_datetimes() -> None:
    x = g.inputs({"day": "date"})
    made = g.compile(x, year=g.year(x["day"]), month=g.month(x["day"]), weekday=g.weekday(x["day"]),
                     hour=g.hour(x["day"]), since=g.days_since(x["day"], "2024-01-01"))
    found = made({"day": DAYS})
    assert found["year"].tolist() == [day.year for day in DAYS]
    assert found["month"].tolist() == [day.month for day in DAYS]
    assert found["weekday"].tolist() == [day.weekday() for day in DAYS]
    assert found["hour"].tolist() == [day.hour for day in DAYS]
    assert found["since"].tolist() == [(day - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds() / 86400 for day in DAYS]
    assert g.year(x["day"]).names == ("day_year",)


def test_a_number_is_no_date() -> None:
    x = g.inputs({"day": "number"})
    with pytest.raises(FileError, match="day is a number, and no date"):
        g.compile(x, it=g.year(x["day"]))


@pytest.mark.parametrize("wrong", ["2020-13-01", "yesterday", 20200101, DAYS[0], None])
def test_a_day_that_is_none_is_told_with_its_line(wrong: Any) -> None:
    x = g.inputs({"day": "date"})
    with pytest.raises(FileError, match=r"test_dates\.py:\d+: date_part: .* is no day\n    give a day as 2026-12-31"):
        g.compile(x, since=g.days_since(x["day"], wrong))
