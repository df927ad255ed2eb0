"""Weighted conformal prediction: the coverage of other rows than those that were calibrated on.

Each calibration row counts by its weight: how much likelier its features are where the answer is used (a density
ratio, such as `shall.probes.shift` gives). Coverage there is kept as far as the weights are right; features may have
moved, and how labels follow from them must not have.

Reference: Tibshirani, Foygel Barber, Candès and Ramdas (2019), "Conformal prediction under covariate shift",
corollary 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError
from shall.methods.conform import _scores
from shall.methods.conform._scores import Score, Sets
from shall.methods.task import Floats
from shall.stats.conformal import WeightedScores, exact, fewest, weighted_scores

KINDS: Final = ("binary", "multiclass", "regressor")


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """The calibration scores with their weights, and the coverage that is asked of them."""

    coverage: float
    score: Score
    kept: WeightedScores

    @property
    def effective(self) -> float:
        """How many rows of equal weight say as much."""
        return self.kept.effective

    @property
    def note(self) -> str:
        """That the weights leave too few rows, if so."""
        least = fewest(self.coverage)
        if self.effective >= least:
            return ""
        return (f"the {len(self.kept.value)} calibration rows say as much as {self.effective:.1f} of equal weight, too "
                f"few for a coverage of {self.coverage:g}, which takes {least}: little is ruled out")

    def limits(self, weight: Any, rows: int) -> Floats:
        """float64[n]: the largest score that is covered, for new rows of these weights float64[n]."""
        if weight is None:                  # the widest: as if each were as strange as the strangest
            weight = np.full(rows, self.kept.weight.max())
        found: Floats = np.asarray(weight, dtype=np.float64)
        if found.shape != (rows,) or not (np.isfinite(found) & (found >= 0)).all():
            raise DataError(f"each of the {rows:,} new rows takes a weight of 0 or more, on the scale of those of the "
                            "calibration; some are missing, negative or infinite, or there are more or fewer")
        return self.kept.quantiles(found, self.coverage)

    def sets(self, P: Any, weight: Any = None) -> Sets:
        """bool[n, classes] from probabilities float64[n, classes] and the weights of these rows float64[n].

        Without weights each row is taken to weigh as much as the heaviest: larger sets, never smaller ones.
        """
        P = _scores.answers(self.score, P)
        return _scores.within(self.score, P, self.limits(weight, len(P))[:, None])

    def interval(self, center: Any, weight: Any = None) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end, from predictions float64[n] and weights float64[n]."""
        center = _scores.answers(self.score, center)
        return _scores.around(self.score, center, self.limits(weight, len(center)))

    def update(self, P: Any, y: Any, weight: Any) -> Weighted:
        """The same with further calibration rows, whose weights are on the same scale."""
        P, y = _scores.labelled(self.score, P, y)
        return replace(self, kept=self.kept.added(self.score.own(P, y), np.asarray(weight, dtype=np.float64)))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"coverage": self.coverage, **self.score.described(), "value": self.kept.value.tolist(),
                "weight": self.kept.weight.tolist()}


def fit(P: Any, y: Any, weight: Any, coverage: float = 0.9, score: str = "lac", *, penalty: float = _scores.PENALTY,
        free: int = _scores.FREE) -> Weighted:
    """Calibrate on held-out rows as `split.fit` does, each with its weight float64[n].

    DataError where a weight is missing or negative, or where they add up to nothing.
    """
    exact(coverage)
    kind = _scores.score_for(P, score, penalty, free)
    P, y = _scores.labelled(kind, P, y)
    _scores.several(y)
    return Weighted(float(coverage), kind, weighted_scores(kind.own(P, y), np.asarray(weight, dtype=np.float64)))


def of(described: Mapping[str, Any]) -> Weighted:
    """From plain data."""
    kept = (np.array(described[part], dtype=np.float64) for part in ("value", "weight"))
    return Weighted(described["coverage"], Score.of(described), WeightedScores(*kept))
