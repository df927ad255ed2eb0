"""Rows that can be learned from: their labels, groups and weights as numbers, and the folds that part them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.log import Binding, GroupDef
from shall.methods.prepare.encode import Encoding
from shall.methods.task import Floats, Ints, Sample
from shall.tally import Plan
from shall.tally.classes import index_of
from shall.tally.codes import group_codes
from shall.tally.rows import Rows


def labelled(table: pa.Table, binding: Binding) -> tuple[pa.Table, NDArray[Any]]:
    """The rows whose label is known, and the labels: int64[n] in 0…classes-1, or float64[n]."""
    label = _label(_batch(table), binding)
    known = np.isfinite(label) if binding.kind == "regressor" else (label >= 0)
    return table.filter(pa.array(known)), label[known]


def sample(table: pa.Table, binding: Binding, encoding: Encoding, names: Sequence[str]) -> Sample:
    """Encode the rows of a table, all of whose labels are known, with the values of some groups."""
    batch = _batch(table)
    rows = Rows(Plan(binding, ()), batch)
    groups = {}
    for name in names:
        codes, labels = rows.key(name)
        groups[name] = np.array(labels, dtype=np.str_)[codes]
    weight = binding.column("weight")
    weights = None if weight is None else np.nan_to_num(_numbers(batch.column(weight)), nan=0.0)
    return Sample(encoding(table), _label(batch, binding), groups, weights)


def folds_of(table: pa.Table, binding: Binding, label: NDArray[Any], count: int) -> Ints:
    """int64[n]: the fold of each row; alike in labels, the rows of one unit together, the same whenever it is asked."""
    unit = binding.column("unit")
    order = np.random.default_rng(0).permutation(len(label))
    if unit is not None:
        codes, _ = group_codes(table.column(unit).unify_dictionaries().combine_chunks(), GroupDef(unit, unit))
        place = np.random.default_rng(0).permutation(int(codes.max(initial=0)) + 1)
        return place[codes] % count
    ranked = order[np.argsort(np.asarray(label)[order], kind="stable")]
    found = np.empty(len(label), dtype=np.int64)
    found[ranked] = np.arange(len(label)) % count
    return found


def _batch(table: pa.Table) -> pa.RecordBatch:
    return table.unify_dictionaries().combine_chunks().to_batches()[0]


def _label(batch: pa.RecordBatch, binding: Binding) -> NDArray[Any]:
    """The label of each row; -1 (nan) where it is not known."""
    column = binding.column("label")
    assert column is not None
    if binding.kind == "regressor":
        return _numbers(batch.column(column))
    if binding.kind == "multiclass":
        return index_of(batch.column(column), binding.classes)
    codes = np.asarray(Rows(Plan(binding, ()), batch).axis("label"), dtype=np.int64)
    return np.where(codes < 2, codes, -1)


def _numbers(column: pa.Array) -> Floats:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
