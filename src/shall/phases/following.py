"""From the rows of a life to events: what each row says of each promise that can be looked at after every row.

A line can be followed so where its measure is a mean over rows between two ends: every rate, `brier`, a quantile
against a limit (a rate of rows beyond it). Then a row of a group says how far it is below the limit; for `ratio` and
`difference` some rows of two groups say it together. All else is judged window by window.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.log import Binding
from shall.core.requirement import Number, Side
from shall.core.span import Span
from shall.core.verdict import limit_of
from shall.phases.pairing import Pairs
from shall.phases.parts import Part
from shall.phases.row_values import ON_SCORES, row_values
from shall.phases.whole_life import Sums, Told, spans
from shall.stats.arrays import Floats, Ints
from shall.stats.e_detector import Coded, Events, Game
from shall.tally.axes import TRUTH, size_of
from shall.tally.rows import Group, Rows

NOBODY: Final = -1                          # the stream of a row that says nothing


class Followed:
    """One part of a line, followed row by row: its game, its streams and what each of them is about."""

    def __init__(self, part: Part, binding: Binding) -> None:
        self.part = part
        self._values, self._side, self._limit = _values_of(part, binding)
        self._groups: dict[Group, int] = {}
        self._names: list[Group] = []       # of the codes that `_known` tells the streams of
        self._known = np.zeros(0, dtype=np.int64)
        self.sums = Sums()
        low, high = self._values.ends
        aggregate = part.requirement.aggregate
        self.pairs = None if aggregate == "each" else Pairs(aggregate, self._limit, len(part.requirement.within))
        self._turned = int(self._side == "<=" or self.pairs is not None)    # a row that is true speaks against it
        if self.pairs is None:
            ends = (self._limit - high, self._limit - low) if self._side == ">=" else (low - self._limit,
                                                                                      high - self._limit)
            self.game = Game.of(ends[0], ends if self._values.two else ())
        else:
            self.game = Game.of(self.pairs.low)

    @property
    def streams(self) -> list[str]:
        """What each stream is about, in words."""
        groups = [_named(group) for group in self._groups]
        return groups if self.pairs is None else self.pairs.named(groups)

    @property
    def shown(self) -> bool:
        """Whether its value is a mean that bounds for the whole life can be drawn of."""
        return not isinstance(self._values, _Beyond) and not self.part.requirement.within

    def spans(self, labels: Callable[[int], str], alpha: float) -> list[Span]:
        """What is known of all rows until each window."""
        line = self.part.requirement
        return spans(Told(line.name, line.aggregate, self._side, self._values.ends), self.sums, labels, alpha)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from: the groups in the order in which they came, and pairs that have not spoken."""
        return {"groups": [*self._groups], "pairs": None if self.pairs is None else self.pairs.described(),
                "sums": self.sums.described()}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told of the same part."""
        groups = [tuple((name, value) for name, value in group) for group in told["groups"]]
        self._groups, self._names = {group: place for place, group in enumerate(groups)}, []
        self.sums.restored(told["sums"])
        if self.pairs is not None:
            self.pairs.restored(told["pairs"], groups)

    def newcomers(self, rows: Rows) -> list[int]:
        """The rows at which groups come that were not there before, ascending."""
        if not self.part.grouping:
            return []
        codes, names = rows.crossed(self.part.grouping)
        new = [code for code in np.flatnonzero(np.bincount(codes, minlength=len(names))).tolist()
               if names[code] not in self._groups]
        return sorted(int(np.argmax(codes == code)) for code in new)

    def events(self, rows: Rows, before: int, heard: NDArray[np.bool_] | None = None,
               windows: Ints | None = None) -> Events | Coded:
        """What some rows say; ``before``: how many came earlier in life; ``heard``: which of them are, if not all.

        ``windows``: that of each row, or one for all, where the whole life is to be shown.
        """
        if not isinstance(self._values, _Scores):
            return self._by_cell(rows, before, heard, windows)
        values, stream = self._values.of(rows), self._stream(rows)
        speaks = ~np.isnan(values) & _chosen(rows.chosen(self.part.requirement.where), len(values))
        said = np.flatnonzero(speaks if heard is None else speaks & heard)
        if len(said) < len(values):
            stream, values = stream[said], values[said]
        if windows is not None and self.shown:
            self.sums.add(windows if len(windows) == 1 else windows[said], stream, values)
        if self.pairs is not None:
            return self.pairs.events((said, stream, values), [*self._groups], (before, rows.batch.num_rows))
        return Events(said, stream, self._limit - values if self._side == ">=" else values - self._limit,
                      len(self._groups))

    def _by_cell(self, rows: Rows, before: int, heard: NDArray[np.bool_] | None, windows: Ints | None,
                 ) -> Events | Coded:
        """What rows say that say one of two things: a small number a row tells of whom, and which of the two."""
        cell = self._cell(rows)
        where, number = rows.chosen(self.part.requirement.where), len(self._groups)
        if where is not None or heard is not None:
            speaks = _chosen(where, len(cell)) & (True if heard is None else heard)
            cell = np.where(speaks, cell, 2 * number)
        if windows is not None and self.shown:
            self.sums.count(windows, cell, number, self._turned)
        if self.pairs is not None:
            return self.pairs.counted(cell, [*self._groups], before)
        return Coded(cell, number)

    def _cell(self, rows: Rows) -> Ints:
        """int64[rows]: 2 * stream + whether it speaks against the promise (pairs: is true); 2 * streams: nothing."""
        assert not isinstance(self._values, _Scores)
        codes, names = rows.crossed(self.part.grouping)
        truths, kinds = self._values.codes(rows), self._values.kinds
        wide: NDArray[Any] = codes.astype(np.int16 if len(names) * kinds < 2**15 else np.int64)
        code = wide * wide.dtype.type(kinds) + truths
        cell = self._table(names)[code]
        if cell.min() < 0:                  # who or what was not seen before
            for one in np.unique(code[cell < 0]).tolist():
                self._groups.setdefault(names[one // kinds], len(self._groups))
                self._values.ask(one % kinds, rows, int(np.argmax(code == one)))
            self._names = []
            cell = self._table(names)[code]
        return np.asarray(cell)

    def _table(self, names: list[Group]) -> Ints:
        """int64[names * kinds]: the cell of each code; below 0 where it is not known yet."""
        if self._names != names:
            assert not isinstance(self._values, _Scores)
            self._names = names
            streams = np.array([self._groups.get(name, NOBODY) for name in names])[:, None]
            values = np.array([self._values.known.get(one, np.inf) for one in range(self._values.kinds)])
            told = np.where(np.isnan(values), 0.0, values if self._turned else 1 - values)
            cells = np.where(np.isnan(values), 2 * len(self._groups), 2 * streams + told)
            self._known = np.where((streams == NOBODY) | np.isinf(values), -1.0, cells).ravel().astype(np.int64)
        return self._known

    def _stream(self, rows: Rows) -> Ints:
        """int64[rows]: the stream of each by its group; one for all where a line has no groups."""
        codes, names = rows.crossed(self.part.grouping)
        if self._names != names:
            self._names = names
            self._known = np.array([self._groups.get(name, NOBODY) for name in names], dtype=np.int64)
        found = self._known[codes]
        if (found == NOBODY).any():
            for code in np.unique(codes[found == NOBODY]).tolist():
                self._known[code] = self._groups.setdefault(names[code], len(self._groups))
            found = self._known[codes]
        return np.asarray(found)


@dataclass(frozen=True, slots=True)
class _Truths:
    """0 or 1 a row by the codes on a few small axes: the measure is asked once for each combination."""

    part: Part
    binding: Binding
    known: dict[int, float]
    ends: tuple[float, float] = (0.0, 1.0)
    two: bool = True

    @property
    def kinds(self) -> int:
        """How many codes there are."""
        return int(TRUTH ** len(self.part.needs[0].axes))

    def codes(self, rows: Rows) -> NDArray[np.int16]:
        """int16[rows]: the codes on all axes together."""
        need = self.part.needs[0]
        code = np.zeros(rows.batch.num_rows, dtype=np.int16)
        for axis in need.axes:
            code *= TRUTH
            code += rows.axis(need.axis(axis)).astype(np.int16, copy=False)
        return code

    def ask(self, code: int, rows: Rows, row: int) -> None:
        """Learn what a code means from a row that has it; nan where the measure does not stand on it."""
        if code not in self.known:
            self.known[code] = self._asked(rows.batch.slice(row, 1))

    def _asked(self, row: pa.RecordBatch) -> float:
        alone = replace(self.part, needs=(replace(self.part.needs[0], where=None),))
        return float(row_values(alone, pa.Table.from_batches([row]), self.binding)[0])


@dataclass(frozen=True, slots=True)
class _Scores:
    """A number between two ends a row, by an expression."""

    text: str
    ends: tuple[float, float]
    two: bool = False

    def of(self, rows: Rows) -> Floats:
        """float64[rows]; nan where it is not known."""
        return rows.values(self.text)


@dataclass(frozen=True, slots=True)
class _Beyond:
    """Whether a column is beyond the limit of its quantile."""

    column: str
    limit: float
    above: bool
    ends: tuple[float, float] = (0.0, 1.0)
    two: bool = True
    kinds: int = 3

    @property
    def known(self) -> Mapping[int, float]:
        """What the codes mean."""
        return {0: 0.0, 1: 1.0, 2: math.nan}

    def codes(self, rows: Rows) -> NDArray[np.int16]:
        """int16[rows]: 0, 1, or 2 where it is not known."""
        value = rows.values(f"column[{self.column!r}]")
        code = (value > self.limit if self.above else value < self.limit).astype(np.int16)
        code[np.isnan(value)] = 2
        return code

    def ask(self, code: int, rows: Rows, row: int) -> None:
        """All is known."""


def followed(parts: Sequence[Part], binding: Binding) -> list[Followed] | str:
    """How each part of a line is followed; a sentence that says why, where it can be judged by windows only."""
    if binding.column("weight") is not None:
        return "its rows are weighted"
    found = []
    for part in parts:
        if why := _unfit(part):
            return why
        try:
            found.append(Followed(part, binding))
        except InputError as error:
            return str(error)
    return found


def _unfit(part: Part) -> str:
    line = part.requirement
    if part.lacks:
        return part.lacks
    if part.card.census or part.average or len(part.items) > 1 or part.references or line.population:
        return "its measure is no mean over rows"
    if not isinstance(part.limit, Number):
        return "its limit is measured, too"
    sides = {"each": part.side, "ratio": ">=", "difference": "<="}
    if line.to is not None or sides[line.aggregate] != part.side:
        return "its groups are compared in a way that is judged by windows only"
    return ""


def _values_of(part: Part, binding: Binding) -> tuple[_Truths | _Scores | _Beyond, Side, float]:
    """What each row says, and the side and the limit that its mean is held to."""
    limit = limit_of(part.requirement, part.side)
    if part.measure == "quantile" and part.requirement.aggregate == "each":
        q, above = float(part.options["q"]), part.side == "<="
        return _Beyond(part.call.columns[0], limit, above), "<=", 1 - q if above else q
    need = part.needs[0]
    if part.measure in ON_SCORES and math.isfinite(part.card.high):
        return _Scores(ON_SCORES[part.measure][0], (part.card.low, part.card.high)), part.side, limit
    if need.sums or any(axis.startswith("category:") or size_of(axis) != TRUTH for axis in need.axes):
        raise InputError("its measure is no mean between two ends")
    return _Truths(part, binding, {}), part.side, limit


def _chosen(where: NDArray[np.int64] | None, rows: int) -> NDArray[np.bool_]:
    found = np.full(rows, where is None)
    if where is not None:
        found[where] = True
    return found


def _named(group: Group) -> str:
    return ", ".join(f"{name} = {value}" for name, value in group) or "all rows"
