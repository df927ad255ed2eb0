"""A curve of any form that never falls: of all those the one of least squared error, by pooling of neighbours.

Equal scores are one point. Between the points that are known it is linear, beyond the last ones it stays. It may say
exactly 0 or 1 at the ends, and takes more rows than a curve of few numbers, about 1,000.

Reference: Zadrozny and Elkan (2002), "Transforming classifier scores into accurate multiclass probability estimates",
section 3; Ayer et al. (1955), "An empirical distribution function for sampling with incomplete information".
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
from shall.methods.calibrate._rows import held_out, told
from shall.methods.task import Floats

KINDS: Final = ("binary",)
KEEPS_ORDER: Final = True
LAST_BITS: Final = 2e-15                    # by which engines disagree about a score


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Scores, ascending, and the probability at each."""

    score: tuple[float, ...]
    probability: tuple[float, ...]

    def __call__(self, P: Floats) -> Floats:
        """float64[n, 2]."""
        found = np.interp(told(P, 2)[:, 1], self.score, self.probability)
        return np.column_stack([1 - found, found])

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"score": list(self.score), "probability": list(self.probability)}


def fit(P: Floats, y: NDArray[np.int64], weight: Floats | None = None) -> Isotonic:
    """Learn from probabilities float64[n, 2] of held-out rows, their classes int64[n], weights float64[n].

    Needs rows of both classes, else DataError.
    """
    try:
        from scipy.optimize import isotonic_regression  # not at the head: a saved curve needs no scipy
    except ImportError as error:
        raise MissingExtra("scipy", "build", "isotonic calibration") from error
    P, y, weight = held_out(told(P, 2), y, weight)
    score, place = np.unique(P[:, 1], return_inverse=True)
    mass = np.bincount(place, weight)
    found = isotonic_regression(np.bincount(place, weight * y) / mass, weights=mass)
    probability = np.clip(found.x, 0, 1)
    inner = (probability[1:-1] == probability[:-2]) & (probability[1:-1] == probability[2:])
    ends = np.concatenate([[True], ~inner, [True]])[: len(score)]       # the inside of a flat piece says nothing
    return Isotonic(tuple(score[ends].tolist()), tuple(probability[ends].tolist()))


def nodes(map: Isotonic, p: Value) -> Value:
    """The same in a graph: [2].

    The scores of rows that it was learned from are its corners, and a probability that moves by a last bit there may
    pass a threshold that equals it; so within a few last bits of a corner it is what it is at the corner.
    """
    at = np.array(map.score)
    near = np.minimum(np.diff(at) / 2, LAST_BITS)
    ends = at - np.append(LAST_BITS, near), at + np.append(near, LAST_BITS)
    return said.both_of(said.interpolated(p[:, 1], np.column_stack(ends).ravel(), np.repeat(map.probability, 2)))


def of(described: Mapping[str, Any]) -> Isotonic:
    """From plain data."""
    return Isotonic(tuple(described["score"]), tuple(described["probability"]))
