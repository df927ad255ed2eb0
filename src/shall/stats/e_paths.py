"""What some rows add to the bets of an e-detector, block by block: at the end of each, and at most on the way there.

What is won is kept as whole parts of a logarithm, rounded down: sums of it are exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Floats, Ints, floats

BETS: Final = 8                             # from nearly all down to one part in 2 ** 7 of it
MOST: Final = 0.95                          # of the largest bet that cannot lose everything
SURE: Final = 1e-9                          # the worst loss of a promise that nothing may break
PARTS: Final = 2.0 ** 32                    # of a logarithm
HUGE: Final = 300.0                         # as a logarithm
BLOCK: Final = 256                          # rows after which wealth is put in
STEP: Final = 32                            # rows of a game with levels that are looked at together
SHIFT, STEPS = BLOCK.bit_length() - 1, STEP.bit_length() - 1


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

    def won(self, values: Floats | Ints, out: Floats | None = None) -> Floats:
        """float64[K, n], whole: the parts of a logarithm that each event adds to each bet; of levels, or of values."""
        said = self.levels[values.astype(np.int64)] if len(self.levels) else values
        parts = np.multiply(self.bets[:, None], floats(said), out=out)
        np.log1p(parts, out=parts)
        np.multiply(parts, PARTS, out=parts)
        return floats(np.floor(parts, out=parts))


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """What some rows say of one promise.

    ``row``: int64[n], 0 is the first row of the batch. ``stream``: int64[n], below ``streams``. ``value``: the level
    (int64[n]) of each event in a game that has some, else its value (float64[n]). They are in the order of their rows,
    or stream after stream, each in the order of its rows (``apart``).
    """

    row: Ints
    stream: Ints
    value: Ints | Floats
    streams: int
    apart: bool = False

    def by_row(self) -> Events:
        """In the order of rows, then of streams."""
        return self.taken(np.lexsort((self.stream, self.row)), apart=False) if self.apart else self

    def by_stream(self) -> Events:
        """Stream after stream."""
        if self.apart or self.streams < 2:
            return self
        narrow = self.stream.astype(np.uint16) if self.streams < 2**16 else self.stream     # sorted four times as fast
        return self.taken(np.argsort(narrow, kind="stable"), apart=True)

    def taken(self, order: Ints, *, apart: bool) -> Events:
        """Some of them, in an order."""
        return replace(self, row=self.row[order], stream=self.stream[order], value=self.value[order], apart=apart)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """What each of some rows says of one promise, by one of two levels.

    ``cell``: int64[rows], 2 * stream + level of a row; 2 * ``streams`` where it says nothing.
    """

    cell: Ints
    streams: int

    def between(self, first: int, last: int) -> Events:
        """The events of some of the rows."""
        row = first + np.flatnonzero(self.cell[first:last] < 2 * self.streams)
        return Events(row, self.cell[row] >> 1, self.cell[row] & 1, self.streams)


class Room:
    """Memory that is used again and again: fresh pages from the system cost more than what is reckoned in them."""

    def __init__(self) -> None:
        self._kept: dict[str, Floats] = {}

    def of(self, name: str, *shape: int) -> Floats:
        """float64 of a shape, with anything in it; the same memory whenever a name is asked for."""
        size = math.prod(shape)
        if name not in self._kept or self._kept[name].size < size:
            self._kept[name] = np.empty(2 * size)
        return self._kept[name][:size].reshape(shape)


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What the events of one promise add in each block; ``before``: float64[S, K] that the first one had already."""

    game: Game
    events: Events | Coded
    before: Floats
    edges: Ints                             # where the events of each block begin; apart: of each stream and block
    last: Floats                            # float64[S, K] that the last block has
    end: Floats                             # float64[blocks, S, K], by which wealth is multiplied
    most: Floats                            # the same, at its highest or above

    @staticmethod
    def of(game: Game, events: Events | Coded, before: Floats, blocks: tuple[int, int], room: Room) -> Path:
        """``blocks``: the rows that the first block had already, and their number."""
        if isinstance(events, Coded):
            kept, edges, sums, most = _of_coded(game, events, blocks)
        elif len(game.levels):
            kept, edges, sums, most = _of_levels(game, events, blocks)
        else:
            kept, edges, sums, most = _of_values(game, events, blocks, room)
        sums[0] += before
        most[0] += before
        return Path(game, kept, before, edges, sums[-1], factor(sums), factor(most))

    def first(self, block: int, wealth: Floats, limit: float) -> tuple[int, int] | None:
        """The row of the first event of a block at which the wealth float64[S, K] reaches a limit, and the stream with
        most of it; None where there is none."""
        here = self._here(block)
        gains = np.zeros((len(here.stream), *wealth.shape))
        gains[np.arange(len(here.stream)), here.stream] = self.game.won(here.value).T
        before = np.zeros(wealth.shape) if block else self.before
        held = (wealth * factor(before + gains.cumsum(axis=0))).sum(axis=2)
        over = np.flatnonzero(held.sum(axis=1) >= limit)
        return (int(here.row[over[0]]), int(held[over[0]].argmax())) if len(over) else None

    def _here(self, block: int) -> Events:
        """The events of a block, in the order of their rows."""
        blocks = len(self.end)
        if isinstance(self.events, Coded):
            return self.events.between(*self.edges[block:block + 2].tolist())
        if len(self.edges) == blocks + 1:
            return self.events.taken(np.arange(*self.edges[block:block + 2]), apart=False)
        found = np.concatenate([np.arange(*self.edges[start:start + 2])
                                for start in range(block, len(self.edges) - 1, blocks)])
        return self.events.taken(found[np.argsort(self.events.row[found], kind="stable")], apart=False)


