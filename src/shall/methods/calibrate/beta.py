"""A curve of three numbers: logit q = c + a log p - b log(1 - p), where a and b do not fall below 0.

With a = b it is a logistic curve, with a = b = 1 and c = 0 it changes nothing; unequal ones bend the ends apart, as
is needed for scores that crowd at one end.

Reference: Kull, Silva Filho and Flach (2017), "Beta calibration: a well-founded and easily implemented improvement on
logistic calibration for binary classifiers", section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.calibrate._logistic import rising
from shall.methods.calibrate._rows import EDGE, both, held_out, told
from shall.methods.task import Floats

KINDS: Final = ("binary",)
KEEPS_ORDER: Final = True


@dataclass(frozen=True, slots=True)
class Beta:
    """The three numbers."""

    a: float
    b: float
    c: float

    def __call__(self, P: Floats) -> Floats:
        """float64[n, 2]."""
        return both(self.c + _ends(told(P, 2)) @ np.array([self.a, self.b]))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"a": self.a, "b": self.b, "c": self.c}


def fit(P: Floats, y: NDArray[np.int64], weight: Floats | None = None) -> Beta:
    """Learn from probabilities float64[n, 2] of held-out rows, their classes int64[n], weights float64[n].

    Needs rows of both classes, else DataError.
    """
    P, y, weight = held_out(told(P, 2), y, weight)
    c, a, b = rising(_ends(P), y.astype(np.float64), weight).tolist()
    return Beta(a, b, c)


def nodes(map: Beta, p: Value) -> Value:
    """The same in a graph: [2]."""
    inside = said.clipped(p[:, 1], EDGE, 1 - EDGE)
    low, high = said.elementwise("log", inside), -said.elementwise("log1p", -inside)
    return said.both(map.c + (low * map.a + high * map.b))


def of(described: Mapping[str, Any]) -> Beta:
    """From plain data."""
    return Beta(described["a"], described["b"], described["c"])


def _ends(P: Floats) -> Floats:
    """float64[n, 2]: log p and -log(1 - p), finite at 0 and 1."""
    p = np.clip(P[:, 1], EDGE, 1 - EDGE)
    return np.column_stack([np.log(p), -np.log1p(-p)])
