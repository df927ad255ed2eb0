"""What is asked about an action: who had it, and the outcome as numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.phases.datasets import coded, versions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORDS: Final = (("0", "1"), ("0.0", "1.0"), ("no", "yes"), ("false", "true"))   # without an action and with it


def had(column: pa.ChunkedArray, name: str) -> Ints:
    """int64[rows]: 1 with the action, 0 without, -1 where it is missing.

    1, yes and true are with it, 0, no and false without, in capitals or not. DataError where there are other values, or
    other than two: nothing in ``drug`` and ``placebo``, or in 1 and 2, says which one is the action.
    """
    codes = coded.exactly(column)
    known = np.flatnonzero(codes > 0)
    present, first = np.unique(codes[known], return_index=True)
    if len(present) != 2:
        raise DataError(f"the column {name} has {len(present)} values; an action has two, with it and without it")
    written = [str(column[int(known[place])].as_py()) for place in first]
    plain = [one.strip().lower() for one in written]
    sides = next((pair for pair in WORDS if sorted(plain) == list(pair)), None)
    if sides is None:
        raise DataError(f"the column {name} holds {written[0]} and {written[1]}, which do not say which one is with "
                        f"the action: write 1 with it and 0 without, or yes and no, or true and false")
    return np.where(codes == 0, -1, codes == present[plain.index(sides[1])])


def outcome(table: pa.Table, binding: Binding) -> Floats:
    """float64[rows]: a target of numbers as it is, of classes 1 where it is the positive one; nan where missing."""
    name = binding.column("label")
    if name is None:
        raise DataError("there is no label")
    column = table.column(name)
    if binding.kind != "binary" and (coded.numeric(column.type) or pa.types.is_boolean(column.type)):
        return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    label = versions.labels(table, binding)
    if not (label == 1).any() or not (label == 0).any():
        raise DataError(f"the target {name} is the positive value {binding.positive} nowhere, or everywhere; say which "
                        "one is, [subject] positive")
    return np.where(label >= 0, label, np.nan)
