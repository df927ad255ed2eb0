"""From the rows of a life to events: what each row says of each promise that can be looked at after every row.

A line can be followed so where its measure is a mean over rows between two ends: every rate, `brier`, a quantile
against a limit (a rate of rows beyond it). Then a row of a group says how far it is below the limit; for `ratio` and
`difference` some rows of two groups say it together. All else is judged window by window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.heard import Heard
from shall.core.log import Binding
from shall.core.requirement import Number
from shall.core.span import Span
from shall.phases.parts import Part
from shall.phases.watching.first_heard import first_heard
from shall.phases.watching.pairing import Pairs
from shall.phases.watching.said import Beyond, Cells, Scores, said_by
from shall.phases.watching.unit_sums import Units, UnitSums
from shall.phases.watching.whole_life import Runs, Sums, Told, in_parts, spans
from shall.stats.arrays import Floats, Ints
from shall.stats.e_detector import BLOCK, Coded, Events, Game
from shall.tally.rows import Group, Rows

NOBODY: Final = -1                          # the stream of a row that says nothing
BEYOND: Final = "what is followed is the share of rows beyond its limit, which is no value of it"


class Followed:
    """One part of a line, followed row by row: its game, its streams and what each of them is about."""

    def __init__(self, part: Part, binding: Binding) -> None:
        self.part = part
        self._values, self._side, self._limit = said_by(part, binding)
        self._groups: dict[Group, int] = {}
        self._names: list[Group] = []       # of the codes that `_known` tells the streams of
        self._known = np.zeros(0, dtype=np.int64)
        units = binding.column("unit") is not None
        self._least = max([1, *(one.at_least for one in binding.groups if one.name in part.grouping)])
        self.sums: Sums | UnitSums = UnitSums(self._values.ends) if units else Sums(self._values.ends)
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
    def width(self) -> int:
        """How many streams it has."""
        return len(self._groups) if self.pairs is None else 2 * self.pairs.number

    @property
    def streams(self) -> list[str]:
        """What each stream is about, in words."""
        groups = [_named(group) for group in self._groups]
        return groups if self.pairs is None else self.pairs.named(groups, list(map(_named, self.pairs.whole)))

    @property
    def unshown(self) -> str:
        """Why its value is no mean that bounds for the whole life can be drawn of; "" where it is one."""
        return BEYOND if isinstance(self._values, Beyond) else ""

    def spans(self, labels: Callable[[int], str], alpha: float, at: int | None = None) -> list[Span]:
        """What is known of all rows until each window, or until the one ``at`` alone."""
        line, bands = self.part.requirement, list[int]()
        if line.within and self.pairs is not None:
            known: dict[Group, int] = {}
            bands = [known.setdefault(group[:self.pairs.bands], len(known)) for group in self._groups]
        told = Told(line.name, line.aggregate, self._side, bool(self.part.grouping), bands, self._least)
        return spans(told, self.sums, labels, alpha, at)

    def heard(self, labels: Callable[[int], str], at: int | None = None) -> Heard | None:
        """That an alarm hears another quantity than the mean of all rows until the newest window, or the one ``at``."""
        if not isinstance(self.sums, UnitSums):
            return None
        measure = f"the share beyond the limit of {self.part.call}" if self.unshown else str(self.part.call)
        return first_heard((self.part.requirement.name, measure), [_named(group) for group in self._groups], self.sums,
                           labels, at)

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
        if all(name in self._groups for name in names):
            return []
        new = [code for code in np.flatnonzero(np.bincount(codes, minlength=len(names))).tolist()
               if names[code] not in self._groups]
        return sorted(int(np.argmax(codes == code)) for code in new)

    def events(self, rows: Rows, before: int, runs: Runs, units: Units | None = None) -> Events | Coded:
        """What some rows say; ``before``: how many came earlier in life; ``runs``: in which windows they are.

        Where they are of ``units``, the first row of each is heard, and the whole life is of all of them.
        """
        if not isinstance(self._values, Scores):
            return self._by_cell(rows, before, runs, units)
        values, stream = self._values.of(rows), self._stream(rows)
        speaks = ~np.isnan(values) & _chosen(rows.chosen(self.part.requirement.where), len(values))
        self._lived(np.flatnonzero(speaks), runs.windows, (stream, in_parts(values)), units)
        said = np.flatnonzero(speaks if units is None else speaks & units.first)
        if len(said) < len(values):
            stream, values = stream[said], values[said]
        if self.pairs is not None:
            return self.pairs.events((said, stream, values), [*self._groups], (before, rows.batch.num_rows))
        return Events(said, stream, self._limit - values if self._side == ">=" else values - self._limit,
                      len(self._groups))

    def _lived(self, said: Ints, windows: Ints, rows: tuple[Ints, Floats], units: Units | None) -> None:
        """The sums of the whole life go on by the rows that say something; ``rows``: the stream and value of all."""
        stream, values = rows[0][said], rows[1][said]
        if not isinstance(self.sums, Sums):
            assert units is not None
            self.sums.add(windows if len(windows) == 1 else windows[said], stream, values, units.part(said))
        else:
            self.sums.add(windows if len(windows) == 1 else windows[said], stream, values)

    def _by_cell(self, rows: Rows, before: int, runs: Runs, units: Units | None) -> Events | Coded:
        """What rows say that say one of two things: a small number a row tells of whom, and which of the two."""
        coded = Coded(self._cell(rows), len(self._groups), before % BLOCK)
        if (where := rows.chosen(self.part.requirement.where)) is not None:
            coded = coded.chosen(_chosen(where, len(coded.cell)))
        if isinstance(self.sums, Sums):
            self.sums.count(runs, coded, self._turned)
        else:
            cell = coded.cell.astype(np.int64)
            value = (cell & 1 if self._turned else 1 - (cell & 1)).astype(np.float64)
            self._lived(np.flatnonzero(cell < 2 * coded.streams), runs.windows, (cell >> 1, value), units)
        if units is not None:
            coded = coded.chosen(units.first)
        return coded if self.pairs is None else self.pairs.counted(coded, [*self._groups], before)

    def _cell(self, rows: Rows) -> Cells:
        """[rows]: 2 * stream + whether it speaks against the promise (pairs: is true); 2 * streams: nothing."""
        assert not isinstance(self._values, Scores)
        (_, names), kinds, code = rows.crossed(self.part.grouping), self._values.kinds, self._values.codes(rows)
        cell = self._table(names).take(code)
        if cell.min() < 0:                  # who or what was not seen before
            new = np.unique(code[cell < 0]).tolist()
            for one in new:
                self._groups.setdefault(names[one // kinds], len(self._groups))
            self._values.ask({one % kinds: int(np.argmax(code == one)) for one in new}, rows)
            self._names = []
            cell = self._table(names).take(code)
        return cell

    def _table(self, names: list[Group]) -> Cells:
        """[names * kinds]: the cell of each code, in a narrow type; below 0 where it is not known yet."""
        if self._names != names:
            assert not isinstance(self._values, Scores)
            self._names = names
            streams = np.array([self._groups.get(name, NOBODY) for name in names])[:, None]
            values = np.array([self._values.known.get(one, np.inf) for one in range(self._values.kinds)])
            told = np.where(np.isnan(values), 0.0, values if self._turned else 1 - values)
            cells = np.where(np.isnan(values), 2 * len(self._groups), 2 * streams + told)
            known = np.where((streams == NOBODY) | np.isinf(values), -1.0, cells).ravel()
            self._known = known.astype(np.int16 if 2 * len(self._groups) < 2**15 else np.int64)
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
    if part.card.census or part.average or part.items != ((),) or part.references or line.population:
        return "its measure is no mean over rows"
    if not isinstance(part.limit, Number):
        return "its limit is measured, too"
    sides = {"each": part.side, "ratio": ">=", "difference": "<="}
    if line.to is not None or sides[line.aggregate] != part.side:
        return "its groups are compared in a way that is judged by windows only"
    return ""


def _chosen(where: NDArray[np.int64] | None, rows: int) -> NDArray[np.bool_]:
    found = np.full(rows, where is None)
    if where is not None:
        found[where] = True
    return found


def _named(group: Group) -> str:
    return ", ".join(f"{name} = {value}" for name, value in group) or "all rows"
