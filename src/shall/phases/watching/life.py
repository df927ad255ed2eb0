"""The life of a model in service: each line that can be is looked at after every row."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.alarm import Alarm
from shall.core.heard import Heard
from shall.core.span import Span
from shall.phases.measuring import Examination, alpha_of
from shall.phases.watching.following import Followed, followed
from shall.phases.watching.pairing import Pairs
from shall.phases.watching.spending import Spending
from shall.phases.watching.unit_sums import Units
from shall.phases.watching.units_heard import UnitsHeard
from shall.phases.watching.whole_life import Runs
from shall.phases.watching.windows import NO_TIME, SECONDS, Allowed, Windows, seconds_of
from shall.stats.e_detector import AHEAD, Detector
from shall.stats.e_detector import Alarm as Found
from shall.tally import compile_plan
from shall.tally.rows import Rows

AT_A_TIME: Final = 2**17                    # rows, fewer where they are of many streams: rows times streams
AT_MOST: Final = 2**22
AT_LEAST: Final = 2**11
OWN: Final = ("wealth", "won", "reserve")   # what the detector holds of each part of a line
CLOCK: Final = ("rows", "clock", "stood", "last")   # and of all of them
SEVERAL: Final = "it has several measures or groupings, and another one may decide in each window"
NO_CLOCK: Final = ("the log has no time, so nobody can say how long a year is: name the column, [columns] time = "
                   "\"…\", or write [watch] false_alarms = \"1 per 1,000,000 rows\"")


@dataclass(eq=False)
class Life:
    """The lines at ``places`` of an examination, followed through every batch; ``by_window``: why others are not.

    ``beside``: those of which the picture alone is followed, since an alarm needs a clock.
    """

    examination: Examination
    allowed: Allowed
    windows: Windows
    lines: Mapping[int, Sequence[Followed]]
    by_window: Mapping[str, str]
    alarms: list[Alarm] = field(default_factory=list)
    beside: Mapping[int, Sequence[Followed]] = field(default_factory=dict)

    @staticmethod
    def of(examination: Examination, watched: Sequence[int], allowed: Allowed, windows: Windows) -> Life:
        """Follow what can be followed."""
        lines: dict[int, Sequence[Followed]] = {}
        reasons: dict[str, str] = {}
        for place in watched:
            found = followed(examination.parts[place], examination.binding)
            if isinstance(found, str):
                reasons[examination.requirements[place].name] = found
            else:
                lines[place] = found
        if has_clock(examination, allowed):
            return Life(examination, allowed, windows, lines, reasons)
        names = [examination.requirements[place].name for place in watched]
        reasons = {name: reasons.get(name, NO_CLOCK) for name in names}
        return Life(examination, allowed, windows, {}, reasons, beside=lines)

    def __post_init__(self) -> None:
        self._parts = [(place, one) for place, some in self.lines.items() for one in some]
        self._every = [*self._parts, *((place, one) for place, some in self.beside.items() for one in some)]
        shares = [1 / len(some) for some in self.lines.values() for _ in some]
        period = self.allowed.rows or self.allowed.seconds
        self.units = UnitsHeard()
        self._last = -math.inf                              # the latest time of a row
        self._keys: dict[int, str] = {}
        self._detector = Detector([one.game for _, one in self._parts], period, shares)
        known = self.windows.between(self.allowed) is not None or not has_clock(self.examination, self.allowed)
        self._spending = None if known or not self.by_window else Spending(period)

    @property
    def places(self) -> set[int]:
        """The lines that are looked at after every row."""
        return {*self.lines}

    @property
    def followed(self) -> set[str]:
        """The names of the lines whose rows are heard: those, and others of which the picture alone is followed."""
        return {self.examination.requirements[place].name for place in (*self.lines, *self.beside)}

    @property
    def columns(self) -> list[str]:
        """The columns that are asked for besides those that are counted."""
        unit = self.examination.binding.column("unit")
        return [unit] if self._every and unit is not None else []

    @property
    def timed(self) -> bool:
        """Whether the time of the rows is asked for."""
        return not self.allowed.rows and (bool(self.lines) or self._spending is not None)

    def fold(self, rows: Rows, times: pa.Array | None, index: NDArray[np.int64]) -> None:
        """Look at every row of a batch; ``index``: the window of each."""
        number = rows.batch.num_rows
        if not number or (not self._every and self._spending is None):
            return
        units = self._units(rows.batch, index)
        clock = self._clock(times, self._detector.rows, number)
        if self._spending is not None:
            self._spending.hear(index, clock)
        for first, last in self._cuts(rows):
            here = slice(first, last)
            some, before, runs = rows.part(first, last), self._detector.rows, Runs.of(index[here])
            own = None if units is None else units.part(here)
            events = [one.events(some, before, runs, own) for _, one in self._every]
            for found in self._detector.fold(events[:len(self._parts)], clock[here]):
                self._sound(found, found.row - before + first, times, index)

    def looks(self, window: int) -> int:
        """Into how many parts alpha is divided in a window, so that lines at their bound raise no more false alarms by
        window than allowed; 1 where there is no clock."""
        number = self.windows.between(self.allowed)         # windows to one false alarm
        if number is None:
            number = 1.0 if self._spending is None else 1 / self._spending.share(window)
        alpha = max(alpha_of(line, self.examination.confidence) for line in self.examination.requirements)
        return max(1, math.ceil(round(alpha * number, 6)))

    def forget(self, window: int) -> None:
        """A window was judged, and is not kept any more."""
        if self._spending is not None:
            self._spending.forget(window)

    def _cuts(self, rows: Rows) -> Iterator[tuple[int, int]]:
        """The parts of a batch: not too large for the memory, and cut where a group comes for the first time.

        A group that is new gets its part of the wealth from then on, whatever batch it came in.
        """
        groups = {one.part.grouping: one for _, one in self._every}
        edges = sorted({0, rows.batch.num_rows, *(row for one in groups.values() for row in one.newcomers(rows))})
        for first, last in pairwise(edges):
            while first < last:             # as the groups before are known by now
                wide = max((one.width for _, one in self._every), default=0)
                step = max(AT_LEAST, min(AT_A_TIME, AT_MOST // max(wide, 1)))
                yield first, min(first + step, last)
                first += step

    def _sound(self, found: Found, row: int, times: pa.Array | None, index: NDArray[np.int64]) -> None:
        place, one = self._parts[found.promise]
        line, at = self.examination.requirements[place], "" if times is None else str(times[row])
        self.alarms.append(Alarm(line.name, str(line), found.row + 1, at, self.windows.label(int(index[row])),
                                 one.streams[found.stream]))

    def ahead(self, now: float) -> str:
        """That a row is of a time which is still to come, ``now`` in seconds since 1970; "" where none is."""
        if not self.timed or self._last <= now + SECONDS["day"]:   # clocks and zones differ
            return ""
        moment = np.datetime64(int(self._last), "s")
        return (f"a row is of {str(moment).replace('T', ' ')} UTC, which is still to come: the clock of the alarms "
                "stands there, and alarms come later than they could. Mend that time, and watch afresh (--afresh)")

    def spans(self, at: int | None = None) -> list[Span]:
        """What is known of all rows until each window, or until the one ``at`` alone; a picture beside the alarms."""
        found: list[Span] = []
        without = self.unspanned
        for place, some in {**self.lines, **self.beside}.items():
            line = self.examination.requirements[place]
            if line.name not in without:
                found += some[0].spans(self.windows.label, alpha_of(line, self.examination.confidence), at)
        return found

    def heard(self, at: int | None = None) -> list[Heard]:
        """Where an alarm hears another quantity than the mean of all rows until the newest window, or the one ``at``.
        """
        found: dict[tuple[str, str], Heard] = {}
        for some in self.lines.values():
            told = (one.heard(self.windows.label, at) for one in some)
            found |= {(one.name, one.measure): one for one in told if one is not None}
        return [*found.values()]

    @property
    def unspanned(self) -> dict[str, str]:
        """Why no bounds for the whole life are drawn of a line."""
        found = {name: why for name, why in self.by_window.items() if why != NO_CLOCK}
        for place, some in {**self.lines, **self.beside}.items():
            several = len({(one.part.measure, one.part.grouping) for one in some}) > 1
            if why := SEVERAL if several else some[0].unshown:
                found[self.examination.requirements[place].name] = why
        return found

    def _units(self, batch: pa.RecordBatch, index: NDArray[np.int64]) -> Units | None:
        """Rows of one unit depend on each other: of each, the first row in a window is heard; None for all rows."""
        column = self.examination.binding.column("unit")
        return None if column is None else Units.of(batch.column(column), index, self._detector.rows, self.units)

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
        own = zip(*(told.pop(name) for name in OWN), strict=True)
        parts = {key: {**dict(zip(OWN, kept, strict=True)), **one.described()}
                 for key, (_, one), kept in zip(self._names(self.lines), self._parts, own, strict=True)}
        parts |= {key: one.described() for key, (_, one) in self._drawn()}
        spending = {} if self._spending is None else {"spending": self._spending.described()}
        return {**told, **spending, "last": self._last if math.isfinite(self._last) else None, "parts": parts}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told; lines that are not the same begin anew."""
        parts = {name: part for name, part in told["parts"].items() if _fits(part)}
        empty: dict[str, Any] = dict(zip(OWN, ([], [], AHEAD), strict=True))
        known = [parts.get(key, empty) for key in self._names(self.lines)]
        for (_, one), before in zip(self._parts, known, strict=True):
            if before is not empty:
                one.restored(before)
        for key, (_, one) in self._drawn():
            if key in parts:
                one.restored(parts[key])
        self._detector.restored({**told, **{name: [one[name] for one in known] for name in OWN}})
        self._last = -math.inf if told["last"] is None else told["last"]
        if self._spending is not None and "spending" in told:
            self._spending.restored(told["spending"])

    def join(self, other: Life) -> None:
        """Take over the lines of another life, which has heard the same rows, and its alarms."""
        told, fresh = self.described(), other.described()
        more = [*(CLOCK if fresh["rows"] > told["rows"] else ()),       # nobody heard before
                *(["spending"] if other.told_shares > self.told_shares else [])]
        self.restored({**told, "parts": {**told["parts"], **fresh["parts"]}, **{name: fresh[name] for name in more}})
        self.alarms += other.alarms

    @property
    def told_shares(self) -> int:
        """Of how many windows it is known what they may spend."""
        return 0 if self._spending is None else self._spending.known

    def lacks(self, told: Mapping[str, Any]) -> bool:
        """Whether what `described` told does not say what windows may spend by the rate that is allowed now."""
        spending = self._spending
        return spending is not None and told.get("spending", {}).get("period") != spending.period

    @staticmethod
    def outgrown(told: Mapping[str, Any]) -> set[str]:
        """The keys of lines that `described` told of and that cannot be gone on from."""
        return {name.rpartition(" ")[0] for name, part in told["parts"].items() if not _fits(part)}

    def key(self, place: int) -> str:
        """What tells a line, and how its rows are read and judged, from one that says something else."""
        if place not in self._keys:
            examination, alone = self.examination, self.examination.parts[place]
            line = examination.requirements[place]
            plan = compile_plan([need for part in alone for need in part.needs], examination.binding).described()
            used = {name for cube in plan["cubes"] for name in cube[1]}
            plan["groups"] = [[one.name, one.column, list(one.cut), one.at_least, one.rest]
                              for one in examination.binding.groups if one.name in used]
            sure = line.confidence.value if line.confidence else examination.confidence
            told = json.dumps([line.name, str(line), str(self.allowed), sure, plan], sort_keys=True)
            self._keys[place] = hashlib.sha256(told.encode()).hexdigest()[:32]
        return self._keys[place]

    def _names(self, lines: Mapping[int, Sequence[Followed]]) -> list[str]:
        """What tells each part of each line."""
        return [f"{self.key(place)} {number}" for place, some in lines.items() for number, _ in enumerate(some)]

    def _drawn(self) -> Iterator[tuple[str, tuple[int, Followed]]]:
        """Those of which the picture alone is followed."""
        return zip(self._names(self.beside), self._every[len(self._parts):], strict=True)


def has_clock(examination: Examination, allowed: Allowed) -> bool:
    """Whether anybody can say how long it is to the next false alarm."""
    return bool(allowed.rows) or examination.binding.column("time") is not None


def _fits(part: Mapping[str, Any]) -> bool:
    return part["pairs"] is None or Pairs.fits(part["pairs"])
