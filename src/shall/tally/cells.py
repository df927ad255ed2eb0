"""What a measure sees of a tally: counts by group and axis, wherever the rows are."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.core.log import REST, Binding
from shall.tally import grid
from shall.tally.axes import size_of
from shall.tally.codes import UNKNOWN
from shall.tally.plan import NAMED, weighed
from shall.tally.sums import joined
from shall.tally.units import BUCKETS

if TYPE_CHECKING:
    from shall.tally.plan import Cube, Need

SMALL: Final = 16                           # codes a cell, at most, of which a table is faster than sorting
Group = tuple[tuple[str, str], ...]         # (("sex", "F"), ("race", "2")); () is everybody
Categories = tuple[NDArray[np.str_], NDArray[np.int64]]     # every text, ascending, and which of them a cell has [nnz]
Raw = tuple[tuple[tuple[str, ...], ...], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Cells:
    """The counts that one need asked for.

    ``groups`` in a fixed order, ``judged`` bool[G] (False: too small, shown only), ``skipped`` the rows
    that the filter left out. With no row at all there is one group without rows where no group was
    asked for, and none otherwise.
    """

    groups: tuple[Group, ...]
    judged: NDArray[np.bool_]
    skipped: int
    need: Need
    _group: NDArray[np.int64]               # [nnz] index of the group
    _cell: NDArray[np.int64]                # [nnz] mixed-radix code of the axes
    _values: NDArray[np.int64]              # [nnz, width of the cube]
    _cube: Cube
    _categories: tuple[Categories, ...]     # of each axis of texts that the need names
    _facts: tuple[tuple[str, float], ...] = ()
    _counts_for: tuple[str, ...] = ("", "", "")     # for each power of the weight of a row, and each replicate of it
    _power: int = 0                         # the one that it counts for here
    _whole: Cells | None = None             # before a bucket of units was deleted
    _room: int = grid.SIZE                  # of axes of scores, where these are packed

    @staticmethod
    def of(binding: Binding, cube: Cube, need: Need, counts: Raw, rows: int) -> Cells:
        """Project a cube onto the groups of a need; small groups are pooled or set aside here."""
        keys, place, cell, values = counts
        axes = [cube.keys.index(name) for name in need.groups]
        rows_of_key = np.bincount(place, weights=values[:, 0], minlength=len(keys)).astype(np.int64)
        parts = [[key[axis] for axis in axes] for key in keys]
        judged = np.ones(len(keys), dtype=bool)
        for column, name in enumerate(need.groups):
            _set_small_aside(parts, column, binding, name, rows_of_key, judged)
        named = [tuple(zip(need.groups, part, strict=True)) for part in parts]
        groups = sorted(set(named)) or ([] if need.groups else [()])
        index = {group: number for number, group in enumerate(groups)}
        of_key = np.array([index[group] for group in named], dtype=np.int64)
        fine = np.ones(len(groups), dtype=bool)
        np.logical_and.at(fine, of_key, judged)
        texts = ([key[cube.keys.index(name)] for key in keys] for name in _named(need))
        coded = [np.unique(np.array(some, dtype=np.str_), return_inverse=True) for some in texts]
        of_cell = tuple((values, code[place]) for values, code in coded)
        return Cells(tuple(groups), fine, rows - int(values[:, 0].sum()), need, of_key[place] if len(keys) else place,
                     cell, values, cube, of_cell, binding.facts, need.counts_for(binding))

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return bool(self._counts_for[1])

    def weighing(self, power: int) -> Cells:
        """The same cells in which a row counts for a power of its weight: 0 (one), 1 or 2."""
        return replace(self, _power=power)

    def relearned(self) -> tuple[Cells, ...]:
        """The same cells with each replicate of a learned weight; nothing where none was learned."""
        return tuple(self.weighing(power) for power in range(3, len(self._counts_for)))

    @property
    def scored(self) -> slice:
        """The cells of the "score" axis that are scores."""
        return slice(0, min(self._room, grid.CELLS))

    @property
    def rows(self) -> NDArray[np.int64]:
        """int64[G]: rows of each group, whatever their weights."""
        return self._added(self._values[:, 0], self._group, len(self.groups))

    def fact(self, name: str) -> NDArray[np.float64]:
        """float64[G]: a fact of the subject, the same in every group; nan where it is not known."""
        return np.full(len(self.groups), dict(self._facts).get(name, np.nan))

    def table(self, *axes: str) -> NDArray[Any]:
        """[G, …]: rows by group and the axes, in the order asked for: int64, or float64 where rows are weighed."""
        return self._by(axes, "")

    def total(self, text: str, by: tuple[str, ...] = ()) -> NDArray[np.float64]:
        """float64[G, …]: the exact sum of an expression; rows where a quantity is missing add nothing."""
        return self._by(by, self.need.sum(text))

    def score_bins(self, *axes: str, bins: int, total: str | None = None, of: str = "score") -> NDArray[Any]:
        """[G, …, bins]: rows (or the exact sums of an expression) by axes and equal-width bins of a score."""
        bin_of_cell = grid.coarse(bins)
        if bin_of_cell is None:
            raise DataError(f"the grid of scores cannot be cut into {bins} equal bins exactly: use a divisor of 1000, "
                            "such as 10, 20 or 25")
        return self.binned(bin_of_cell, bins, *axes, total=total, of=of)

    def binned(self, bin_of: NDArray[np.int64], bins: int, *axes: str, total: str | None = None,
               of: str = "score") -> NDArray[Any]:
        """The same by any bins of a score, those that ``bin_of`` int64[scores] says; without rows that have none."""
        place = np.append(bin_of, [-1] * (grid.SIZE - grid.CELLS))[self._axis(of)]
        return self.placed(place, bins, *axes, total=total)

    def placed(self, place: NDArray[np.int64], width: int, *axes: str, total: str | None = None) -> NDArray[Any]:
        """The same by any places, int64[nnz] that of each cell; without those at -1."""
        there = place >= 0
        kept = slice(None) if there.all() else there
        flat, sizes = self._flat(axes)
        flat = flat[kept] * width + place[kept]
        text = "" if total is None else self.need.sum(total)
        return self._sums(text, flat, math.prod(sizes) * width, kept).reshape(*sizes, width)

    def everybody(self) -> Cells:
        """The cells of all groups together."""
        return replace(self, groups=((),), judged=np.ones(1, dtype=bool), _group=np.zeros_like(self._group))

    def only(self, groups: Collection[Group]) -> Cells:
        """The cells of some of the groups, which keep their order."""
        chosen = np.array([group in groups for group in self.groups], dtype=bool)
        some = self._of(chosen[self._group])
        return replace(some, groups=tuple(group for group in self.groups if group in groups),
                       judged=self.judged[chosen], _group=(np.cumsum(chosen) - 1)[some._group], _whole=None)

    def histogram(self, column: str) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
        """[G, B] rows by value of a column, and float64[B] least and greatest value of each cell, ascending.

        Missing values and ±inf are left out.
        """
        codes = self._axis("value:" + column) - 1
        found = np.unique(codes[codes >= 0])
        lower, upper = grid.edges_of(found)
        finite = np.isfinite(lower) & np.isfinite(upper)
        found, lower, upper = found[finite], lower[finite], upper[finite]
        kept = np.isin(codes, found)
        flat = self._group[kept] * max(len(found), 1) + np.searchsorted(found, codes[kept])
        counts = self._sums("", flat, len(self.groups) * len(found), kept)
        return counts.reshape(len(self.groups), len(found)), lower, upper

    def distribution(self, axis: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """What occurs on one axis, ascending [V]: codes of numbers (0: missing) or categories; its rows [G, V]."""
        values, place = self.coded(axis)
        return values, self.placed(place, len(values))

    def coded(self, axis: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """What occurs on one axis, as in `distribution`, and the place of each cell among it [nnz]."""
        if not axis.startswith(NAMED):
            return occurring(self._axis(axis))
        every, code = self._categories[_named(self.need).index(axis.removeprefix("group:"))]
        present, place = occurring(code)
        return every[present], place

    def buckets(self, *beside: Cells) -> Iterator[tuple[Cells, ...]]:
        """These cells and those ``beside`` them with one bucket of units deleted from all, each in turn; nothing where
        there are no units."""
        every = (self, *beside)
        if any("bucket" not in some._cube.axes for some in every):
            return
        bucket = [some._axis("bucket") for some in every]
        for deleted in range(BUCKETS):
            kept = [some != deleted for some in bucket]
            if not all(some.all() for some in kept):
                yield tuple(some._of(rows) for some, rows in zip(every, kept, strict=True))

    def _of(self, kept: NDArray[np.bool_]) -> Cells:
        """Some of the cells, which know the whole."""
        categories = tuple((texts, code[kept]) for texts, code in self._categories)
        return replace(self, _group=self._group[kept], _cell=self._cell[kept], _values=self._values[kept],
                       _categories=categories, _whole=self)

    @property
    def whole(self) -> Cells:
        """The cells with all buckets of units: what is cut by its own rows is cut alike whichever is deleted."""
        return self._whole or self

    def _axis(self, axis: str) -> NDArray[np.int64]:
        """int64[nnz]: the code on one axis."""
        axis = self.need.axis(axis)
        if axis == "correct" and axis not in self._cube.axes:
            label, decision = self._axis("label"), self._axis("decision")
            return np.where((label == UNKNOWN) | (decision == UNKNOWN), np.int64(UNKNOWN), label == decision)
        return self._cell // self.step(axis) % size_of(axis)

    def step(self, axis: str) -> int:
        """How far apart two cells are that differ by one along an axis."""
        axis = self.need.axis(axis)
        if axis not in self._cube.axes:
            raise InputError(f"this tally does not count {axis}")
        return math.prod(self._cube.sizes[self._cube.axes.index(axis) + 1:])

    def _by(self, axes: tuple[str, ...], text: str) -> NDArray[Any]:
        """Rows, or the sums of an expression, by group and axes."""
        flat, sizes = self._flat(axes)
        return self._sums(text, flat, math.prod(sizes)).reshape(sizes)

    def _flat(self, axes: tuple[str, ...]) -> tuple[NDArray[np.int64], tuple[int, ...]]:
        """int64[nnz]: where each cell stands in a table of groups and axes; the sizes of that table."""
        sizes = [min(size, self._room) if size == grid.SIZE else size for size in map(size_of, axes)]
        flat = self._group
        for axis, size in zip(axes, sizes, strict=True):
            flat = flat * size + self._axis(axis)
        return flat, (len(self.groups), *sizes)

    def _sums(self, text: str, flat: NDArray[np.int64], size: int, kept: Any = slice(None)) -> NDArray[Any]:
        """[size]: rows (or the sums of an expression) of the cells kept, added up where ``flat`` says, exactly."""
        wanted = weighed(text, self._counts_for[self._power])
        if not wanted:
            return self._added(self._values[kept, 0], flat, size)
        columns = self._values[kept, self._cube.limbs(wanted)]
        present, place = occurring(flat)       # limbs of what occurs only: of every cell they would be many gigabytes
        added = [self._added(limb, place, len(present)) if limb.any() else np.zeros(len(present), dtype=np.int64)
                 for limb in columns.T]
        total = np.zeros(size)
        total[present] = joined(np.stack(added, axis=-1), wanted)
        return total

    def _added(self, numbers: NDArray[np.int64], flat: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        added = np.zeros(size, dtype=np.int64)
        np.add.at(added, flat, numbers)
        return added


def occurring(code: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes that occur, ascending, and the place of each among them."""
    size = int(code.max(initial=-1)) + 1
    if size > SMALL * len(code):
        found, index = np.unique(code, return_inverse=True)
        return found, index
    there = np.bincount(code, minlength=size) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[code]


