"""Names for the arrays of this room."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pair = tuple[Floats, Floats]                # (low, high)


def floats(values: object) -> Floats:
    """A float64 array of anything array-like."""
    return np.asarray(values, dtype=np.float64)


def times(counts: Ints, factor: Floats) -> Ints:
    """Counts of each group (first axis) times a factor. They stay fractions, lest sparse cells be lost or doubled."""
    return cast(Ints, counts * factor.reshape(-1, *[1] * (counts.ndim - 1)))
