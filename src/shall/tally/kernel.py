"""Counting record batches: plain numpy, one pass for every requirement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.tally.filters import selected
from shall.tally.plan import Cube, Plan
from shall.tally.rows import Rows
from shall.tally.tally import Counts, Tally

DENSE: Final = 2**22                        # up to so many cells are counted into an array, others by sorting
MERGE: Final = 16                           # partial tallies kept before they are added up


def count(plan: Plan, batch: pa.RecordBatch) -> Tally:
    """The tally of one batch; it must hold the columns of the plan."""
    rows = Rows(plan, batch)
    cubes = tuple(_count(cube, rows) if batch.num_rows else Counts.zero(cube) for cube in plan.cubes)
    return Tally(plan, cubes, batch.num_rows)


def accumulate(plan: Plan, batches: Iterable[pa.RecordBatch], progress: Callable[[int], None] | None = None) -> Tally:
    """The tally of many batches; ``progress`` is called with the rows of each."""
    total, waiting = Tally.zero(plan), []
    for batch in batches:
        waiting.append(count(plan, batch))
        if len(waiting) == MERGE:
            total, waiting = Tally.added([total, *waiting]), []
        if progress is not None:
            progress(batch.num_rows)
    return Tally.added([total, *waiting])


def _count(cube: Cube, rows: Rows) -> Counts:
    chosen = None if cube.where is None else np.flatnonzero(selected(cube.where, rows.batch))
    keys = [rows.key(name) for name in cube.keys]
    columns = [*(codes for codes, _ in keys), *(rows.axis(axis) for axis in cube.axes)]
    sizes = [*(len(labels) for _, labels in keys), *cube.sizes]
    total = int(np.prod([float(size) for size in sizes])) if sizes else 1
    code = _combined(columns, sizes, rows.batch.num_rows, chosen)
    weights = [limb if chosen is None else limb[chosen] for text in cube.sums for limb in rows.sum_limbs(text)]
    cells, values = _by_array(code, total, weights) if total <= DENSE else _by_sorting(code, weights)
    width = int(np.prod(cube.sizes, dtype=np.int64)) if cube.sizes else 1
    place, inner = np.divmod(cells, width)
    labels = _labels(place, [labels for _, labels in keys])
    return Counts.canonical(labels, place, inner, values)


def _combined(columns: list[NDArray[np.integer]], sizes: list[int], rows: int,
              chosen: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Mixed radix: one number a row for its place in the cube."""
    code = np.zeros(rows if chosen is None else len(chosen), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        code *= size
        code += column if chosen is None else column[chosen]
    return code


def _by_array(code: NDArray[np.int64], total: int,
              weights: list[NDArray[np.float64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    counts = np.bincount(code, minlength=total)
    cells = np.flatnonzero(counts)
    sums = (np.bincount(code, weights=weight, minlength=total)[cells].astype(np.int64) for weight in weights)
    return cells, np.column_stack([counts[cells], *sums])


def _by_sorting(code: NDArray[np.int64],
                weights: list[NDArray[np.float64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    cells, inverse, counts = np.unique(code, return_inverse=True, return_counts=True)
    sums = (np.bincount(inverse, weights=weight, minlength=len(cells)).astype(np.int64) for weight in weights)
    return cells, np.column_stack([counts, *sums])


def _labels(place: NDArray[np.int64], labels: list[list[str]]) -> dict[int, tuple[str, ...]]:
    """What each key that occurs stands for."""
    named = {}
    for key in np.unique(place).tolist():
        rest, parts = key, []
        for values in reversed(labels):
            rest, index = divmod(rest, len(values))
            parts.append(values[index])
        named[key] = tuple(reversed(parts))
    return named
