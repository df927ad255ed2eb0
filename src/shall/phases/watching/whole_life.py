"""What is known of a line from the first row of a life on: bounds for every window that hold for all of them at once.

It is a picture beside the alarms, which do not stand on it (`stats/whole_life.py`). Of each group the rows and the sum
of their values in each window are kept, of clusters of units where rows of one unit depend on each other
(`unit_sums.py`). Groups are held together so that no bound of any of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.requirement import Aggregate, Side
from shall.core.span import Span
from shall.phases.watching.unit_sums import UnitSums, stacked
from shall.stats.arrays import Floats, Ints, floats
from shall.stats.e_events import Coded
from shall.stats.whole_life import Course, whole_life

EXACT: Final = 2.0 ** 32                    # values are kept in such parts, so that their sums are exact in any order
FIRST: Final = 0.75                         # of alpha for the groups of the first window; the others share the rest


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows by their windows: ``windows`` of each row, or one for all; of rows that follow one another in a window the
    ``edges``, and ``which`` of ``names`` it is."""

    windows: Ints
    edges: Ints
    which: Ints
    names: Sequence[int]

    @staticmethod
    def of(windows: Ints) -> Runs:
        """Of the window of each row."""
        edges = np.concatenate(([0], np.flatnonzero(windows[1:] != windows[:-1]) + 1, [len(windows)]))
        names, which = np.unique(windows[edges[:-1]], return_inverse=True)
        return Runs(windows if len(names) > 1 else names, edges, which, names.tolist())


@dataclass(eq=False)
class Sums:
    """Rows and sums of values, by window and group; of values that are not 0 or 1 also the sums of their squares."""

    ends: tuple[float, float] = (0.0, 1.0)
    kept: dict[int, Floats] = field(default_factory=dict)       # of each window float64[2 or 3, groups]

    def add(self, windows: Ints, group: Ints, values: NDArray[Any]) -> None:
        """Some more rows, each with its group and its window; of windows there may be one for all."""
        if not len(group):
            return
        one = len(windows) == 1 or bool((windows == windows[0]).all())
        for window in [int(windows[0])] if one else np.unique(windows).tolist():
            here = slice(None) if one else windows == window
            some, of = values[here], group[here]
            table = floats([np.bincount(of), np.bincount(of, some), np.bincount(of, in_parts(some * some))])
            self.kept[window] = _wide(self.kept.get(window), table)

    def count(self, runs: Runs, coded: Coded, true: int) -> None:
        """Some more rows by cell; ``true`` is the level of a row that is 1, the other that of one that is 0."""
        some = coded.within(runs.edges)
        if len(runs.which) > len(runs.names):
            runs_of, some = some, np.zeros((len(runs.names), *some.shape[1:]), dtype=np.int64)
            np.add.at(some, runs.which, runs_of)
        for window, table in zip(runs.names, some, strict=True):
            if table.any():
                self.kept[window] = _wide(self.kept.get(window), floats([table.sum(axis=1), table[:, true]]))

    def table(self, until: int | None = None) -> tuple[list[int], Floats]:
        """The windows, perhaps those ``until`` one of them, and float64[2 or 3, groups, T]: rows, sums, and sums of
        squares where they are kept of all."""
        return stacked(self.kept, min((len(one) for one in self.kept.values()), default=2), until)

    def course(self, table: Floats, alpha: Floats, since: int = 0) -> Course:
        """The bounds of what `table` told, each at the alpha [groups, 1] of its group."""
        return whole_life(*table, alpha=alpha, least=self.ends[0], most=self.ends[1], since=since)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {str(window): some.tolist() for window, some in self.kept.items()}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told."""
        self.kept = {int(window): floats(some).reshape(len(some), -1) for window, some in told.items()}


def in_parts(values: NDArray[Any]) -> Floats:
    """The nearest values whose sums are exact in any order."""
    return floats(np.rint(values * EXACT) / EXACT)


def _wide(before: Floats | None, more: Floats) -> Floats:
    """The sum of two tables of which one may have more groups."""
    if before is None:
        return more
    if before.shape == more.shape:
        return before + more
    wide, both = max(before.shape[1], more.shape[1]), min(len(before), len(more))
    return floats(sum(np.pad(one[:both], ((0, 0), (0, wide - one.shape[1]))) for one in (before, more)))


@dataclass(frozen=True, slots=True)
class Told:
    """How a line compares its groups; ``bands``: that of each group, where only those of one are compared; ``least``:
    rows that a group needs to count."""

    name: str
    aggregate: Aggregate
    side: Side
    grouped: bool = True
    bands: Sequence[int] = ()
    least: int = 1


def spans(line: Told, sums: Sums | UnitSums, labels: Callable[[int], str], alpha: float, at: int | None = None,
          ) -> list[Span]:
    """A span for every window from the first row on, or ``at`` one of them alone; none where nothing was said.

    That of a window stands on the rows of it and of those before alone: what comes later does not change it.
    """
    windows, table = sums.table(at)
    if not windows:
        return []
    since = 0 if at is None else -1
    share = _shares(table[0]) if line.grouped else np.ones(1)
    both = 2 if line.aggregate != "each" and line.grouped else 1
    rows = table[0].cumsum(axis=1)[:, since:]
    counts = rows >= line.least
    course = sums.course(table, alpha * share[:, None] / both, since)
    found = floats(_held(line, Course(*(np.where(counts, one, np.nan) for one in course))))
    known = np.asarray(np.isfinite(found).all(axis=0))
    number, n = counts.sum(axis=0).tolist(), np.where(counts, rows, 0).sum(axis=0).tolist()
    return [Span(line.name, labels(window), value, low, high, int(n[place]),
                 f"{number[place]} groups" if line.grouped else "all rows")
            for place, (window, (value, low, high)) in enumerate(zip(windows[since:], found.T.tolist(), strict=True))
            if known[place]]


def _shares(rows: Floats) -> Floats:
    """float64[groups]: of alpha, in all at most 1, however many groups come later; ``rows`` [groups, T]."""
    here = rows[:, 0] > 0
    later = np.cumsum(~here)
    return floats(np.where(here, FIRST / here.sum(), (1 - FIRST) / (later * (later + 1.0) + here)))


def _held(line: Told, course: Course) -> Course:
    """float64[T] each, of float64[groups, T]; a group without a row yet says nothing."""
    if not line.grouped:
        return Course(*(one[0] for one in course))
    if line.aggregate == "each":
        worst = np.fmin if line.side == ">=" else np.fmax
        return Course(*(worst.reduce(one, axis=0) for one in course))
    bands = np.asarray(line.bands or [0] * len(course.mean))
    some = [_compared(line.aggregate, Course(*(one[bands == band] for one in course))) for band in np.unique(bands)]
    worst = np.fmin if line.aggregate == "ratio" else np.fmax
    return Course(*(worst.reduce(one, axis=0) for one in zip(*some, strict=True)))


def _compared(aggregate: Aggregate, course: Course) -> Course:
    """The largest difference or the smallest ratio of any two groups; nothing while there is one."""
    least, most = (Course(*(worst.reduce(one, axis=0) for one in course)) for worst in (np.fmin, np.fmax))
    if aggregate == "difference":
        found = most.mean - least.mean, np.maximum(most.low - least.high, 0.0), most.high - least.low
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = least.mean / most.mean, least.low / most.high, np.minimum(least.high / most.low, 1.0)
    several = np.isfinite(course.mean).sum(axis=0) > 1
    return Course(*(np.where(several, one, np.nan) for one in found))
