"""What was measured, with two one-sided bounds; knows no limit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shall.core.requirement import Aggregate, Side


class Outcome(StrEnum):
    MEASURED = "measured"
    NOT_APPLICABLE = "not applicable"
    NOT_AVAILABLE = "not available"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group of the table. ``low``, ``high``: one-sided at the line's confidence, for this group alone."""

    group: tuple[tuple[str, str], ...]      # (("sex", "F"), ("race", "2")); () is everybody
    rows: int                               # rows that the filter selected
    n: int                                  # rows that the value stands on (its denominator)
    value: float | None
    low: float | None
    high: float | None
    judged: bool = True                     # False: shown only (`rest = "show"`)
    note: str = ""                          # why there is no value


@dataclass(frozen=True, slots=True)
class Coverage:
    groups: int                             # groups that were decided
    of_groups: int
    rows: int                               # rows in those groups
    of_rows: int                            # rows that the filter selected
    skipped: int = 0                        # rows that the filter left out


@dataclass(frozen=True, slots=True)
class Evidence:
    """One measure, one grouping, one side of the bound.

    ``low`` may be asserted from below and ``high`` from above, each with ``confidence``: they are
    valid for the aggregate over groups (an extreme of pairs included), not only for one group.
    """

    measure: str                            # as written: "p99(latency)"
    aggregate: Aggregate
    grouping: tuple[str, ...]
    side: Side
    outcome: Outcome
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    confidence: float = 0.95                # after looks: 1 - alpha / looks
    unit: str = ""
    better: str = "neither"
    groups: tuple[GroupRow, ...] = ()
    worst: tuple[tuple[tuple[str, str], ...], ...] = ()   # the group, or the pair, that sets the value
    coverage: Coverage | None = None
    compared: str = ""                      # "minus previous", "over train": value is of the comparison
    reason: str = ""                        # why there is no value
    settles: str = ""                       # what would settle it, filled in by who knows the limit
