"""One number for all classes: the logarithms of the probabilities are divided by a temperature, then add up to 1 again.

Above 1 it takes confidence away, below 1 it adds some. The most likely class stays the most likely one. The
temperature is the one of least log loss between ``COLDEST`` and ``HOTTEST``; the loss is convex in its reciprocal.

Reference: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", section 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.calibrate._rows import EDGE, held_out, logs, softmax, told
from shall.methods.task import Floats, Ints

KINDS: Final = ("binary", "multiclass")
KEEPS_ORDER: Final = True
COLDEST: Final = 0.01
HOTTEST: Final = 100.0
STEPS: Final = 100
SETTLED: Final = 1e-14


@dataclass(frozen=True, slots=True)
class Temperature:
    """The temperature, and how many classes there are."""

    temperature: float
    classes: int

    def __call__(self, P: Floats) -> Floats:
        """float64[n, classes]."""
        return softmax(logs(told(P, self.classes)) / self.temperature)

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"temperature": self.temperature, "classes": self.classes}


def fit(P: Floats, y: NDArray[np.int64], weight: Floats | None = None) -> Temperature:
    """Learn from probabilities float64[n, classes] of held-out rows, their classes int64[n], weights float64[n].

    Needs rows of two classes, else DataError.
    """
    P, y, weight = held_out(P, y, weight)
    known = logs(P)
    low, high = 1 / HOTTEST, 1 / COLDEST
    beta = 1.0
    for _ in range(STEPS):                  # Newton's method, within what is known of the optimum
        slope, curve = _slope(known, y, weight, beta)
        after = beta - slope / curve if curve > 0 else beta * (1 + np.sign(slope))
        if abs(after - beta) <= SETTLED * beta:
            break
        low, high = (beta, high) if slope < 0 else (low, beta)
        beta = after if low < after < high else float(np.sqrt(low * high))
    return Temperature(1 / beta, P.shape[1])


def nodes(map: Temperature, p: Value) -> Value:
    """The same in a graph: [classes]."""
    return said.softmax(said.logs(p, EDGE) / map.temperature)


def of(described: Mapping[str, Any]) -> Temperature:
    """From plain data."""
    return Temperature(described["temperature"], described["classes"])


def _slope(known: Floats, y: Ints, weight: Floats, beta: float) -> tuple[float, float]:
    """The first and second derivative of the log loss by the reciprocal of the temperature."""
    chance = softmax(beta * known)
    mean = (chance * known).sum(axis=1)
    spread = (chance * known**2).sum(axis=1) - mean**2
    return float(weight @ (mean - known[np.arange(len(y)), y])), float(weight @ spread)
