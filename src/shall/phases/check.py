"""`check`: a gate. Is every requirement met on these rows, and may the subject ship?"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shall.core.log import Log
from shall.core.store import Look
from shall.core.verdict import Finding, Verdict, worst
from shall.phases.measuring import Examination, judge
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

    @property
    def verdict(self) -> Finding:
        """The worst of all."""
        return worst([verdict.verdict for verdict in self.verdicts])


def count(examination: Examination, log: Log, progress: Progress | None = None) -> Tally:
    """One pass over a log."""
    def told(rows: int) -> None:
        if progress is not None:
            progress(f"counting {log.name}", rows)
    return accumulate(examination.plan, log.batches(examination.plan.columns), progress=told)


def check(examination: Examination, log: Log, references: Mapping[str, Log], *, on: datetime.date,
          looks: int = 1, progress: Progress | None = None) -> tuple[tuple[Verdict, ...], Tally]:
    """The verdicts on a log, and the tally that they were computed from."""
    tally = count(examination, log, progress)
    others = {name: count(examination, other, progress) for name, other in references.items()
              if name in examination.references}
    asked = tuple(r for r in examination.requirements if "check" in r.phases)
    verdicts = judge(examination, tally, others, on=on, phase="check", looks=looks)
    return tuple(verdict for verdict in verdicts if verdict.requirement in asked), tally
