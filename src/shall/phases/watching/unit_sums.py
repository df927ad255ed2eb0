"""Rows and sums of values by window and group, of clusters of units: rows of one unit depend on each other.

A unit falls into one of `CLUSTERS` by its key, so all its rows of a window are in one of them. The clusters of a window
are kept while it is among the newest two; then a few figures of each group are (`stats/whole_life_units.py`). Rows that
come later still are left out, and counted. Beside them the same of the rows that an alarm hears, the first of each unit
in a window, since these may be another sort of row (`stats/first_rows.py`).
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.phases.watching.units_heard import KEPT, UnitsHeard
from shall.stats import first_rows
from shall.stats.arrays import Bools, Floats, Ints, floats
from shall.stats.whole_life import Course
from shall.stats.whole_life_units import FIGURES, batch_of, whole_life_of_units
from shall.tally.units import keys_of

CLUSTERS: Final = 2048
SHIFT: Final = np.uint64(64 - CLUSTERS.bit_length() + 1)


@dataclass(frozen=True, slots=True)
class Units:
    """Of some rows: whether each is the first of its unit in a window, its cluster, and whether it is too late."""

    first: Bools
    cluster: Ints
    late: Bools

    @staticmethod
    def of(column: pa.Array, index: NDArray[np.int64], before: int, heard: UnitsHeard) -> Units:
        """``index``: the window of each row; ``before``: rows that came earlier in life."""
        late = np.zeros(len(index), dtype=bool)
        missing = np.asarray(pc.is_null(column, nan_is_null=True).to_numpy(zero_copy_only=False))
        alone = np.arange(before, before + len(index)) % CLUSTERS       # a unit of its own
        cluster = np.where(missing, alone, (keys_of(column) >> SHIFT).astype(np.int64))
        return Units(heard.heard(column, index, late), cluster, late)

    def part(self, here: slice | Ints | Bools) -> Units:
        """Some of the rows."""
        return Units(self.first[here], self.cluster[here], self.late[here])


@dataclass(eq=False)
class UnitSums:
    """See above. ``ends``: the least and the most that a value can be; ``late``: rows that were left out."""

    ends: tuple[float, float] = (0.0, 1.0)
    late: int = 0
    _open: dict[int, Floats] = field(default_factory=dict)      # of each window float64[2, groups, CLUSTERS]
    _closed: dict[int, Floats] = field(default_factory=dict)    # … float64[FIGURES, groups]
    _first: dict[int, Floats] = field(default_factory=dict)     # … of heard rows, as `_open`
    _apart: dict[int, Floats] = field(default_factory=dict)     # … float64[first_rows.FIGURES, groups], as `_closed`

    def add(self, windows: Ints, group: Ints, values: NDArray[Any], units: Units) -> None:
        """Some more rows, each with its group, its unit and its window; of windows there may be one for all."""
        if late := int(units.late.sum()):
            self.late, here = self.late + late, ~units.late
            windows = windows if len(windows) == 1 else windows[here]
            group, values, units = group[here], values[here], units.part(here)
        for window in windows.tolist() if len(windows) == 1 else np.unique(windows).tolist():
            some = slice(None) if len(windows) == 1 else windows == window
            if len(of := group[some]):
                self._into(window, (of * CLUSTERS + units.cluster[some], units.first[some]), int(of.max()) + 1,
                           values[some])

    def table(self, until: int | None = None) -> tuple[list[int], Floats]:
        """The windows, perhaps those ``until`` one of them, and float64[FIGURES, groups, T]."""
        figures = dict(self._closed)
        for window in sorted(self._open):
            figures[window] = self._closing(window, figures)
        return stacked(figures, FIGURES, until)

    def heard(self, until: int | None = None) -> tuple[list[int], Floats]:
        """As `table`, float64[first_rows.FIGURES, groups, T]: the rows that are heard beside all."""
        told = {**self._apart, **{window: self._beside(window) for window in self._first}}
        return stacked(told, first_rows.FIGURES, until)

    def course(self, table: Floats, alpha: Floats, since: int = 0) -> Course:
        """The bounds of what `table` told, each at the alpha [groups, 1] of its group."""
        least, most = self.ends
        found = whole_life_of_units(table, alpha=alpha, since=since)
        return Course(*(least + (most - least) * one for one in found))

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        closed = ("closed", self._closed), ("apart", self._apart)
        opened = ("open", self._open), ("first", self._first)
        return {"late": self.late,
                **{name: {str(window): one.tolist() for window, one in some.items()} for name, some in closed},
                **{name: {str(window): _packed(one) for window, one in some.items()} for name, some in opened}}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told; what told of rows one by one is not gone on from."""
        self.late = told.get("late", 0)
        self._closed, self._apart = (
            {int(window): floats(some).reshape(number, -1) for window, some in told.get(name, {}).items()}
            for name, number in (("closed", FIGURES), ("apart", first_rows.FIGURES)))
        self._open, self._first = ({int(window): _unpacked(some) for window, some in told.get(name, {}).items()}
                                   for name in ("open", "first"))

    def _into(self, window: int, rows: tuple[Ints, Bools], groups: int, values: NDArray[Any]) -> None:
        """``rows``: the cell of each, and whether it is heard."""
        if window not in self._open:
            self._open[window], self._first[window] = np.zeros((2, 0, CLUSTERS)), np.zeros((2, 0, CLUSTERS))
            while len(self._open) > KEPT:
                self._close(min(self._open))
        least, most = self.ends
        values = values if self.ends == (0.0, 1.0) else (values - least) / (most - least)
        cell, heard = rows
        _add(self._open, window, cell, values, groups)
        if window in self._first:           # not where it was opened by a state that knew nothing of heard rows
            _add(self._first, window, cell[heard], values[heard], groups)

    def _close(self, window: int) -> None:
        self._closed[window] = self._closing(window, self._closed)
        if window in self._first:
            self._apart[window] = self._beside(window)
            del self._first[window]
        del self._open[window]

    def _beside(self, window: int) -> Floats:
        """float64[first_rows.FIGURES, groups]: what is kept of the heard rows of an open window, and of all beside."""
        return first_rows.batch_of(np.concatenate([self._first[window], self._open[window]]))

    def _closing(self, window: int, figures: Mapping[int, Floats]) -> Floats:
        """float64[FIGURES, groups]: what is kept of an open window; ``figures``: those of the windows before."""
        rows, total = self._open[window]
        _, so_far = stacked(figures, FIGURES, None, len(rows))
        return batch_of(rows, total, so_far[:2, :len(rows)].sum(axis=2))


