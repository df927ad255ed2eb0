"""`watch`: an alarm. Does every requirement still hold, window by window?"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shall.core.errors import DataError
from shall.core.log import Log
from shall.core.verdict import Finding, Verdict
from shall.phases.check import Progress
from shall.phases.measuring import Examination, judge
from shall.phases.windows import Windows
from shall.reports import text
from shall.tally import Tally, count


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its verdicts, and the requirements that raise an alarm."""

    label: str
    rows: int
    labelled: int | None                    # rows with a label; None where the log has no label column
    verdicts: tuple[Verdict, ...]
    alarms: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class WatchReport:
    """Every window in order, and what the alarms promise."""

    subject: str
    windows: tuple[Window, ...]
    size: str
    promise: str
    notes: tuple[str, ...] = ()
    file: str = ""

    def __str__(self) -> str:
        return text.watch(self)

    @property
    def alarms(self) -> tuple[tuple[Window, Verdict], ...]:
        """Each alarm with its window."""
        return tuple((window, verdict) for window in self.windows for verdict in window.alarms)


def watch(examination: Examination, log: Log, windows: Windows, references: Mapping[str, Tally], *,
          on: datetime.date, false_alarms: float = 1.0, progress: Progress | None = None) -> tuple[Window, ...]:
    """Fold a log into one tally a window and judge each.

    A window's verdict is that of `check` on its rows. An alarm is a verdict *broken* that stands at
    a smaller alpha: the share of ``false_alarms`` (a year) that one window may spend.
    """
    tallies = fold(examination, log, windows, progress)
    looks = looks_of(examination, windows, false_alarms)
    watched = [place for place, requirement in enumerate(examination.requirements) if "watch" in requirement.phases]
    found = []
    for index in sorted(tallies):
        tally = tallies[index]
        verdicts = judge(examination, tally, references, on=on, phase="watch")
        careful = judge(examination, tally, references, on=on, phase="watch", looks=looks) if looks > 1 else verdicts
        alarms = tuple(careful[place] for place in watched if careful[place].verdict is Finding.BROKEN)
        found.append(Window(windows.label(index), tally.rows, tally.labelled,
                            tuple(verdicts[place] for place in watched), alarms))
    return tuple(found)


def looks_of(examination: Examination, windows: Windows, false_alarms: float) -> int:
    """Into how many parts alpha is divided, so that a model at its bound raises at most so many alarms a year."""
    if windows.per_year is None:
        return 1
    stated = [requirement.confidence.value if requirement.confidence else examination.confidence
              for requirement in examination.requirements]
    alpha = 1 - min(stated, default=95.0) / 100
    return max(1, math.ceil(round(alpha * windows.per_year / false_alarms, 6)))


def fold(examination: Examination, log: Log, windows: Windows, progress: Progress | None = None) -> dict[int, Tally]:
    """One pass over a log: a tally for each window."""
    time = examination.binding.column("time") if windows.by_time else None
    if windows.by_time and time is None:
        raise DataError(f"windows of {windows} need a column of time, and {log.name} has none: "
                        'name it in the file, [columns] time = "…", or use windows by count, "10000 rows"')
    columns = list(dict.fromkeys([*examination.plan.columns, *([time] if time else [])]))
    tallies: dict[int, Tally] = {}
    before = 0
    for batch in log.batches(columns):
        index = windows.index(batch.num_rows, before, batch.column(time) if time else None)
        before += batch.num_rows
        for window in np.unique(index).tolist():
            some = batch.filter(pa.array(index == window)) if (index[0] != index).any() else batch
            counted = count(examination.plan, some)
            tallies[window] = tallies[window] + counted if window in tallies else counted
        if progress is not None:
            progress(f"counting {log.name}", batch.num_rows)
    return tallies