def factor(won: Floats) -> Floats:
    """What wealth is multiplied by; beyond `HUGE` there is an alarm in any case."""
    return floats(np.exp(np.minimum(won / PARTS, HUGE)))


_Made = tuple[Events | Coded, Ints, Floats, Floats]     # events, edges, and by block what is won: in all, and at most


def _of_values(game: Game, events: Events, blocks: tuple[int, int], room: Room) -> _Made:
    """Event after event, stream after stream."""
    (offset, number), kept = blocks, events.by_stream()
    size = kept.streams * number
    cell = kept.stream * number + ((kept.row + offset) >> SHIFT)
    edges = np.concatenate(([0], np.bincount(cell, minlength=size).cumsum()))
    run = room.of("sums", BETS, len(cell) + 1).view(np.int64)
    run[:, 0] = 0
    run[:, 1:] = game.won(kept.value, room.of("parts", BETS, len(cell)))
    np.cumsum(run[:, 1:], axis=1, out=run[:, 1:])
    since = run[:, edges]
    sums = np.diff(since)
    most, full = np.zeros_like(sums), np.flatnonzero(np.diff(edges))
    if len(full):
        most[:, full] = np.maximum(np.maximum.reduceat(run[:, 1:], edges[full], axis=1) - since[:, full], 0)
    total, highest = (floats(one.reshape(BETS, -1, number).transpose(2, 1, 0)) for one in (sums, most))
    return kept, edges, total, highest


def _of_levels(game: Game, events: Events, blocks: tuple[int, int]) -> _Made:
    """Some rows at a time, by how often each level came."""
    (offset, number), kept, levels = blocks, events.by_row(), len(game.levels)
    cell = (((kept.row + offset) >> STEPS) * kept.streams + kept.stream) * levels + kept.value.astype(np.int64)
    counts = np.bincount(cell, minlength=number * BLOCK // STEP * kept.streams * levels)
    edges = np.searchsorted(kept.row, np.arange(number + 1) * BLOCK - offset)
    return kept, edges, *_counted(game, counts.reshape(number, BLOCK // STEP, kept.streams, levels))


def _of_coded(game: Game, events: Coded, blocks: tuple[int, int]) -> _Made:
    """The same of rows that have their cell already."""
    (offset, number), rows, width = blocks, len(events.cell), 2 * events.streams + 1
    place = (np.arange(offset, offset + rows) >> STEPS) * width + events.cell
    counts = np.bincount(place, minlength=number * BLOCK // STEP * width).reshape(number, BLOCK // STEP, width)
    edges = np.clip(np.arange(number + 1) * BLOCK - offset, 0, rows)
    return events, edges, *_counted(game, counts[:, :, :-1].reshape(*counts.shape[:2], events.streams, 2))


def _counted(game: Game, counts: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """What is won by block float64[blocks, S, K], in all and at most, of int64[blocks, steps, S, levels]; within a
    step only what is won is added."""
    number, _, streams, levels = counts.shape
    after, won = counts.cumsum(axis=1), game.won(np.arange(levels)).T
    ways = np.concatenate((after - counts, counts), axis=3).reshape(-1, 2 * levels).astype(np.float64)
    most = (ways @ np.concatenate((won, np.maximum(won, 0.0)))).reshape(*counts.shape[:3], BETS).max(axis=1)
    total = after[:, -1].reshape(-1, levels).astype(np.float64) @ won
    return floats(total.reshape(number, streams, BETS)), floats(most)
