from __future__ import annotations

import numpy as np
import pytest

from shall.graph.ops import date_part
from tests.graph.ops.agreeing import agree, odd

DAY = 86_400


def instants() -> np.ndarray:
    random = np.random.default_rng(0)
    near = np.concatenate([np.arange(-60, 60) * DAY * 10**6, np.arange(-60, 60) * DAY * 10**6 - 1])
    far, usual = random.integers(-2**53, 2**53, 20_000), random.integers(-3 * 10**15, 6 * 10**15, 20_000)
    return np.concatenate([far, usual, near])


def expected(micro: np.ndarray) -> dict[str, np.ndarray]:
    second = micro // 10**6
    days = second // DAY
    months = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    return {"days": days - 11 + second % DAY / DAY, "year": months // 12 + 1970, "month": months % 12 + 1,
            "weekday": (days + 3) % 7, "hour": second % DAY // 3600}


@pytest.mark.parametrize("part", date_part.PARTS)
def test_the_parts_are_those_of_numpys_calendar(part: str) -> None:
    micro = instants()
    found = agree("date_part", {"part": part, "since": 11}, micro[:, None].astype(np.float64))
    np.testing.assert_array_equal(found[:, 0], expected(micro)[part])


@pytest.mark.parametrize("part", date_part.PARTS)
def test_what_is_missing_stays_missing(part: str) -> None:
    x = odd(2)
    x = np.where(np.abs(x) < 2.0**62, x, np.nan)
    assert np.array_equal(np.isnan(agree("date_part", {"part": part, "since": 0}, x)), np.isnan(x))


def test_days_tell_the_instant() -> None:
    ((given, column, back),) = date_part.back({"part": "days", "since": 5}, 3)
    assert (given, column, back(np.array([0.5])).tolist()) == (0, 3, [5.5 * DAY * 1e6])
    assert date_part.back({"part": "month"}, 0) == []
