"""The cells of one cube that are not empty, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.tally.plan import Cube

Key = tuple[str, ...]
Ints = NDArray[np.int64]
MOST_KEYS: Final = 100_000                  # groups and categories together of one cube


@dataclass(frozen=True, slots=True)
class Counts:
    """Sorted by key and cell, so equal counts are equal arrays.

    ``keys`` are sorted; ``place`` int64[nnz] indexes them; ``cell`` int64[nnz] is the mixed-radix code of
    the axes; ``values`` int64[nnz, cube.width]: rows, then the limbs of each sum.
    """

    keys: tuple[Key, ...]
    place: Ints
    cell: Ints
    values: Ints

    @staticmethod
    def zero(cube: Cube) -> Counts:
        """Nothing counted yet."""
        none = np.zeros(0, dtype=np.int64)
        return Counts((), none, none, np.zeros((0, cube.width), dtype=np.int64))

    @staticmethod
    def canonical(names: Mapping[int, Key], place: Ints, cell: Ints, values: Ints) -> Counts:
        """Counts from cells in any order; ``names`` says what each place stands for, several perhaps the same."""
        keys = sorted(set(names.values()))
        if len(keys) > MOST_KEYS:
            raise DataError(f"more than {MOST_KEYS:,} groups or categories, such as {', '.join(keys[0])}: "
                            "a column that names rows is no group and no feature; cut numbers into bands, "
                            "or name it in [columns]")
        index = {key: new for new, key in enumerate(keys)}
        old = np.array(sorted(names), dtype=np.int64)
        new = np.array([index[names[number]] for number in old.tolist()], dtype=np.int64)
        where = new[np.searchsorted(old, place)] if len(old) else place
        return _merged(tuple(keys), where, cell, values)

    @staticmethod
    def added(parts: Sequence[Counts]) -> Counts:
        """The sum of some."""
        parts = [part for part in parts if len(part.place)] or parts[:1]
        if len(parts) == 1:
            return parts[0]
        names: dict[int, Key] = {}
        places, start = [], 0
        for part in parts:
            names.update(enumerate(part.keys, start))
            places.append(part.place + start)
            start += len(part.keys)
        return Counts.canonical(names, np.concatenate(places), np.concatenate([part.cell for part in parts]),
                                np.concatenate([part.values for part in parts]))


def _merged(keys: tuple[Key, ...], where: Ints, cell: Ints, values: Ints) -> Counts:
    """In order, with equal cells added up."""
    if len(where) > 1:
        across, along = np.diff(where), np.diff(cell)
        if not ((across > 0) | ((across == 0) & (along > 0))).all():
            order = np.lexsort((cell, where))
            where, cell, values = where[order], cell[order], values[order]
            first = np.flatnonzero(np.append(True, (np.diff(where) != 0) | (np.diff(cell) != 0)))
            if len(first) < len(where):
                where, cell, values = where[first], cell[first], np.add.reduceat(values, first, axis=0)
    return Counts(keys, where, cell, values)
