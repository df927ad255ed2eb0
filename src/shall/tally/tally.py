"""A tally: exact counts of a log, the only thing that crosses machines. Tallies of one plan add, in any order."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.tally.cells import Cells
from shall.tally.plan import Cube, Need, Plan

MAGIC: Final = b"shall-tally-1\n"
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The cells of one cube that are not empty, sorted by key and cell: equal counts are equal arrays.

    ``keys`` are sorted; ``place`` int64[nnz] indexes them; ``cell`` int64[nnz] is the mixed-radix code of
    the axes; ``values`` int64[nnz, 1 + 2 sums]: rows, then both halves of each sum.
    """

    keys: tuple[Key, ...]
    place: NDArray[np.int64]
    cell: NDArray[np.int64]
    values: NDArray[np.int64]

    @staticmethod
    def zero(cube: Cube) -> Counts:
        """Nothing counted yet."""
        none = np.zeros(0, dtype=np.int64)
        return Counts((), none, none, np.zeros((0, 1 + 2 * len(cube.sums)), dtype=np.int64))

    @staticmethod
    def canonical(labels: Mapping[int, Key], place: NDArray[np.int64], cell: NDArray[np.int64],
                  values: NDArray[np.int64]) -> Counts:
        """Counts from cells in any order; ``labels`` says what each place stands for, several perhaps the same."""
        keys = sorted(set(labels.values()))
        index = {key: new for new, key in enumerate(keys)}
        old = np.array(sorted(labels), dtype=np.int64)
        new = np.array([index[labels[number]] for number in old.tolist()], dtype=np.int64)
        where = new[np.searchsorted(old, place)] if len(old) else place
        order = np.lexsort((cell, where))
        where, cell, values = where[order], cell[order], values[order]
        if not len(where):
            return Counts(tuple(keys), where, cell, values)
        first = np.flatnonzero(np.append(True, (np.diff(where) != 0) | (np.diff(cell) != 0)))
        return Counts(tuple(keys), where[first], cell[first], np.add.reduceat(values, first, axis=0))

    @staticmethod
    def added(parts: Sequence[Counts]) -> Counts:
        """The sum of some."""
        labels: dict[int, Key] = {}
        places, start = [], 0
        for part in parts:
            labels.update(enumerate(part.keys, start))
            places.append(part.place + start)
            start += len(part.keys)
        return Counts.canonical(labels, np.concatenate(places), np.concatenate([part.cell for part in parts]),
                                np.concatenate([part.values for part in parts]))


@dataclass(frozen=True, eq=False)
class Tally:
    """What a plan counted: one `Counts` a cube, and the rows that were read."""

    plan: Plan
    cubes: tuple[Counts, ...]
    rows: int

    @staticmethod
    def zero(plan: Plan) -> Tally:
        """The tally of no row."""
        return Tally(plan, tuple(Counts.zero(cube) for cube in plan.cubes), 0)

    @staticmethod
    def added(tallies: Iterable[Tally]) -> Tally:
        """The sum of one or more tallies of one plan."""
        some = list(tallies)
        if len({tally.plan.digest for tally in some}) != 1:
            raise InputError("these tallies were counted by different plans, so they do not add: count the logs again "
                             "with one shall file")
        if len(some) == 1:
            return some[0]
        cubes = tuple(Counts.added(parts) for parts in zip(*(tally.cubes for tally in some), strict=True))
        return Tally(some[0].plan, cubes, sum(tally.rows for tally in some))

    def __add__(self, other: Tally) -> Tally:
        return Tally.added([self, other])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]

    def cells(self, need: Need) -> Cells:
        """What a need asked for, over its groups alone."""
        place = self.plan.cube_of(need)
        counts = self.cubes[place]
        return Cells.of(self.plan.binding, self.plan.cubes[place], need, (counts.keys, counts.place, counts.cell, counts.values),
                        self.rows)

    @cached_property
    def labelled(self) -> int | None:
        """Rows whose label is known; None where the log has no label column."""
        if self.plan.binding.column("label") is None:
            return None
        return int(self.cells(Need(axes=("label",))).table("label")[:, :2].sum())

    def to_bytes(self) -> bytes:
        """The wire form: equal tallies give equal bytes."""
        head = {"plan": self.plan.digest, "rows": self.rows,
                "cubes": [[counts.keys, *counts.values.shape] for counts in self.cubes]}
        arrays = b"".join(np.ascontiguousarray(array, dtype="<i8").tobytes()
                          for counts in self.cubes for array in (counts.place, counts.cell, counts.values))
        text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        body = zlib.compress(struct.pack("<Q", len(text)) + text + arrays, 6)
        return MAGIC + struct.pack("<IQ", zlib.crc32(body), len(body)) + body

    @staticmethod
    def from_bytes(content: bytes, plan: Plan, most: int = 2**31) -> Tally:
        """Read the wire form; DataError where it is damaged, of another plan, or larger than ``most`` bytes."""
        head, arrays = _unpacked(content, most)
        if head.get("plan") != plan.digest:
            raise DataError("this tally was counted by another plan: count the log again with this shall file")
        cubes, start = [], 0
        for keys, cells, width in head["cubes"]:
            sizes = (cells, cells, cells * width)
            if start + sum(sizes) > len(arrays):
                raise DataError("this tally is damaged: count the log again")
            place, cell, values = np.split(arrays[start:start + sum(sizes)], [cells, 2 * cells])
            cubes.append(Counts(tuple(map(tuple, keys)), place, cell, values.reshape(cells, width)))
            start += sum(sizes)
        return Tally(plan, tuple(cubes), head["rows"])


def _unpacked(content: bytes, most: int) -> tuple[dict[str, Any], NDArray[np.int64]]:
    at = len(MAGIC) + 12
    try:
        check, size = struct.unpack("<IQ", content[len(MAGIC):at])
        body = content[at:]
        if not content.startswith(MAGIC) or len(body) != size or zlib.crc32(body) != check:
            raise ValueError
        unzip = zlib.decompressobj()
        raw = unzip.decompress(body, most)
        if unzip.unconsumed_tail:
            raise DataError(f"this tally unpacks to more than {most:,} bytes")
        (length,) = struct.unpack("<Q", raw[:8])
        head: dict[str, Any] = json.loads(raw[8:8 + length])
        return head, np.frombuffer(raw[8 + length:], dtype="<i8").astype(np.int64)
    except (ValueError, struct.error, zlib.error) as error:
        raise DataError("this tally is damaged: count the log again") from error
