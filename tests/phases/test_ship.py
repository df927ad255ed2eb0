"""What would settle a line about a latency that `ship` measures: never rows beyond those that are timed."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from shall.core.evidence import Evidence, Outcome
from shall.core.requirement import Requirement
from shall.core.verdict import Finding, decide
from shall.phases.check import CheckReport
from shall.phases.ship import NOT_HERE, as_timed

DAY = datetime.date(2026, 11, 21)


def said(settles: str, rows: int, of: str = "p99(latency)") -> str:
    part = Evidence(of, "each", (), "<=", Outcome.MEASURED, 1.0, 0.5, 1.5, confidence=0.95, n=rows)
    verdict = decide(Requirement.parse(f"{of} <= 1"), [replace(part, settles=settles)], DAY)
    (found,) = as_timed(CheckReport("s", (verdict,), rows, on=DAY.isoformat())).verdicts
    assert found.verdict is Finding.UNDECIDED and found.needs == found.deciding.settles
    return found.needs


@pytest.mark.parametrize(("rows", "more"), [(1000, "102,026"), (285, "716")])
def test_rows_that_are_not_timed_settle_nothing(rows: int, more: str) -> None:
    assert said(f"about {more} more rows", rows) == NOT_HERE
    assert "at most 1,000 rows" in NOT_HERE


def test_rows_that_would_be_timed_do() -> None:
    assert said("about 300 more rows", 285) == "about 300 more rows"


def test_another_column_is_not_timed() -> None:
    assert said("about 102,026 more rows", 1000, "p99(price)") == "about 102,026 more rows"