def _add(tables: dict[int, Floats], window: int, cell: Ints, values: NDArray[Any], groups: int) -> None:
    """Rows and their values into the table of a window, which may have to be wider for more groups."""
    table = tables[window]
    if groups > table.shape[1]:
        table = tables[window] = np.pad(table, ((0, 0), (0, groups - table.shape[1]), (0, 0)))
    np.add.at(table[0].reshape(-1), cell, 1.0)
    np.add.at(table[1].reshape(-1), cell, values)


def stacked(figures: Mapping[int, Floats], number: int, until: int | None, wide: int = 0) -> tuple[list[int], Floats]:
    """The windows in order, until one of them, and float64[number, groups, T] of tables that may have fewer groups."""
    windows = sorted(one for one in figures if until is None or one <= until)
    groups = max((figures[one].shape[1] for one in windows), default=0)
    table = np.zeros((number, max(groups, wide), len(windows)))
    for place, window in enumerate(windows):
        table[:, :figures[window].shape[1], place] = figures[window][:number]
    return windows, table


def _packed(table: Floats) -> str:
    """Mostly small whole numbers: compressed they are a tenth."""
    return base64.b64encode(zlib.compress(table.astype("<f8").tobytes(), 1)).decode("ascii")


def _unpacked(text: str) -> Floats:
    content = zlib.decompress(base64.b64decode(text))
    return np.frombuffer(content, dtype="<f8").astype(np.float64).reshape(2, -1, CLUSTERS)
