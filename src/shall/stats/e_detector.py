"""Alarms that may be looked at after every row, for years: e-detectors.

A promise says that some events, such as "decided against" of a row of a group, have a mean of at most 0 given all that
came before. Each bet multiplies its wealth by 1 + bet * event, which is expected to stay the same at best. As time
passes new wealth is put in: in all one a period, and a little at the start. So wealth is at most that and the time
gone, on average, and a first alarm, at 1 and that little, is expected after a period at the earliest, whatever the
number of rows, streams and looks (Shin, Ramdas and Rinaldo 2023, definition 2.2 and theorem 2.4: Shiryaev-Roberts
e-detectors, mixed over bets and streams; that wealth comes with time and not with rows is ours, and the proof is the
same). After an alarm it begins anew.

What is won is kept as whole parts of a logarithm, rounded down: sums of it are exact in any order, so a life gives the
same alarms in whatever batches it is read.

Reference: Shin, Ramdas and Rinaldo (2023), "E-detectors: a nonparametric framework for sequential change detection";
Waudby-Smith and Ramdas (2023), "Estimating means of bounded random variables by betting", section 4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shall.stats.arrays import Floats, Ints, floats

BETS: Final = 8                             # from nearly all down to one part in 2 ** 7 of it
MOST: Final = 0.95                          # of the largest bet that cannot lose everything
SURE: Final = 1e-9                          # the worst loss of a promise that nothing may break
PARTS: Final = 2.0 ** 32                    # of a logarithm
HUGE: Final = 300.0                         # as a logarithm
AHEAD: Final = 0.1                          # of a period's wealth: there from the start, and the most that may wait
PACE: Final = 2.0 ** -6                     # the most that is put in at once, after a jump of the clock
ALARM: Final = 1.0 + AHEAD
BLOCK: Final = 256                          # rows after which wealth is put in
STEP: Final = 32                            # rows that are looked at together, unless they may hold an alarm


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """The bets on events from ``low`` (below 0) on, whose mean is at most 0 while the promise is kept.

    ``levels``: float64[L], the values that an event may have, where they are few; empty for any number.
    """

    low: float
    levels: Floats
    bets: Floats                            # float64[K]

    @staticmethod
    def of(low: float, levels: Sequence[float] = ()) -> Game:
        """Bets from nearly all that cannot be lost at once, each half of the one before."""
        largest = MOST / max(-low, SURE)
        return Game(low, floats(levels), floats(largest * 0.5 ** np.arange(BETS)))

    def won(self, values: Floats | Ints) -> Floats:
        """float64[n, K], whole: the parts of a logarithm that each event adds to each bet; of levels, or of values."""
        said = self.levels[values.astype(np.int64)] if len(self.levels) else values
        return floats(np.floor(np.log1p(np.outer(said, self.bets)) * PARTS))


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """What some rows say of one promise, in their order.

    ``row``: int64[n], ascending, 0 is the first row of the batch. ``stream``: int64[n], below ``streams``. ``value``:
    the level (int64[n]) of each event in a game that has some, else its value (float64[n]).
    """

    row: Ints
    stream: Ints
    value: Ints | Floats
    streams: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """A promise is broken: which one, at which row of its life, and by which stream most."""

    promise: int
    row: int
    stream: int


class Detector:
    """The wealth of some promises, looked at after every row. ``period``: expected between two false alarms of one.

    The clock is in any unit, that of the period: seconds, or rows where there is no time. One that goes back stands.
    ``shares``: of a period's wealth that each promise gets; promises whose shares add up to 1 have one period together.
    """

    def __init__(self, games: Sequence[Game], period: float, shares: Sequence[float] = ()) -> None:
        self.games, self.period = tuple(games), period
        self._shares = tuple(shares) or (1.0,) * len(self.games)
        self.rows, self.clock = 0, -math.inf                # the clock when wealth was last put in
        self._reserve = AHEAD                               # wealth that is still to be put in
        self._stood = 0                                     # blocks since the clock moved
        self._wealth = [np.zeros((0, BETS)) for _ in games]     # at the start of the block
        self._won = [np.zeros((0, BETS)) for _ in games]    # in the block until now

    def fold(self, events: Sequence[Events], clock: Floats) -> list[Alarm]:
        """The alarms of some rows; ``clock`` float64[rows]."""
        if not len(clock):
            return []
        self._widen([some.streams for some in events])
        ends = np.array([*range(BLOCK - self.rows % BLOCK, len(clock), BLOCK), len(clock)])
        some = [place for place, wealth in enumerate(self._wealth) if wealth.size]
        paths = [_Path.of(self.games[place], events[place], self._won[place], (self.rows % BLOCK, ends))
                 for place in some]
        found = self._walk(some, paths, ends, clock) if some else self._pass(ends, clock)
        self.rows += len(clock)
        for place, path in zip(some, paths, strict=True):
            self._won[place] = path.last * (self.rows % BLOCK != 0)
        return found

    def _walk(self, places: Sequence[int], paths: Sequence[_Path], ends: Ints, clock: Floats) -> list[Alarm]:
        """Block by block, all promises at once: the wealth of each is a part of one array."""
        held = [self._wealth[place] for place in places]
        cuts = np.cumsum([0, *(one.size for one in held)])
        wealth = np.concatenate([one.ravel() for one in held])
        fresh = np.repeat([self._shares[place] / one.size for place, one in zip(places, held, strict=True)],
                          np.diff(cuts))
        end, most = (np.concatenate([getattr(path, name).reshape(len(ends), -1) for path in paths], axis=1)
                     for name in ("end", "most"))
        found: list[Alarm] = []
        for block, last in enumerate(ends.tolist()):
            first = int(ends[block - 1]) if block else 0
            if (self.rows + first) % BLOCK == 0:
                wealth += fresh * self._new(float(clock[first]))
            for one in np.flatnonzero(np.add.reduceat(wealth * most[block], cuts[:-1]) >= ALARM).tolist():
                own = wealth[cuts[one]:cuts[one + 1]]
                if alarm := paths[one].first(block, own.reshape(held[one].shape)):
                    found.append(Alarm(places[one], self.rows + alarm[0], alarm[1]))
                    own[:] = 0.0
            if (self.rows + last) % BLOCK == 0:
                wealth *= end[block]
        for place, old, start in zip(places, held, cuts[:-1].tolist(), strict=True):
            self._wealth[place] = wealth[start:start + old.size].reshape(old.shape)
        return sorted(found, key=lambda alarm: alarm.row)

    def _pass(self, ends: Ints, clock: Floats) -> list[Alarm]:
        """The time goes on while nobody speaks."""
        for first in (0, *ends[:-1].tolist()):
            if (self.rows + first) % BLOCK == 0:
                self._reserve += self._new(float(clock[first]))
        return []

    def wealth(self, promise: int) -> Floats:
        """float64[streams]: the wealth of each stream now; an alarm is where they have `ALARM` together."""
        return floats((self._wealth[promise] * _factor(self._won[promise])).sum(axis=1))

    def _widen(self, streams: Sequence[int]) -> None:
        for promise, number in enumerate(streams):
            if more := number - len(self._wealth[promise]):
                self._wealth[promise] = np.pad(self._wealth[promise], ((0, more), (0, 0)))
                self._won[promise] = np.pad(self._won[promise], ((0, more), (0, 0)))

    def _new(self, clock: float) -> float:
        """The wealth that is put in for the time that has gone."""
        gone = max(0.0, clock - self.clock) / self.period if math.isfinite(self.clock) else 0.0
        self._stood = 1 if clock > self.clock else self._stood + 1
        self.clock, self._reserve = max(self.clock, clock), min(self._reserve + gone, AHEAD)
        new = min(self._reserve / (self._stood + 1), PACE)      # while the clock stands some is always left
        self._reserve -= new
        return new

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {"rows": self.rows, "clock": self.clock if math.isfinite(self.clock) else None, "reserve": self._reserve,
                "stood": self._stood,
                "wealth": [one.tolist() for one in self._wealth], "won": [one.tolist() for one in self._won]}

    def restored(self, told: Mapping[str, Any]) -> Detector:
        """Go on from what `described` told of a detector of the same games."""
        self.rows, self.clock = told["rows"], -math.inf if told["clock"] is None else told["clock"]
        self._reserve, self._stood = told["reserve"], told["stood"]
        self._wealth, self._won = ([np.asarray(one, dtype=np.float64).reshape(-1, BETS) for one in told[name]]
                                   for name in ("wealth", "won"))
        return self


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """What the events of one promise add in each block: by its end, and at most on the way there."""

    game: Game
    events: Events
    before: Floats                          # [streams, bets] that the first block had already
    last: Floats                            # … that the last block has
    end: Floats                             # [blocks, streams, bets], by which wealth is multiplied
    most: Floats                            # the same, at its highest or above
    places: Ints                            # [blocks + 1]: where the events of each block begin

    @staticmethod
    def of(game: Game, events: Events, before: Floats, blocks: tuple[int, Ints]) -> _Path:
        """Sums over steps of some rows; within a step only what is won is added.

        ``blocks``: the rows that the first block had already, and the ends of all int64[blocks].
        """
        (offset, ends), steps = blocks, BLOCK // STEP
        cell = (events.row + offset) // STEP * events.streams + events.stream
        sums, gains = (one.reshape(len(ends), steps, events.streams, BETS)
                       for one in _sums(game, events, (cell, len(ends) * steps * events.streams)))
        after = sums.cumsum(axis=1)
        after[0] += before
        places = np.concatenate(([0], np.searchsorted(events.row, ends)))
        most = (after - sums + gains).max(axis=1)
        return _Path(game, events, before, after[-1, -1], _factor(after[:, -1]), _factor(most), places)

    def first(self, block: int, wealth: Floats) -> tuple[int, int] | None:
        """The row of the first alarm in a block, and the stream with most of the wealth; None where there is none."""
        here = slice(*self.places[block:block + 2])
        stream, value = self.events.stream[here], self.events.value[here]
        gains = np.zeros((len(stream), *wealth.shape))
        gains[np.arange(len(stream)), stream] = self.game.won(value)
        before = np.zeros(wealth.shape) if block else self.before
        held = (wealth * _factor(before + gains.cumsum(axis=0))).sum(axis=2)
        over = np.flatnonzero(held.sum(axis=1) >= ALARM)
        return (int(self.events.row[here][over[0]]), int(held[over[0]].argmax())) if len(over) else None


def _factor(won: Floats) -> Floats:
    """What wealth is multiplied by; beyond `HUGE` there is an alarm in any case."""
    return floats(np.exp(np.minimum(won / PARTS, HUGE)))


def _sums(game: Game, events: Events, cells: tuple[Ints, int]) -> tuple[Floats, Floats]:
    """float64[cells, bets]: all that is won and lost in each cell, and what is won alone."""
    cell, size = cells
    if len(game.levels):
        counts = floats(np.bincount(cell * len(game.levels) + events.value.astype(np.int64),
                                    minlength=size * len(game.levels)).reshape(size, len(game.levels)))
        won = game.won(np.arange(len(game.levels)))
        return counts @ won, counts @ np.maximum(won, 0.0)
    won = game.won(events.value)
    sums = [np.bincount(cell, column, size) for column in (*won.T, *np.maximum(won, 0.0).T)]
    return floats(np.stack(sums[:BETS], axis=1)), floats(np.stack(sums[BETS:], axis=1))
