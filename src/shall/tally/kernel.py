"""Counting record batches: plain numpy, one pass for every requirement."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.tally.counts import Counts
from shall.tally.plan import Cube, Plan
from shall.tally.rows import Rows
from shall.tally.sums import Limb
from shall.tally.tally import Tally

DENSE: Final = 2**22                        # up to so many cells are counted into an array, others by sorting
SPARSE: Final = 32                          # as is what has more cells than so many times its rows
LARGEST: Final = 2**20                      # rows at once: float sums of whole numbers stay exact, memory flat
FEW_KEYS: Final = 4096                      # keys that are worth keeping from one batch to the next

NARROW: Final = (np.int16, np.int32)        # types of codes, narrowest first

Codes = NDArray[np.integer]
Weights = list[Limb]


def count(plan: Plan, batch: pa.RecordBatch) -> Tally:
    """The tally of one batch; it must hold the columns of the plan."""
    if not batch.num_rows:
        return Tally.zero(plan)
    if batch.num_rows > LARGEST:
        half = batch.num_rows // 2
        return Tally.added([count(plan, batch.slice(0, half)), count(plan, batch.slice(half))])
    return counted(plan, Rows(plan, batch))


def counted(plan: Plan, rows: Rows) -> Tally:
    """The tally of rows that are read by the plan already, at most `LARGEST` of them."""
    return Tally(plan, tuple(_count(cube, rows) for cube in plan.cubes), rows.batch.num_rows, rows.seen())


def _count(cube: Cube, rows: Rows) -> Counts:
    chosen = rows.chosen(cube.where)
    keys = [rows.key(name) for name in cube.keys]
    columns = [*(codes for codes, _ in keys), *(rows.axis(axis) for axis in cube.axes)]
    sizes = [*(len(names) for _, names in keys), *cube.sizes]
    total = math.prod(sizes)
    if total >= 2**62:
        raise InputError(f"too many combinations to count: {' by '.join((*cube.keys, *cube.axes))}")
    code = _combined(columns, sizes, rows.batch.num_rows, chosen)
    limbs = (limb for text in cube.sums for limb in rows.sum_limbs(text))
    weights = [limb if chosen is None or limb is None else limb[chosen] for limb in limbs]
    dense = total <= min(DENSE, SPARSE * max(len(code), SPARSE))
    cells, values = _by_array(code, total, weights) if dense else _by_sorting(code, weights)
    place, inner = np.divmod(cells, math.prod(cube.sizes)) if keys else (np.zeros_like(cells), cells)
    return Counts.canonical(_names(place, [names for _, names in keys]), place, inner, values)


def _combined(columns: list[Codes], sizes: list[int], rows: int, chosen: NDArray[np.int64] | None) -> Codes:
    """Mixed radix: one number a row for its place in the cube, in the narrowest type that holds it (twice as fast)."""
    code: Codes | None = None
    kind = next((kind for kind in NARROW if math.prod(sizes) <= np.iinfo(kind).max), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        if chosen is not None:
            column = column[chosen]
        if code is None:
            code = column.astype(kind)
        else:
            code *= size
            code += column.astype(kind, copy=False)
    return np.zeros(rows if chosen is None else len(chosen), dtype=np.int64) if code is None else code


def _by_array(code: Codes, total: int, weights: Weights) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = np.bincount(code, minlength=total)
    cells = np.flatnonzero(counts > 0)                  # of flags it takes half the time
    values = np.empty((len(cells), 1 + len(weights)), dtype=np.int64)
    values[:, 0] = counts[cells]
    for column, weight in enumerate(weights, 1):
        values[:, column] = 0 if weight is None else np.bincount(code, weights=weight, minlength=total)[cells]
    return cells, values


def _by_sorting(code: Codes, weights: Weights) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if len(code) == 1:
        row = [1, *(0 if weight is None else weight[0] for weight in weights)]
        return code.astype(np.int64), np.array([row], dtype=np.int64)
    order = np.argsort(code) if weights else None
    ordered = np.sort(code) if order is None else code[order]
    first = np.flatnonzero(np.append(len(code) > 0, ordered[1:] != ordered[:-1])[:len(code)])
    values = np.empty((len(first), 1 + len(weights)), dtype=np.int64)
    values[:, 0] = np.diff(first, append=len(code))
    for column, weight in enumerate(weights, 1):
        if weight is None or not len(first):
            values[:, column] = 0
        else:
            values[:, column] = np.add.reduceat(weight[order].astype(np.int64), first)
    return ordered[first].astype(np.int64), values


def _names(place: NDArray[np.int64], names: list[list[str]]) -> dict[int, tuple[str, ...]]:
    """What each key that occurs stands for."""
    if not names:
        return {0: ()} if len(place) else {}
    # the cells are sorted, so their keys are too
    found = place[np.flatnonzero(np.append(True, place[1:] != place[:-1])[:len(place)])].tolist()
    if math.prod(map(len, names)) <= FEW_KEYS:
        every = _every(tuple(map(tuple, names)))
        return {key: every[key] for key in found}
    return {key: _name(key, names) for key in found}


@lru_cache(maxsize=64)
def _every(names: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """All keys in the order of their codes; from batch to batch they are mostly the same."""
    return tuple(product(*names))


def _name(key: int, names: list[list[str]]) -> tuple[str, ...]:
    parts = []
    for values in reversed(names):
        key, index = divmod(key, len(values))
        parts.append(values[index])
    return tuple(reversed(parts))
