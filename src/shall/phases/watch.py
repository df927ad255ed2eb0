"""`watch`: does every requirement still hold, window by window, and after every row?

Two statements that are never mixed: the verdict of a window, by the same `decide` as everywhere; and the alarm, which
is looked at after every row by an e-detector (`following.py`), or, where a measure has none, is a window that is
broken at its share of the allowed false alarms.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.alarm import Alarm
from shall.core.errors import DataError
from shall.core.heard import Heard
from shall.core.log import Log
from shall.core.span import Span
from shall.core.verdict import Finding, Verdict
from shall.phases.check import Progress
from shall.phases.measuring import Examination, Judged, judge_counted
from shall.phases.watching.life import Life
from shall.phases.watching.newest import Newest
from shall.phases.watching.windows import NO_TIME, Allowed, Windows
from shall.reports import text
from shall.tally import Tally, count
from shall.tally.kernel import LARGEST, counted
from shall.tally.rows import Rows


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its verdicts, and the requirements that raise an alarm by it."""

    label: str
    rows: int
    labelled: int | None                    # rows with a label; None where the log has no label column
    verdicts: tuple[Verdict, ...]
    alarms: tuple[Verdict, ...]
    doubt: str = ""                         # that its labels are not those of rows at random


@dataclass(frozen=True, slots=True)
class Further:
    """The windows of another size, judged beside the first ones: they raise no alarm."""

    size: str
    windows: tuple[Window, ...]
    settled: tuple[str, ...] = ()           # those that are over, with all labels that are waited for
    indices: tuple[int, ...] = ()           # which windows these are


@dataclass(frozen=True, slots=True)
class WatchReport:
    """Every window in order, and what the alarms promise."""

    subject: str
    windows: tuple[Window, ...]
    size: str
    promise: str
    notes: tuple[str, ...] = ()
    file: str = ""
    sounded: tuple[Alarm, ...] = ()         # of the lines that are looked at after every row
    spans: tuple[Span, ...] = ()            # what is known of the whole life until each window
    unspanned: Mapping[str, str] = field(default_factory=dict)      # why it is not, of the other lines
    heard: tuple[Heard, ...] = ()           # where an alarm hears another quantity than the value of a window
    settled: tuple[str, ...] = ()           # the windows that are over, with all labels that are waited for
    further: tuple[Further, ...] = ()       # windows of other sizes

    def __str__(self) -> str:
        return text.watch(self)

    @property
    def alarms(self) -> tuple[tuple[Window, Verdict], ...]:
        """Each alarm of a line that is looked at window by window, with its window."""
        return tuple((window, verdict) for window in self.windows for verdict in window.alarms)


@dataclass(frozen=True, slots=True)
class Watched:
    """What a pass over a log found; ``by_window``: why each line that is not looked at after every row is not."""

    windows: tuple[Window, ...]
    sounded: tuple[Alarm, ...]
    by_window: Mapping[str, str]
    spans: tuple[Span, ...] = ()
    unspanned: Mapping[str, str] = field(default_factory=dict)
    heard: tuple[Heard, ...] = ()
    indices: tuple[int, ...] = ()           # which windows these are
    further: tuple[Further, ...] = ()
    ahead: str = ""                         # that a row is of a time which is still to come


def watch(examination: Examination, log: Log, windows: Windows, references: Mapping[str, Tally], *,
          on: datetime.date, allowed: Allowed, further: Sequence[Windows] = (), progress: Progress | None = None,
          ) -> Watched:
    """Fold a log into one tally a window and judge each; look at every line that can be after every row.

    A window's verdict is that of `check` on its rows; an estimate has to stand up to the newest labels until then. An
    alarm of a line that is looked at window by window is a verdict *broken* that stands at a smaller alpha: the share
    of the allowed false alarms that one window may spend. ``further`` windows, of other sizes, are judged too; what
    one may spend is spent by the first ones.
    """
    watched = [place for place, requirement in enumerate(examination.requirements) if "watch" in requirement.phases]
    life = Life.of(examination, watched, allowed, windows)
    tallies, *others = fold(examination, log, (windows, *further), progress, life)
    by_window = [place for place in watched if place not in life.places]
    judged = partial(_judged, examination, watched=watched, references=references, on=on)
    waived = {line.name for line in examination.requirements if line.waive is not None and line.waive.holds(on)}
    return Watched(judged(windows, tallies, by_window=by_window, life=life),
                   tuple(alarm for alarm in life.alarms if alarm.name not in waived), life.by_window,
                   tuple(life.spans()), life.unspanned, tuple(life.heard()), tuple(sorted(tallies)),
                   tuple(Further(str(one), judged(one, some), indices=tuple(sorted(some)))
                         for one, some in zip(further, others, strict=True)), life.ahead(time.time()))


