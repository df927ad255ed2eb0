"""Windows by rows and by time."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError, InputError
from shall.phases.watching.windows import Allowed, Windows


def labels(text: str, times: list[object]) -> list[str]:
    windows = Windows.parse(text)
    return [windows.label(index) for index in windows.index(len(times), 0, pa.array(times)).tolist()]


def test_windows_by_count_go_on_from_batch_to_batch() -> None:
    windows = Windows.parse("1_000 rows")
    assert (windows.size, windows.unit, windows.by_time, windows.per_year) == (1000, "row", False, None)
    np.testing.assert_array_equal(windows.index(3, 999, None), [0, 1, 1])
    assert windows.label(1) == "rows 1,001 to 2,000"


def test_calendar_windows_follow_the_calendar() -> None:
    days = [datetime.date(2016, 2, 29), datetime.date(2016, 3, 1), datetime.date(1969, 12, 31), None]
    assert labels("1 month", days) == ["2016-02", "2016-03", "1969-12", "without a time"]
    assert labels("1 quarter", days)[:3] == ["2016 Q1", "2016 Q1", "1969 Q4"]
    assert labels("1 year", days)[:3] == ["2016", "2016", "1969"]


def test_days_are_days_of_utc_and_weeks_begin_on_mondays() -> None:
    east = datetime.timezone(datetime.timedelta(hours=10))
    times = [datetime.datetime(2026, 11, 23, 5, tzinfo=east), datetime.datetime(2026, 11, 23, 0, tzinfo=datetime.UTC)]
    assert labels("1 day", [*times]) == ["2026-11-22", "2026-11-23"]
    assert labels("1 week", [*times]) == ["2026-11-16", "2026-11-23"]
    assert labels("12 hours", [*times]) == ["2026-11-22 12:00", "2026-11-23 00:00"]


def test_years_and_texts_are_times_other_numbers_are_not() -> None:
    assert labels("1 year", [2016, None, 2018]) == ["2016", "without a time", "2018"]
    assert labels("1 day", ["2016-03-05", "2016-03-05T23:59:59"]) == ["2016-03-05", "2016-03-05"]
    written = ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00.250+02:00", "2026-03-29 01:30:00Z",
               "2026-03-29T01:30:00", "2026-03-29t01:30:00,5z", "2026-03-28T23:30:00-0200", "", None]
    assert labels("1 minute", [*written]) == ["2026-03-29 00:30", *["2026-03-29 01:30"] * 5, *["without a time"] * 2]
    for wrong in ("yesterday", "2026-02-30", "2026-03-29T25:00:00Z"):
        with pytest.raises(DataError, match=f"holds '{wrong}', which is no time: write 2026-03-29T02:30:00Z"):
            labels("1 day", ["2026-03-29", wrong])
    with pytest.raises(DataError, match="not years"):
        labels("1 day", [1, 2])
    with pytest.raises(DataError, match="need a timestamp"):
        labels("1 day", [0.5])


@pytest.mark.parametrize("text", ["", "1", "day", "0 days", "1 fortnight", "-1 day", "1.5 days"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="a window is a number"):
        Windows.parse(text)


def test_how_rare_false_alarms_are() -> None:
    assert Allowed.parse("1 per year").a_year == 1
    assert Allowed.parse("2 per 10 years").a_year == pytest.approx(0.2)
    assert Allowed.parse("1 per month").a_year == pytest.approx(12, abs=0.01)
    assert Allowed.parse("1 per 1,000,000 rows").rows == 1e6
    assert Allowed.parse("2 per 1_000 rows") == Allowed(math.inf, 500)
    for text in ("", "per year", "0 per year", "1 per fortnight"):
        with pytest.raises(InputError, match="false alarms are written"):
            Allowed.parse(text)


def test_windows_in_a_year() -> None:
    assert Windows.parse("1 day").per_year == pytest.approx(365.2425)
    assert Windows.parse("2 months").per_year == pytest.approx(6)
