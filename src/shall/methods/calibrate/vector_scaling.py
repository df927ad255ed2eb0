"""A slope and a shift for each of several classes, on the logarithms of the probabilities, which add up to 1 again.

Temperature with a number for each class: it mends a model that is too fond of some classes, too. Slopes are drawn to
1 and shifts to 0 as by one row of evidence, so that a class with few rows stays what it was. It takes some 100 rows a
class.

Reference: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", section 4.2 (vector
scaling).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.calibrate._rows import EDGE, held_out, logs, softmax, told
from shall.methods.task import Floats

KINDS: Final = ("multiclass",)
PULL: Final = 1.0                           # rows of evidence for slope 1 and shift 0
STEPS: Final = 2000


@dataclass(frozen=True, slots=True)
class Vector:
    """Slope and shift of each class."""

    slope: tuple[float, ...]
    shift: tuple[float, ...]

    def __call__(self, P: Floats) -> Floats:
        """float64[n, classes]."""
        return softmax(np.array(self.slope) * logs(told(P, len(self.slope))) + np.array(self.shift))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"slope": list(self.slope), "shift": list(self.shift)}


def fit(P: Floats, y: NDArray[np.int64], weight: Floats | None = None) -> Vector:
    """Learn from probabilities float64[n, classes] of held-out rows, their classes int64[n], weights float64[n].

    Needs rows of two classes, else DataError.
    """
    try:
        from scipy.optimize import minimize  # not at the head: what was learned needs no scipy
    except ImportError as error:
        raise MissingExtra("scipy", "build", "vector scaling") from error
    P, y, weight = held_out(P, y, weight)
    known, truth, start = logs(P), np.eye(P.shape[1])[y], np.repeat([1.0, 0.0], P.shape[1])

    def loss(at: Floats) -> tuple[float, Floats]:
        slope, shift = at.reshape(2, -1)
        found = softmax(slope * known + shift)
        gap = weight[:, None] * (found - truth)
        value = -weight @ np.log(np.maximum((found * truth).sum(axis=1), 1e-300))
        gradient = np.concatenate([(gap * known).sum(axis=0), gap.sum(axis=0)])
        return float(value + PULL * ((at - start) ** 2).sum() / 2), gradient + PULL * (at - start)

    options = {"maxiter": STEPS, "maxfun": 2 * STEPS, "ftol": 1e-15, "gtol": 1e-9}
    slope, shift = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x.reshape(2, -1).tolist()
    return Vector(tuple(slope), tuple(shift))


def nodes(map: Vector, p: Value) -> Value:
    """The same in a graph: [classes]."""
    return said.softmax(np.array(map.slope) * said.logs(p, EDGE) + np.array(map.shift))


def of(described: Mapping[str, Any]) -> Vector:
    """From plain data."""
    return Vector(tuple(described["slope"]), tuple(described["shift"]))
