"""Where two versions of a model decide otherwise, whoever is right.

Reference: Milani Fard, Cormier, Canini and Gupta (2016), "Launch and iterate: reducing prediction churn", equation 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def answers(now: Ints, before: Ints) -> Floats:
    """float64[rows]: 1 where the decisions differ, 0 where not; nan where one is missing, -1 in int64[rows]."""
    return np.where((now < 0) | (before < 0), np.nan, now != before)
