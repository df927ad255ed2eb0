"""What the rows of a life say of a promise: a level each, or a value of one or more of them together.

Levels are kept as bits, eight rows a byte, in blocks of `BLOCK` rows of the life: to count them is then next to
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Bools, Floats, Ints, floats

BLOCK: Final = 256                          # rows after which wealth is put in
FEW: Final = 32                             # streams whose rows are looked for one stream after the other
NARROW: Final = (np.uint8, np.uint16, np.int64)
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """What some rows say of one promise, in numbers.

    ``row``: int64[n], 0 is the first row of the batch. ``stream``: int64[n], below ``streams`` / W. ``value``:
    float64[W, n], what each event says of the streams W * stream, W * stream + 1 and so on (W is mostly 1, and then
    float64[n] will do). Of a stream there is one event in ``pace`` rows of the life at most. They are in the order of
    their rows, or stream after stream, each in the order of its rows (``apart``).
    """

    row: Ints
    stream: Ints
    value: Floats
    streams: int
    apart: bool = False
    pace: int = 1

    @property
    def sides(self) -> int:
        """W, how many streams an event speaks of."""
        return 1 if self.value.ndim == 1 else len(self.value)

    def by_stream(self) -> Events:
        """Stream after stream."""
        if self.apart or self.streams <= self.sides:
            return self
        narrow = next(kind for kind in NARROW if self.streams <= np.iinfo(kind).max)        # sorted many times as fast
        return self.taken(np.argsort(self.stream.astype(narrow), kind="stable"), apart=True)

    def by_row(self) -> Events:
        """In the order of rows, then of streams, each event of one stream."""
        sides = self.sides
        if not self.apart and sides == 1:
            return self
        row, stream = np.repeat(self.row, sides), (self.stream[:, None] * sides + np.arange(sides)).ravel()
        alone = replace(self, row=row, stream=stream, value=self.value.T.ravel())
        return alone.taken(np.lexsort((stream, row)), apart=False)

    def taken(self, order: Ints, *, apart: bool) -> Events:
        """Some of them, in an order."""
        return replace(self, row=self.row[order], stream=self.stream[order], value=self.value[..., order], apart=apart)


@dataclass(frozen=True, eq=False)
class Coded:
    """What each of some rows says of one promise, by one of two levels.

    ``cell``: [rows], 2 * stream + level of a row; 2 * ``streams`` where it says nothing. ``begun``: how many rows of
    their block came before.
    """

    cell: NDArray[Any]
    streams: int
    begun: int = 0

    @staticmethod
    def of(events: Events, rows: int, begun: int = 0) -> Coded:
        """Of events whose values are levels, at most one a row, of so many rows."""
        cell = np.full(rows, 2 * events.streams)
        cell[events.row] = 2 * events.stream + events.value.astype(np.int64)
        return Coded(cell, events.streams, begun)

    @property
    def blocks(self) -> int:
        """In how many blocks they lie."""
        return -(-(self.begun + len(self.cell)) // BLOCK)

    @cached_property
    def bits(self) -> Bits:
        """uint8[S, 2, bytes]: which rows are of each cell; 0 before and after them."""
        if self.streams > FEW:
            return self._scattered()
        flags = np.zeros((2 * self.streams, self.blocks * BLOCK), dtype=bool)
        for cell, row in enumerate(flags[:, self.begun:self.begun + len(self.cell)]):
            np.equal(self.cell, cell, out=row)
        return np.packbits(flags, axis=1, bitorder="little").reshape(self.streams, 2, -1)

    def _scattered(self) -> Bits:
        """The same, whatever the number of streams."""
        bits = np.zeros((2 * self.streams + 1, self.blocks * BLOCK // 8), dtype=np.uint8)
        row = np.arange(self.begun, self.begun + len(self.cell))
        np.add.at(bits, (self.cell, row >> 3), np.left_shift(1, row & 7).astype(np.uint8))
        return bits[:-1].reshape(self.streams, 2, -1)

    def counts(self, kind: type[np.unsignedinteger[Any]]) -> NDArray[np.uint8]:
        """uint8[S, 2, steps]: how many there are in each step of as many rows as ``kind`` has bits."""
        return np.bitwise_count(self.bits.view(kind))

    def within(self, edges: Ints) -> Ints:
        """int64[n - 1, S, 2]: how many there are from each of n rows up to the next."""
        words = self.bits.view("<u8")
        if len(edges) == 2 and edges[1] - edges[0] == len(self.cell):
            return np.asarray(np.bitwise_count(words).sum(axis=2, dtype=np.int64)[None])
        place = edges + self.begun
        whole = np.zeros((*words.shape[:2], words.shape[2] + 1), dtype=np.int64)
        np.cumsum(np.bitwise_count(words), axis=2, out=whole[:, :, 1:])
        below = np.left_shift(np.uint64(1), (place & 63).astype(np.uint64)) - np.uint64(1)
        part = words[:, :, np.minimum(place >> 6, words.shape[2] - 1)] & below
        return np.asarray(np.diff(whole[:, :, place >> 6] + np.bitwise_count(part)).transpose(2, 0, 1))

    def chosen(self, speaks: Bools) -> Coded:
        """Only some rows say something."""
        return replace(self, cell=np.where(speaks, self.cell, self.cell.dtype.type(2 * self.streams)))

    def of_block(self, block: int) -> Events:
        """The events of a block, their levels in the place of values."""
        first = max(block * BLOCK - self.begun, 0)
        cell = self.cell[first:(block + 1) * BLOCK - self.begun].astype(np.int64)
        row = np.flatnonzero(cell < 2 * self.streams)
        return Events(row + first, cell[row] >> 1, floats(cell[row] & 1), self.streams)
