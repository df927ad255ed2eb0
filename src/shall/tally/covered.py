"""Whether an interval, or a set, that was predicted holds the label; how large a set is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import MISSING, GroupDef
from shall.tally.codes import UNKNOWN, group_codes


def within(label: NDArray[np.float64], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> NDArray[np.int8]:
    """int8[rows]: 1 where lower <= label <= upper, 0 where not, 2 where one is missing, or the label infinite."""
    missing = ~np.isfinite(label) | np.isnan(lower) | np.isnan(upper)
    return np.where(missing, UNKNOWN, ((lower <= label) & (label <= upper)).astype(np.int8))


def within_set(label: pa.Array, sets: pa.Array) -> NDArray[np.int8]:
    """int8[rows]: 1 where the list holds the label, 0 where not (an empty one never), 2 where either is missing."""
    _expect_lists(sets)
    group = GroupDef("class", "class")
    codes, names = group_codes(label, group)
    labels = np.array([*names, MISSING], dtype=np.str_)[codes]
    parents = pc.list_parent_indices(sets).to_numpy(zero_copy_only=False)
    held, classes = group_codes(pc.list_flatten(sets), group)
    hit = np.array([*classes, MISSING], dtype=np.str_)[held] == labels[parents] if len(parents) else np.zeros(0, bool)
    covered = np.bincount(parents[hit], minlength=len(labels)) > 0
    missing = (labels == MISSING) | sets.is_null().to_numpy(zero_copy_only=False)
    return np.where(missing, UNKNOWN, covered.astype(np.int8))


def size_of_set(sets: pa.Array) -> NDArray[np.float64]:
    """float64[rows]: how many classes are in each list, 0 in an empty one; nan where it is missing."""
    _expect_lists(sets)
    return np.asarray(pc.list_value_length(sets).cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _expect_lists(sets: pa.Array) -> None:
    if not (pa.types.is_list(sets.type) or pa.types.is_large_list(sets.type)):
        raise DataError(f"the set column is {sets.type}: a prediction set is a list of classes in each row")
