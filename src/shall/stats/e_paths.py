"""What some rows add to the bets of an e-detector, block by block: at the end of each, and at most on the way there.

What is won is kept as whole parts of a logarithm, rounded down: sums of it are exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, floats
from shall.stats.e_events import BLOCK, Coded, Events

BETS: Final = 8                             # from nearly all down to one part in 2 ** 7 of it
MOST: Final = 0.95                          # of the largest bet that cannot lose everything
SURE: Final = 1e-9                          # the worst loss of a promise that nothing may break
PARTS: Final = 2.0 ** 32                    # of a logarithm
HUGE: Final = 300.0                         # as a logarithm
STEP: Final = 32                            # events of a stream, at most, that are looked at together
ABOVE: Final = PARTS * (1 + 1e-12)          # whatever order floats are added in
AT_ONCE: Final = 2**18                      # events times streams of which an alarm is sought together
SHIFT: Final = BLOCK.bit_length() - 1


@dataclass(frozen=True, eq=False)
class Game:
    """The bets on events from ``low`` (below 0) on, whose mean is at most 0 while the promise is kept.

    ``levels``: float64[2], the values that an event may have, where they are two, that above 0 last; empty for any
    number.
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
        """float64[K, n], whole: the parts of a logarithm that each event adds to each bet; of levels, or of values."""
        said = self.levels[values.astype(np.int64)] if len(self.levels) else values
        return _won(np.multiply.outer(self.bets, said))

    @cached_property
    def of_levels(self) -> Floats:
        """float64[2, K]: what each level adds."""
        return floats(self.won(np.arange(2)).T)


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
    edges: Ints                             # where the events of each step of each stream begin; empty of `Coded`
    won: Floats                             # float64[blocks, S, K], in all, without what was there before
    most: Floats                            # the same, at its highest or above

    @staticmethod
    def of(game: Game, events: Events | Coded, before: Floats, blocks: tuple[int, int], room: Room) -> Path:
        """``blocks``: the rows that the first block had already, and their number."""
        if isinstance(events, Coded):
            edges, (sums, most) = np.zeros(0, np.int64), _of_levels(game, events)
        elif not len(events.row):
            edges, sums, most = np.zeros(1, np.int64), *np.zeros((2, blocks[1], *before.shape))
        else:
            events = events.by_stream()
            edges, sums, most = _of_values(game, events, blocks, room)
        return Path(game, events, before, edges, sums, most)

    def first(self, block: int, wealth: Floats, limit: float) -> tuple[int, int] | None:
        """The row of the first event of a block at which the wealth float64[S, K] reaches a limit, and the stream with
        most of it; None where there is none."""
        here = self._here(block)
        before = np.zeros(wealth.shape) if block else self.before
        held = floats((wealth * factor(before)).sum(axis=1))            # of each stream
        after = floats((wealth[here.stream] * factor(before[here.stream] + self._won_until(here))).sum(axis=1))
        step = max(1, AT_ONCE // max(len(held), 1))
        for start in range(0, len(after), step):                        # some events at a time: the sum after each
            stream, own = here.stream[start:start + step], after[start:start + step]
            event = np.arange(len(own))
            latest = np.full((len(own), len(held)), -1)                 # the event of each stream that was last
            latest[event, stream] = event
            np.maximum.accumulate(latest, axis=0, out=latest)
            every = np.where(latest < 0, held, own[latest])
            over = np.flatnonzero(every.sum(axis=1) >= limit)
            if len(over):
                return int(here.row[start + over[0]]), int(every[over[0]].argmax())
            held = every[-1]
        return None

    def _won_until(self, here: Events) -> Floats:
        """float64[E, K]: what each event and those before it added to its stream; whole parts, so sums are exact."""
        order = np.argsort(here.stream, kind="stable")
        sums = self.game.won(here.value).T[order].cumsum(axis=0)
        begins = np.flatnonzero(np.diff(here.stream[order], prepend=-1))
        sums -= np.repeat(np.concatenate((np.zeros((1, BETS)), sums[begins[1:] - 1])),
                          np.diff(begins, append=len(order)), axis=0) if len(order) else 0.0
        found = np.empty_like(sums)
        found[order] = sums
        return floats(found)

    def _here(self, block: int) -> Events:
        """The events of a block, in the order of their rows."""
        if isinstance(self.events, Coded):
            return self.events.of_block(block)
        cells = len(self.edges) - 1                 # 0 where nothing is said
        steps = max(1, cells * self.events.sides // (self.events.streams * len(self.won)))
        found = [np.arange(self.edges[start], self.edges[start + steps])
                 for start in range(block * steps, cells, steps * len(self.won))]
        return self.events.taken(np.concatenate([np.zeros(0, np.int64), *found]), apart=True).by_row()


def factor(won: Floats, out: Floats | None = None) -> Floats:
    """What wealth is multiplied by; beyond `HUGE` there is an alarm in any case."""
    found = np.multiply(won, 1 / PARTS, out=out)
    np.minimum(found, HUGE, out=found)
    return floats(np.exp(found, out=found))


def _of_levels(game: Game, events: Coded) -> tuple[Floats, Floats]:
    """By block float64[blocks, S, K]: what is won in all, and at most where in each step what is won comes first."""
    counts = events.counts(np.uint32).reshape(events.streams, 2, events.blocks, -1)
    after, won = counts.cumsum(axis=3, dtype=np.float64), game.of_levels
    highest = after.transpose(2, 3, 0, 1).copy()
    highest[..., 0] -= counts[:, 0].transpose(1, 2, 0)      # what is lost in the step comes last
    return floats(after[..., -1].transpose(2, 0, 1) @ won), floats((highest @ won).max(axis=1))


def _of_values(game: Game, events: Events, blocks: tuple[int, int], room: Room) -> tuple[Ints, Floats, Floats]:
    """The same of numbers, stream after stream, and where each step begins.

    log(1 + x) is at most x, so no step wins more than its bet on what speaks against the promise.
    """
    (offset, number), every = blocks, min(STEP * events.pace, BLOCK)
    steps, streams = BLOCK // every, events.streams // events.sides
    cells = streams * number * steps
    cell = events.stream * (number * steps) + ((events.row + offset) >> (every.bit_length() - 1))
    edges = np.concatenate(([0], np.bincount(cell, minlength=cells).cumsum()))
    here = np.flatnonzero(np.diff(edges))
    value, total, gains = events.value.reshape(events.sides, -1), *np.zeros((2, BETS, events.sides, cells))
    starts, parts = edges[here], room.of("parts", *value.shape)
    above = ABOVE * np.add.reduceat(np.maximum(value, 0.0), starts, axis=1)
    for bet, won, most in zip(game.bets, total, gains, strict=True):
        most[:, here] = bet * above
        won[:, here] = np.add.reduceat(_won(np.multiply(bet, value, out=parts)), starts, axis=1)
    total, gains = (one.reshape(BETS, events.sides, streams, number, steps) for one in (total, gains))
    after = total.cumsum(axis=4)
    return edges, _by_block(after[..., -1]), _by_block((after - total + gains).max(axis=4))


def _by_block(table: Floats) -> Floats:
    """float64[blocks, S, K] of float64[K, W, S / W, blocks]."""
    return table.transpose(3, 2, 1, 0).reshape(table.shape[3], -1, BETS)


def _won(parts: Floats) -> Floats:
    """The whole parts of a logarithm of 1 + each, in its place."""
    np.log1p(parts, out=parts)
    np.multiply(parts, PARTS, out=parts)
    return floats(np.floor(parts, out=parts))