def looked_up(find: Callable[[NDArray[np.int64]], NDArray[np.int64]], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """What is found for each of some keys; where these are many it is found for all up to the largest, once each."""
    size = int(keys.max(initial=-1)) + 1
    return find(keys) if size > len(keys) else find(np.arange(size))[keys]


def _named(need: Need) -> list[str]:
    """The keys of a cube that the axes of a need name."""
    return [axis.removeprefix("group:") for axis in need.axes if axis.startswith(NAMED)]


def _set_small_aside(parts: list[list[str]], column: int, binding: Binding, name: str,
                     rows: NDArray[np.int64], judged: NDArray[np.bool_]) -> None:
    """Pool the values of one group that have too few rows into `(rest)`, or mark them as shown only."""
    group = next(group for group in binding.groups if group.name == name)
    if not group.at_least:
        return
    if group.rest == "pool":
        sizes = _sizes(parts, column, rows)
        for part in parts:
            if sizes[part[column]] < group.at_least:
                part[column] = REST
    sizes = _sizes(parts, column, rows)
    for number, part in enumerate(parts):
        judged[number] &= sizes[part[column]] >= group.at_least


def _sizes(parts: list[list[str]], column: int, rows: NDArray[np.int64]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for part, count in zip(parts, rows.tolist(), strict=True):
        sizes[part[column]] = sizes.get(part[column], 0) + count
    return sizes
