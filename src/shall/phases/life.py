"""The life of a model in service: each line that can be is looked at after every row."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.alarm import Alarm
from shall.core.span import Span
from shall.phases.following import Followed, followed
from shall.phases.measuring import Examination
from shall.phases.units_heard import UnitsHeard
from shall.phases.windows import NO_TIME, Allowed, Windows, seconds_of
from shall.stats.e_detector import Alarm as Found
from shall.stats.e_detector import Detector
from shall.tally import compile_plan
from shall.tally.rows import Rows

AT_A_TIME: Final = 32768                    # rows
FEW: Final = 1024                           # rows a window, where it is worth while to go through windows one by one
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
        self.units = UnitsHeard()
        self._last = -math.inf                              # the latest time of a row
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

    def fold(self, rows: Rows, times: pa.Array | None, index: NDArray[np.int64]) -> None:
        """Look at every row of a batch; ``index``: the window of each."""
        number = rows.batch.num_rows
        if not self._parts or not number:
            return
        heard = self._heard(rows.batch, index)
        clock = self._clock(times, self._detector.rows, number)
        for first, last in pairwise([*self._cuts(rows, index), number]):
            here = slice(first, last)
            some, before, windows = rows.part(first, last), self._detector.rows, index[here]
            if (windows == windows[0]).all():
                windows = windows[:1]
            events = [one.events(some, before, None if heard is None else heard[here],
                                 windows if heard is None else None) for _, one in self._parts]
            for found in self._detector.fold(events, clock[here]):
                self._sound(found, found.row - before + first, times, index)

    def _cuts(self, rows: Rows, index: NDArray[np.int64]) -> list[int]:
        """Where parts of a batch begin: not too large for the cache, within a window where those follow one another,
        and where a group comes for the first time.

        A group that is new gets its part of the wealth from then on, whatever batch it came in.
        """
        groups = {one.part.grouping: one for _, one in self._parts}
        windows = (np.flatnonzero(index[1:] != index[:-1]) + 1).tolist()
        return sorted({*range(0, rows.batch.num_rows, AT_A_TIME),
                       *(windows if len(windows) * FEW <= len(index) else ()),
                       *(row for one in groups.values() for row in one.newcomers(rows))})

    def _sound(self, found: Found, row: int, times: pa.Array | None, index: NDArray[np.int64]) -> None:
        place, one = self._parts[found.promise]
        line, at = self.examination.requirements[place], "" if times is None else str(times[row])
        self.alarms.append(Alarm(line.name, str(line), found.row + 1, at, self.windows.label(int(index[row])),
                                 one.streams[found.stream]))

    def spans(self) -> list[Span]:
        """What is known of all rows until each window, of every line with one measure; a picture beside the alarms.

        None where rows belong to units: the first row of each unit would tell of other rows than the values do.
        """
        found: list[Span] = []
        for place, some in self.lines.items():
            line = self.examination.requirements[place]
            if len({(one.part.measure, one.part.grouping) for one in some}) == 1 and some[0].shown:
                confidence = line.confidence.value if line.confidence else self.examination.confidence
                found += some[0].spans(self.windows.label, 1 - confidence / 100)
        return found

    def _heard(self, batch: pa.RecordBatch, index: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Rows of one unit depend on each other: of each, the first row in a window is heard; None for all rows."""
        column = self.examination.binding.column("unit")
        if column is None:
            return None
        return self.units.heard(batch.column(column), index)

    def _clock(self, times: pa.Array | None, before: int, rows: int) -> NDArray[np.float64]:
        """Seconds, or rows; a row without a time stands at the time of the one before."""
        if self.allowed.rows or times is None:
            return np.arange(before, before + rows, dtype=np.float64)
        seconds = seconds_of(times)
        known = np.where(seconds == NO_TIME, -np.inf, seconds.astype(np.float64))
        clock = np.maximum.accumulate(np.concatenate(([self._last], known)))[1:]
        self._last = float(clock[-1])
        return np.asarray(clock)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from, besides the units: what each line holds stands under a key of its own, so that
        another line is not mixed up with it."""
        told = self._detector.described()
        parts = {key: {"wealth": wealth, "won": won, **one.described()} for key, (_, one), wealth, won in zip(
            self._keys(), self._parts, told.pop("wealth"), told.pop("won"), strict=True)}
        return {**told, "last": self._last if math.isfinite(self._last) else None, "parts": parts}

    def restored(self, told: Mapping[str, Any]) -> list[str]:
        """Go on from what `described` told; the names of lines that begin anew, since they are not the same."""
        parts: Mapping[str, Any] = told["parts"]
        empty: dict[str, Any] = {"wealth": [], "won": []}
        known = [parts.get(key, empty) for key in self._keys()]
        for (_, one), before in zip(self._parts, known, strict=True):
            if before is not empty:
                one.restored(before)
        self._detector.restored({**told, **{name: [one[name] for one in known] for name in ("wealth", "won")}})
        self._last = -math.inf if told["last"] is None else told["last"]
        fresh = [self.examination.requirements[place].name for (place, _), before in zip(
            self._parts, known, strict=True) if before is empty]
        return list(dict.fromkeys(fresh))

    def _keys(self) -> list[str]:
        """What tells each part of each line, and how its rows are read."""
        found = []
        for place, some in self.lines.items():
            line, alone = self.examination.requirements[place], self.examination.parts[place]
            plan = compile_plan([need for part in alone for need in part.needs], self.examination.binding).described()
            told = json.dumps([line.name, str(line), str(self.allowed), plan], sort_keys=True)
            found += [f"{hashlib.sha256(told.encode()).hexdigest()[:32]} {number}" for number, _ in enumerate(some)]
        return found
