"""`check`: a gate. Is every requirement met on these rows, and may the subject ship?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shall.adapters.spark import SparkFiles, SparkLog
from shall.core.curve import Curve
from shall.core.log import Log
from shall.core.store import Look
from shall.core.verdict import Finding, Verdict, worst
from shall.phases.measuring import Examination
from shall.reports import text
from shall.tally import Tally, accumulate

Progress = Callable[[str, int], None]           # what is being done, and rows since the last call


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every verdict, and what they stand on."""

    subject: str
    verdicts: tuple[Verdict, ...]
    rows: int
    notes: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    looks: Look | None = None
    file: str = ""
    on: str = ""                            # the date that waivers were held against
    curves: tuple[Curve, ...] = ()          # what the measures can be drawn by; no verdict stands on them
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)     # line and column of each requirement

    def __str__(self) -> str:
        return text.check(self)

    @property
    def verdict(self) -> Finding:
        """The worst of all."""
        return worst([verdict.verdict for verdict in self.verdicts])


def count(examination: Examination, log: Log, progress: Progress | None = None) -> Tally:
    """One pass over a log."""
    def told(rows: int) -> None:
        if progress is not None:
            progress(f"counting {log.name}", rows)
    if isinstance(log, SparkFiles | SparkLog):
        return log.tally(examination.plan, told)
    return accumulate(examination.plan, log.batches(examination.plan.columns), progress=told)
