"""Which rows calibrate and which are tried, the same for every contender; numpy only."""

from __future__ import annotations

from typing import Any

import numpy as np


def parted(rows: int, calibration: int, test: int, seed: int) -> tuple[Any, Any]:
    """Places to calibrate on and places to try, by lot."""
    order = np.random.default_rng(seed).permutation(rows)
    return order[:calibration], order[calibration:calibration + test]