def _judged(examination: Examination, windows: Windows, tallies: Mapping[int, Tally], *, watched: Sequence[int],
            references: Mapping[str, Tally], on: datetime.date, by_window: Sequence[int] = (),
            life: Life | None = None) -> tuple[Window, ...]:
    """Each window, in order, by the lines ``watched``; those ``by_window`` may raise an alarm in it."""
    found = []
    for index in sorted(tallies):
        tally, beside = tallies[index], with_previous(references, tallies, index)
        newest = Newest(tallies, lambda one: tallies[one].labelled or 0, index, windows, examination.plan)
        looks = life.looks(index) if life is not None and by_window else 1
        verdicts, careful = judge_window(examination, Judged(tally, beside, newest), on, looks)
        alarms = tuple(careful[place] for place in by_window if careful[place].verdict is Finding.BROKEN)
        found.append(Window(windows.label(index), tally.rows, tally.labelled,
                            tuple(verdicts[place] for place in watched), alarms, tally.chosen))
    return tuple(found)


def judge_window(examination: Examination, counted: Judged, on: datetime.date,
                 looks: int) -> tuple[tuple[Verdict, ...], tuple[Verdict, ...]]:
    """What every line finds in a window, and what it finds at the share of alpha of one of so many looks."""
    verdicts = judge_counted(examination, counted, on=on, phase="watch")
    return verdicts, verdicts if looks == 1 else judge_counted(examination, counted, on=on, phase="watch", looks=looks)


def with_previous(references: Mapping[str, Tally], tallies: Mapping[int, Tally], index: int) -> Mapping[str, Tally]:
    """The references of one window: `previous` is the window before it that has rows; the first has none."""
    earlier = [other for other in tallies if NO_TIME < other < index]
    return {**references, "previous": tallies[max(earlier)]} if earlier else references


class Folding:
    """The tallies of windows in the making, and a ``life`` that goes on by the same rows; `rows`: how many came."""

    def __init__(self, examination: Examination, windows: Windows, life: Life | None = None, name: str = "the log",
                 ) -> None:
        self.examination, self.windows, self.life = examination, windows, life
        self.rows = 0
        self.tallies: MutableMapping[int, Tally] = {}
        self._time = examination.binding.column("time") if windows.by_time or (life and life.timed) else None
        if windows.by_time and self._time is None:
            raise DataError(f"windows of {windows} need a column of time, and {name} has none: "
                            'name it in the file, [columns] time = "…", or use windows by count, "10000 rows"')

    @property
    def columns(self) -> list[str]:
        """The columns that a batch must have."""
        further = [*([self._time] if self._time else []), *(self.life.columns if self.life else [])]
        return list(dict.fromkeys([*self.examination.plan.columns, *further]))

    def fold(self, batch: pa.RecordBatch) -> list[int]:
        """Count some rows that follow those before; the windows that they lie in."""
        rows, index = self.look(batch)
        touched: list[int] = []
        for window, more in self._counted(rows, index):
            self.tallies[window] = self.tallies[window] + more if window in self.tallies else more
            touched.append(window)
        return sorted(touched)

    def look(self, batch: pa.RecordBatch) -> tuple[Rows, NDArray[np.int64]]:
        """Look at some rows without counting them; the window of each."""
        times = batch.column(self._time) if self._time else None
        index = self.windows.index(batch.num_rows, self.rows, times)
        rows = Rows(self.examination.plan, batch)
        if self.life is not None:
            self.life.fold(rows, times, index)
        self.rows += batch.num_rows
        return rows, index

    def _counted(self, rows: Rows, index: NDArray[np.int64]) -> Iterator[tuple[int, Tally]]:
        """The tally of each window; where its rows follow one another, they are read no second time."""
        plan, number = self.examination.plan, rows.batch.num_rows
        begins = np.flatnonzero(np.append(True, index[1:] != index[:-1])[:number])
        windows: list[int] = index[begins].tolist()
        if len({*windows}) == len(windows) and number <= LARGEST:
            for window, part in zip(windows, pairwise([*begins.tolist(), number]), strict=True):
                yield window, counted(plan, rows.part(*part))
            return
        for window in sorted({*windows}):
            yield window, count(plan, rows.batch.filter(pa.array(index == window)))


def only(window: Window, names: Collection[str]) -> Window:
    """What a window says of some lines."""
    return replace(window, verdicts=tuple(one for one in window.verdicts if one.name in names),
                   alarms=tuple(one for one in window.alarms if one.name in names))


def fold(examination: Examination, log: Log, sizes: Sequence[Windows], progress: Progress | None = None,
         life: Life | None = None) -> list[Mapping[int, Tally]]:
    """One pass over a log: a tally for each window, of each size; a ``life`` goes on by the rows of the first."""
    folded = [Folding(examination, windows, None if place else life, log.name) for place, windows in enumerate(sizes)]
    for batch in log.batches([*dict.fromkeys(name for one in folded for name in one.columns)]):
        for one in folded:
            one.fold(batch)
        if progress is not None:
            progress(f"counting {log.name}", batch.num_rows)
    return [one.tallies for one in folded]
