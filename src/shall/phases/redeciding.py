"""What an earlier verdict would have been under another bound: evidence knows no limit, so it is decided again."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from shall.core.errors import FileError
from shall.core.evidence import Evidence, Outcome
from shall.core.requirement import Reference, Requirement
from shall.core.verdict import Finding, decide


def redecided(told: Mapping[str, Any], line: Requirement) -> Finding | None:
    """What a verdict of a report, as JSON tells it, would have been under ``line``.

    None where the line asks for something else than what was measured: another measure, group, filter or confidence,
    or a bound on the other side.
    """
    if not _alike(str(told.get("requirement", "")), str(line)):
        return None
    parts = told.get("parts") or [told]
    return decide(replace(line, waive=None), [_evidence(part) for part in parts], datetime.date.min).verdict


@lru_cache(maxsize=4096)
def _alike(measured: str, line: str) -> bool:
    """Whether two lines ask the same of the same rows, and only their bounds differ."""
    try:
        old, new = Requirement.parse(measured), Requirement.parse(line)
    except FileError:
        return False
    return replace(old, bound=new.bound) == new and _kind(old) == _kind(new)


def _kind(line: Requirement) -> tuple[object, object]:
    """What each limit is a number of: alone, or of which reference and how."""
    return _limit(line.bound.low), _limit(line.bound.high)


def _limit(limit: object) -> object:
    if isinstance(limit, Reference):
        return limit.name, limit.share is None
    return limit is None


def _evidence(part: Mapping[str, Any]) -> Evidence:
    """One part as it was measured; an end that JSON cannot say is beyond all limits."""
    measured = part["outcome"] == Outcome.MEASURED
    low = -math.inf if measured and part["low"] is None else part["low"]
    high = math.inf if measured and part["high"] is None else part["high"]
    return Evidence(part["measure"], part["aggregate"], tuple(part["over"]), part["side"], Outcome(part["outcome"]),
                    part["value"], low, high)
