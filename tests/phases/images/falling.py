"""A model whose rate falls with rotation and blur in a known way."""

from __future__ import annotations

import numpy as np

SCALE = {"rotation": np.linspace(-40, 40, 17), "blur": np.linspace(0, 4, 9)}
ROWS = 1200


def truth(strengths) -> float:
    """The share that is right: it falls faster to the left, and with both."""
    turn, blur = strengths.get("rotation", 0.0), strengths.get("blur", 0.0)
    return float(0.98 - 0.9 * min(1.0, ((abs(turn) * (1.5 if turn < 0 else 1)) / 60) ** 2 + (blur / 5) ** 2))


def model(seed: int):
    """Each image is right as long as the truth is above its own mark, so that looks at it depend on one another."""
    mark = np.random.default_rng(seed).random(ROWS)
    return lambda index, strengths: mark[index] < truth(strengths)
