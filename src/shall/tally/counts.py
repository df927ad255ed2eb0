"""The cells of one cube that are not empty, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.tally.plan import Cube

Key = tuple[str, ...]
Ints = NDArray[np.int64]
SPARE: Final = 8                            # cells that are not empty are at least one in so many, to add in an array
AT_ONCE: Final = 2**14                      # cells that are added at once
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
        keys = _sorted(names.values())
        index = {key: new for new, key in enumerate(keys)}
        old = np.array(sorted(names), dtype=np.int64)
        new = np.array([index[names[number]] for number in old.tolist()], dtype=np.int64)
        where = new[np.searchsorted(old, place)] if len(old) else place
        return _merged(keys, where, cell, values)

    @staticmethod
    def added(parts: Sequence[Counts]) -> Counts:
        """The sum of some."""
        parts = [part for part in parts if len(part.place)] or parts[:1]
        if len(parts) == 1:
            return parts[0]
        keys = _sorted(key for part in parts for key in part.keys)
        index = {key: place for place, key in enumerate(keys)}
        places = [np.array([index[key] for key in part.keys], dtype=np.int64)[part.place] for part in parts]
        inner = 1 + max(int(part.cell.max()) for part in parts)
        if len(keys) * inner <= SPARE * sum(len(part.place) for part in parts):
            return _stacked(keys, inner, parts, places)
        return _sorted_in(keys, np.concatenate(places), parts)


def _sorted(names: Iterable[Key]) -> tuple[Key, ...]:
    """The different keys in order; DataError where there are too many."""
    keys = sorted(set(names))
    if len(keys) > MOST_KEYS:
        raise DataError(f"more than {MOST_KEYS:,} groups or categories, such as {', '.join(keys[0])}: "
                        "a column that names rows is no group and no feature; cut numbers into bands, "
                        "or name it in [columns]")
    return tuple(keys)


def _stacked(keys: tuple[Key, ...], inner: int, parts: Sequence[Counts], places: Sequence[Ints]) -> Counts:
    """Added in an array of all cells: in each part a cell stands once, so nothing has to be sorted."""
    total = np.zeros((len(keys) * inner, parts[0].values.shape[1]), dtype=np.int64)
    for part, place in zip(parts, places, strict=True):
        total[place * inner + part.cell] += part.values
    cells = np.flatnonzero(total[:, 0])
    where, cell = np.divmod(cells, inner)
    return Counts(keys, where, cell, total[cells])


def _sorted_in(keys: tuple[Key, ...], where: Ints, parts: Sequence[Counts]) -> Counts:
    """Added where each cell stands among all that occur: sums of thousands of groups are never held twice."""
    cell = np.concatenate([part.cell for part in parts])
    order = np.lexsort((cell, where))
    where, cell = where[order], cell[order]
    new = np.append(True, (np.diff(where) != 0) | (np.diff(cell) != 0))
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.cumsum(new) - 1
    total = np.zeros((int(new.sum()), parts[0].values.shape[1]), dtype=np.int64)
    for part, rows in zip(parts, np.split(row, np.cumsum([len(part.cell) for part in parts])[:-1]), strict=True):
        for start in range(0, len(rows), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            total[rows[some]] += part.values[some]      # in each part a cell stands once
    return Counts(keys, where[new], cell[new], total)


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
