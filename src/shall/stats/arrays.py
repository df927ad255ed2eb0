"""Names for the arrays of this room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Pair = tuple[Floats, Floats]                # (low, high)


def floats(values: object) -> Floats:
    """A float64 array of anything array-like."""
    return np.asarray(values, dtype=np.float64)
