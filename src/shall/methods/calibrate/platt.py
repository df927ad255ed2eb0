"""A logistic curve on the logit of the probability; of several classes one each, and they are made to add up to 1.

The labels that it is fitted to are drawn in from 0 and 1 as Platt does it, by as much as one row more of each class
would, so that few rows do not make it certain. The slope does not fall: where the scores point the wrong way it is 0,
and everybody gets the share of the class.

Reference: Platt (1999), "Probabilistic outputs for support vector machines", section 2.2; Lin, Lin and Weng (2007),
"A note on Platt's probabilistic outputs for support vector machines"; for several classes Zadrozny and Elkan (2002).
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
from shall.methods.calibrate._rows import EDGE, both, expit, held_out, logit, shares, told
from shall.methods.task import Floats

KINDS: Final = ("binary", "multiclass")
KEEPS_ORDER: Final = True                   # of two classes


@dataclass(frozen=True, slots=True)
class Platt:
    """Intercept and slope: of the positive class, or of each of several."""

    curves: tuple[tuple[float, float], ...]

    @property
    def classes(self) -> int:
        """How many there are."""
        return max(2, len(self.curves))

    def __call__(self, P: Floats) -> Floats:
        """float64[n, classes]."""
        P = told(P, self.classes)
        if len(self.curves) == 1:
            intercept, slope = self.curves[0]
            return both(intercept + slope * logit(P[:, 1]))
        intercepts, slopes = np.array(self.curves).T
        found = expit(intercepts + slopes * logit(P))
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"curves": [list(curve) for curve in self.curves]}


def fit(P: Floats, y: NDArray[np.int64], weight: Floats | None = None) -> Platt:
    """Learn from probabilities float64[n, classes] of held-out rows, their classes int64[n], weights float64[n].

    Needs rows of two classes, else DataError.
    """
    P, y, weight = held_out(P, y, weight)
    those = range(P.shape[1]) if P.shape[1] > 2 else (1,)
    return Platt(tuple(_curve(P[:, one], y == one, weight) for one in those))


def nodes(map: Platt, p: Value) -> Value:
    """The same in a graph: [classes]."""
    if len(map.curves) == 1:
        intercept, slope = map.curves[0]
        return said.both(intercept + slope * said.logit(p[:, 1], EDGE))
    intercepts, slopes = np.array(map.curves).T
    return said.shared(said.expit(intercepts + slopes * said.logit(p, EDGE)))


def of(described: Mapping[str, Any]) -> Platt:
    """From plain data."""
    return Platt(tuple((intercept, slope) for intercept, slope in described["curves"]))


def _curve(p: Floats, label: NDArray[np.bool_], weight: Floats) -> tuple[float, float]:
    without, within = shares(label, weight)
    target = np.where(label, (within + 1) / (within + 2), 1 / (without + 2))
    intercept, slope = rising(logit(p)[:, None], target, weight).tolist()
    return intercept, slope
