"""Rows and loss of every combination of predicates of some columns, from one count of the codes of these columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.core.errors import InputError
from shall.methods.slices.columns import Column, Floats, Ints
from shall.methods.slices.scores import Whole

CELLS: Final = 2**25                        # of a joint table, before ranges are added up
MANTISSA: Final = 53


@dataclass(frozen=True, slots=True)
class Coded:
    """A column with the predicates that enough rows satisfy and not all: ``origin`` are their places in the column."""

    codes: Ints
    size: int
    low: Ints
    high: Ints
    origin: Ints


class Counter:
    """The rows that count, and what each adds.

    Losses and weights are rounded to multiples of a power of two so large that sums are exact in any order.
    """

    def __init__(self, columns: Sequence[Column], loss: Floats, weight: Floats | None, support: int) -> None:
        known = np.isfinite(loss)
        everything = bool(known.all())
        loss = loss[known]
        self.least = min(float(loss.min(initial=0.0)), 0.0)
        weight = None if weight is None else _effective(np.asarray(weight, dtype=np.float64)[known])
        self._weight: Floats | None = None
        self._unit = 1.0
        if weight is not None:
            self._weight, self._unit = _rounded(weight)
        worth = 1.0 if self._weight is None else self._weight * self._unit
        added, self._step = _rounded((loss - self.least) * worth)
        self._lossy = np.flatnonzero(added)
        self._added = added[self._lossy]
        shifted = loss - self.least
        self.rows = float(len(loss))
        self.whole = Whole(self.rows if self._weight is None else float(self._weight.sum() * self._unit),
                           float(self._added.sum() * self._step), float((shifted**2 * worth).sum()),
                           float(shifted.max(initial=0.0)))
        self.columns = tuple(_useful(column if everything else column.only(known), support) for column in columns)
        self.tables = 0

    def table(self, places: Sequence[int], predicates: Sequence[Ints]) -> tuple[Floats, Floats]:
        """Rows and loss of each combination of ``predicates``, one array of them a column."""
        sizes = [self.columns[place].size for place in places]
        cells = math.prod(sizes)
        if cells > CELLS:
            raise InputError(f"{len(sizes)} columns have {cells:,} combinations of values, more than {CELLS:,}: ask "
                             "for fewer features, or raise the rows that a slice needs")
        self.tables += 1
        codes = self._codes(places)
        rows: Floats = np.bincount(codes, self._weight, cells).reshape(sizes).astype(np.float64)
        loss: Floats = np.bincount(codes[self._lossy], self._added, cells).reshape(sizes).astype(np.float64)
        for axis, (place, wanted) in enumerate(zip(places, predicates, strict=True)):
            rows, loss = (_ranges(one, axis, self.columns[place], wanted) for one in (rows, loss))
        return np.asarray(rows * self._unit), np.asarray(loss * self._step)

    def _codes(self, places: Sequence[int]) -> Ints:
        """One code a row for some columns."""
        codes = self.columns[places[0]].codes
        for place in places[1:]:
            codes = codes * self.columns[place].size
            codes += self.columns[place].codes
        return codes


def _useful(column: Column, support: int) -> Coded:
    """Predicates that enough rows satisfy and not all, and codes of their own for what they speak of."""
    counts = np.bincount(column.codes, minlength=column.size)
    before = np.concatenate([[0], np.cumsum(counts)])
    rows = before[column.high + 1] - before[column.low]
    kept = np.flatnonzero((rows >= support) & (rows < len(column.codes)))
    low, high = column.low[kept], column.high[kept]
    edge = np.zeros(column.size + 1, dtype=np.int64)    # a new code begins where some predicate begins or has ended
    edge[low] = edge[high + 1] = 1
    edge[0] = 0
    place = np.cumsum(edge)
    return Coded(place[column.codes], int(place[:-1].max(initial=0)) + 1, place[low], place[high + 1] - 1, kept)


def _ranges(table: Floats, axis: int, column: Coded, wanted: Ints) -> Floats:
    """The sums over the codes of each wanted predicate, along one axis."""
    low, high = column.low[wanted], column.high[wanted]
    if (low == high).all():
        return np.take(table, low, axis)
    summed = np.cumsum(table, axis)
    ends = np.take(summed, high, axis)
    starts = np.take(summed, np.maximum(low - 1, 0), axis)
    shape = [1] * table.ndim
    shape[axis] = -1
    return np.asarray(ends - starts * (low > 0).reshape(shape))


def _effective(weight: Floats) -> Floats:
    """Weights that add to the size of the sample that says as much (Kish 1965, section 11.7)."""
    if not (weight >= 0).all() or not weight.sum() > 0:
        raise InputError("a weight is a number from 0, and some row has one above it")
    return np.asarray(weight * (weight.sum() / (weight**2).sum()))


def _rounded(values: Floats) -> tuple[Floats, float]:
    """Values as whole multiples of a unit, whose sums are exact."""
    if (values == np.floor(values)).all() and values.sum() < 2.0**MANTISSA:
        return values, 1.0
    bits = math.frexp(float(values.max()))[1] + math.ceil(math.log2(len(values) + 1)) + 1
    unit = 2.0 ** (bits - MANTISSA)
    return np.rint(values / unit), unit
