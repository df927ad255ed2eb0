"""From the rows of a life to events: what each row says of each promise that can be looked at after every row.

A line can be followed so where its measure is a mean over rows between two ends: every rate, `brier`, a quantile
against a limit (a rate of rows beyond it). Then a row of a group says how far it is below the limit; for `ratio` and
`difference` some rows of two groups say it together. All else is judged window by window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.log import Binding
from shall.core.requirement import Number, Side
from shall.core.verdict import limit_of
from shall.phases.pairing import Pairs
from shall.phases.parts import Part
from shall.phases.row_values import ON_SCORES, row_values
from shall.stats.arrays import Floats, Ints
from shall.stats.e_detector import Events, Game
from shall.tally.axes import TRUTH, size_of
from shall.tally.rows import Rows

Group = tuple[tuple[str, str], ...]
NOBODY: Final = -1                          # the stream of a row that says nothing


class Followed:
    """One part of a line, followed row by row: its game, its streams and what each of them is about."""

    def __init__(self, part: Part, binding: Binding) -> None:
        self.part = part
        self._values, self._side, self._limit = _values_of(part, binding)
        self._groups: dict[Group, int] = {}
        low, high = self._values.ends
        aggregate = part.requirement.aggregate
        self.pairs = None if aggregate == "each" else Pairs(aggregate, self._limit, len(part.requirement.within))
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

    def events(self, rows: Rows, before: int, heard: NDArray[np.bool_] | None = None) -> Events:
        """What some rows say; ``before``: how many came earlier in life; ``heard``: which of them are, if not all."""
        values, stream = self._values.of(rows), self._stream(rows)
        speaks = ~np.isnan(values) & (stream != NOBODY)
        said = np.flatnonzero(speaks if heard is None else speaks & heard)
        stream, values = stream[said], values[said]
        if self.pairs is not None:
            return self.pairs.events((said, stream, values), [*self._groups], (before, rows.batch.num_rows))
        against = self._limit - values if self._side == ">=" else values - self._limit
        told = (against > self.game.low).astype(np.int64) if len(self.game.levels) else against
        return Events(said, stream, told, len(self._groups))

    def _stream(self, rows: Rows) -> Ints:
        """The stream of each row by its group; one for all where a line has no groups."""
        number = rows.batch.num_rows
        where = rows.chosen(self.part.requirement.where)
        stream = np.zeros(number, dtype=np.int64)
        names: list[Group] = [()]
        for group in self.part.grouping:
            codes, labels = rows.key(group)
            stream = stream * len(labels) + codes
            names = [(*name, (group, label)) for name in names for label in labels]
        known = np.full(len(names), NOBODY, dtype=np.int64)
        for code in np.flatnonzero(np.bincount(stream, minlength=len(names))).tolist():
            known[code] = self._groups.setdefault(names[code], len(self._groups))
        found = known[stream]
        if where is not None:
            kept = np.full(number, NOBODY, dtype=np.int64)
            kept[where] = found[where]
            return kept
        return found


@dataclass(frozen=True, slots=True)
class _Truths:
    """0 or 1 a row by the codes on a few small axes: the measure is asked once for each combination."""

    part: Part
    binding: Binding
    known: dict[int, float]
    ends: tuple[float, float] = (0.0, 1.0)
    two: bool = True

    def of(self, rows: Rows) -> Floats:
        """float64[rows]; nan where the measure does not stand on a row."""
        need = self.part.needs[0]
        code = np.zeros(rows.batch.num_rows, dtype=np.int64)
        for axis in need.axes:
            code = code * TRUTH + rows.axis(need.axis(axis))
        table = np.full(TRUTH ** len(need.axes), np.nan)
        for one in np.flatnonzero(np.bincount(code, minlength=len(table))).tolist():
            if one not in self.known:
                self.known[one] = self._asked(rows.batch.slice(int(np.argmax(code == one)), 1))
            table[one] = self.known[one]
        return np.asarray(table[code])

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

    def of(self, rows: Rows) -> Floats:
        """float64[rows], 0 or 1; nan where it is not known."""
        value = rows.values(f"column[{self.column!r}]")
        beyond = value > self.limit if self.above else value < self.limit
        return np.where(np.isnan(value), np.nan, beyond)


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


def _named(group: Group) -> str:
    return ", ".join(f"{name} = {value}" for name, value in group) or "all rows"
