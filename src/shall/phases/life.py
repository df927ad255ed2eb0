"""The life of a model in service: each line that can be is looked at after every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.alarm import Alarm
from shall.phases.following import Followed, followed
from shall.phases.measuring import Examination
from shall.phases.windows import NO_TIME, Allowed, Windows, seconds_of
from shall.stats.e_detector import Detector
from shall.tally.rows import Rows

KEPT: Final = 2                             # windows whose units are remembered
NO_CLOCK: Final = ("the log has no time, so nobody can say how long a year is: name the column, [columns] time = "
                   "\"…\", or write [watch] false_alarms = \"1 per 1,000,000 rows\"")


@dataclass(eq=False)
class Life:
    """The lines at ``places`` of an examination, followed through every batch; ``by_window``: why others are not."""

    examination: Examination
    allowed: Allowed
    windows: Windows
    lines: Mapping[int, Sequence[Followed]]
    by_window: Mapping[str, str]
    alarms: list[Alarm] = field(default_factory=list)

    @staticmethod
    def of(examination: Examination, watched: Sequence[int], allowed: Allowed, windows: Windows) -> Life:
        """Follow what can be followed."""
        lines: dict[int, Sequence[Followed]] = {}
        reasons: dict[str, str] = {}
        timed = bool(allowed.rows) or examination.binding.column("time") is not None
        for place in watched:
            found = followed(examination.parts[place], examination.binding) if timed else NO_CLOCK
            if isinstance(found, str):
                reasons[examination.requirements[place].name] = found
            else:
                lines[place] = found
        return Life(examination, allowed, windows, lines, reasons)

    def __post_init__(self) -> None:
        self._parts = [(place, one) for place, some in self.lines.items() for one in some]
        shares = [1 / len(some) for some in self.lines.values() for _ in some]
        period = self.allowed.rows or self.allowed.seconds
        self._seen: dict[int, set[object]] = {}             # units by window
        self._detector = Detector([one.game for _, one in self._parts], period, shares)

    @property
    def places(self) -> set[int]:
        """The lines that are looked at after every row."""
        return {*self.lines}

    @property
    def columns(self) -> list[str]:
        """The columns that are asked for besides those that are counted."""
        unit = self.examination.binding.column("unit")
        return [unit] if self.lines and unit is not None else []

    @property
    def timed(self) -> bool:
        """Whether the time of the rows is asked for."""
        return bool(self.lines) and not self.allowed.rows

    def fold(self, batch: pa.RecordBatch, times: pa.Array | None, index: NDArray[np.int64]) -> None:
        """Look at every row of a batch; ``index``: the window of each."""
        if not self._parts or not batch.num_rows:
            return
        rows, before = Rows(self.examination.plan, batch), self._detector.rows
        heard = self._heard(batch, index)
        events = [one.events(rows, before, heard) for _, one in self._parts]
        for found in self._detector.fold(events, self._clock(times, before, batch.num_rows)):
            place, one = self._parts[found.promise]
            line, row = self.examination.requirements[place], found.row - before
            at = "" if times is None else str(times[row])
            self.alarms.append(Alarm(line.name, str(line), found.row + 1, at, self.windows.label(int(index[row])),
                                     one.streams[found.stream]))

    def _heard(self, batch: pa.RecordBatch, index: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Rows of one unit depend on each other: of each, the first row in a window is heard; None for all rows."""
        column = self.examination.binding.column("unit")
        if column is None:
            return None
        units, windows = batch.column(column).to_pylist(), index.tolist()
        heard = np.zeros(batch.num_rows, dtype=bool)
        for row, (unit, window) in enumerate(zip(units, windows, strict=True)):
            seen = self._seen.setdefault(window, set())
            heard[row] = unit is None or unit not in seen
            seen.add(unit)
        for old in sorted(self._seen)[:-KEPT]:
            del self._seen[old]
        return heard

    def _clock(self, times: pa.Array | None, before: int, rows: int) -> NDArray[np.float64]:
        """Seconds, or rows; a row without a time stands at the time of the one before."""
        if self.allowed.rows or times is None:
            return np.arange(before, before + rows, dtype=np.float64)
        seconds = seconds_of(times)
        known = np.where(seconds == NO_TIME, self._detector.clock, seconds.astype(np.float64))
        return np.maximum.accumulate(known)
