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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, floats
from shall.stats.e_events import BLOCK, Coded, Events
from shall.stats.e_paths import BETS, Game, Path, Room, factor

__all__ = ["ALARM", "BETS", "BLOCK", "Alarm", "Coded", "Detector", "Events", "Game"]

AHEAD: Final = 0.1                          # of a period's wealth: there from the start, and the most that may wait
PACE: Final = 2.0 ** -6                     # the most that is put in at once, after a jump of the clock
ALARM: Final = 1.0 + AHEAD
NEARLY: Final = ALARM * (1 - 1e-12)         # by sums in another order
TOGETHER: Final = 64                        # blocks that are gone through before it is seen whether one holds an alarm


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
    Each has its wealth from its own rows and the clock alone, so what is promised beside it changes nothing.
    """

    def __init__(self, games: Sequence[Game], period: float, shares: Sequence[float] = ()) -> None:
        self.games, self.period = tuple(games), period
        self._shares = tuple(shares) or (1.0,) * len(self.games)
        self.rows, self.clock = 0, -math.inf                # the clock when wealth was last put in
        self._reserve = np.full(len(self.games), AHEAD)     # wealth that is still to be put in, of each promise
        self._stood = 0                                     # blocks since the clock moved
        self._wealth = [np.zeros((0, BETS)) for _ in games]     # at the start of the block
        self._won = [np.zeros((0, BETS)) for _ in games]    # in the block until now
        self._room = Room()

    def fold(self, events: Sequence[Events | Coded], clock: Floats) -> list[Alarm]:
        """The alarms of some rows; ``clock`` float64[rows]."""
        if not len(clock):
            return []
        self._widen([some.streams for some in events])
        begun = self.rows % BLOCK
        ends = np.array([*range(BLOCK - begun, len(clock), BLOCK), len(clock)])
        some = [place for place, wealth in enumerate(self._wealth) if wealth.size]
        paths = [Path.of(self.games[place], self._placed(place, events[place], len(clock)), self._won[place],
                         (begun, len(ends)), self._room) for place in some]
        put = self._put(ends, clock)
        found = self._walk(some, paths, ends, put[:, some]) if some else []
        self.rows += len(clock)
        return found

    def _placed(self, place: int, some: Events | Coded, rows: int) -> Events | Coded:
        """Where levels are bet on, they have to be told by row, from the place in the block on where we are."""
        if not len(self.games[place].levels):
            return some
        begun = self.rows % BLOCK
        found = Coded.of(some, rows, begun) if isinstance(some, Events) else some
        return found if found.begun == begun else replace(found, begun=begun)

    def _walk(self, places: Sequence[int], paths: Sequence[Path], ends: Ints, put: Floats) -> list[Alarm]:
        """All promises at once, some blocks at a time: the wealth of each is a part of one array."""
        sizes = [self._wealth[place].size for place in places]
        cuts = np.cumsum([0, *sizes])
        fresh = np.repeat([self._shares[place] / size for place, size in zip(places, sizes, strict=True)], sizes)
        wealth, before = (np.concatenate([some[place].ravel() for place in places])
                          for some in (self._wealth, self._won))
        end, most = (np.concatenate([getattr(path, name).reshape(len(ends), -1) for path in paths], axis=1,
                                    out=self._room.of(name, len(ends), len(wealth))) for name in ("won", "most"))
        end[0] += before
        most[0] += before
        goes_on = (self.rows + int(ends[-1])) % BLOCK != 0
        last = end[-1] * goes_on
        factor(end, end)
        if goes_on:
            end[-1] = 1.0
        walk = _Walk(wealth, fresh, cuts, put, end, factor(most, most), self._room)
        found: list[Alarm] = []
        for first in range(0, len(ends), TOGETHER):
            found += [Alarm(places[one], self.rows + row, stream)
                      for one, row, stream in walk.through(first, min(first + TOGETHER, len(ends)), paths)]
        for some, flat in ((self._wealth, walk.wealth), (self._won, last)):
            for place, own in zip(places, np.split(flat, cuts[1:-1]), strict=True):
                some[place] = own.reshape(-1, BETS)
        return sorted(found, key=lambda alarm: alarm.row)

    def _put(self, ends: Ints, clock: Floats) -> Floats:
        """float64[blocks, promises]: the wealth that is put in at the start of each block; none while nobody speaks."""
        speaks = np.array([wealth.size > 0 for wealth in self._wealth], dtype=bool)
        put = np.zeros((len(ends), len(self.games)))
        for block, first in enumerate((0, *ends[:-1].tolist())):
            if (self.rows + first) % BLOCK == 0:
                put[block] = self._new(float(clock[first]), speaks)
        return put

    def wealth(self, promise: int) -> Floats:
        """float64[streams]: the wealth of each stream now; an alarm is where they have `ALARM` together."""
        return floats((self._wealth[promise] * factor(self._won[promise])).sum(axis=1))

    def _widen(self, streams: Sequence[int]) -> None:
        for promise, number in enumerate(streams):
            if more := number - len(self._wealth[promise]):
                self._wealth[promise] = np.pad(self._wealth[promise], ((0, more), (0, 0)))
                self._won[promise] = np.pad(self._won[promise], ((0, more), (0, 0)))

    def _new(self, clock: float, speaks: Bools) -> Floats:
        """The wealth that is put in for the time that has gone, of each promise."""
        gone = max(0.0, clock - self.clock) / self.period if math.isfinite(self.clock) else 0.0
        self._stood = 1 if clock > self.clock else self._stood + 1
        self.clock, self._reserve = max(self.clock, clock), np.minimum(self._reserve + gone, AHEAD)
        new = np.minimum(self._reserve / (self._stood + 1), PACE) * speaks      # while the clock stands some is left
        self._reserve -= new
        return floats(new)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {"rows": self.rows, "clock": self.clock if math.isfinite(self.clock) else None, "stood": self._stood,
                "reserve": self._reserve.tolist(),
                "wealth": [one.tolist() for one in self._wealth], "won": [one.tolist() for one in self._won]}

    def restored(self, told: Mapping[str, Any]) -> Detector:
        """Go on from what `described` told of a detector of the same games."""
        self.rows, self.clock = told["rows"], -math.inf if told["clock"] is None else told["clock"]
        self._reserve, self._stood = floats(told["reserve"]), told["stood"]
        self._wealth, self._won = ([np.asarray(one, dtype=np.float64).reshape(-1, BETS) for one in told[name]]
                                   for name in ("wealth", "won"))
        return self


@dataclass(slots=True, eq=False)
class _Walk:
    """The wealth of all promises through the blocks of a batch; that of each lies between two ``cuts``."""

    wealth: Floats                          # float64[W], now
    fresh: Floats                           # float64[W]: which part each gets of what is put in
    cuts: Ints
    put: Floats                             # float64[blocks, promises], at the start of each block
    end: Floats                             # float64[blocks, W], by which wealth is multiplied
    most: Floats                            # the same, at its highest or above
    room: Room

    def through(self, first: int, last: int, paths: Sequence[Path]) -> list[tuple[int, int, int]]:
        """Go through some blocks: the promise, the row and the stream of each alarm."""
        with np.errstate(over="ignore", invalid="ignore"):      # only beyond an alarm, from which it begins anew
            shape = last - first, len(self.wealth)
            starts = self._run(self.wealth, slice(0, shape[1]), (first, last), self.room.of("starts", *shape))
            held = np.multiply(starts, self.most[first:last], out=self.room.of("held", *shape))
            may = np.add.reduceat(held, self.cuts[:-1], axis=1) >= NEARLY
            return [(one, *alarm) for one in np.flatnonzero(may.any(axis=0)).tolist()
                    for alarm in self._sounded(starts, may[:, one], (first, last), (one, paths[one]))]

    def _run(self, wealth: Floats, own: slice, blocks: tuple[int, int], starts: Floats) -> Floats:
        """Fills in float64[blocks, …]: the wealth at the start of each block; ``wealth`` is then that after the last.
        """
        fresh, whose = self.fresh[own], np.searchsorted(self.cuts, np.arange(len(self.fresh))[own], "right") - 1
        for start, block in zip(starts, range(*blocks), strict=True):
            np.multiply(fresh, self.put[block, whose], out=start)
            start += wealth
            np.multiply(start, self.end[block, own], out=wealth)
        return starts

    def _sounded(self, starts: Floats, may: Bools, blocks: tuple[int, int], promise: tuple[int, Path],
                 ) -> Iterator[tuple[int, int]]:
        """The alarms of one promise; after each its wealth begins at nothing in the next block."""
        (first, last), (one, path) = blocks, promise
        own, block = slice(*self.cuts[one:one + 2]), first
        while len(rest := np.flatnonzero(may[block - first:])):
            block += int(rest[0])
            found = path.first(block, starts[block - first, own].reshape(path.before.shape), ALARM)
            block += 1
            if found:
                self.wealth[own] = 0.0
                self._run(self.wealth[own], own, (block, last), starts[block - first:, own])
                may = (starts[:, own] * self.most[first:last, own]).sum(axis=1) >= NEARLY
                yield found
