"""What is known of a column beside the others: its different values, and whether an earlier column says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def new(codes: Ints) -> Floats:
    """float64[rows]: 1 in the first row of each value."""
    found = np.zeros(len(codes))
    found[np.unique(codes, return_index=True)[1]] = 1.0
    return found


def answers(codes: Sequence[Ints]) -> list[int | None]:
    """For each column the place of the earlier one that says the same, under whatever names; None where none does.

    Args:
        codes: int64[rows] a column. A column of one value repeats none: it says nothing.
    """
    seen: dict[str, int] = {}
    found: list[int | None] = []
    for place, column in enumerate(codes):
        said = _said(column)
        found.append(seen.get(said) if column.size and column.min() != column.max() else None)
        seen.setdefault(said, place)
    return found


def _said(column: Ints) -> str:
    """A digest of which rows have the same value: values are numbered as they come."""
    _, first, index = np.unique(column, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return hashlib.sha256(order[index].tobytes()).hexdigest()
