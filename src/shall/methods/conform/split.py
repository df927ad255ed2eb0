"""Split conformal prediction: one limit for all rows, such that fresh rows like these are covered as often as promised.

A fresh row's true class is in its set, or its number in its interval, with a chance of at least the coverage, whatever
the model and however few the rows; given the calibration rows the coverage is Beta distributed (`law`). It is kept
over all rows together: for each group, or each class, see `mondrian`.

Reference: Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", section 4.1; Lei, G'Sell,
Rinaldo, Tibshirani and Wasserman (2018), "Distribution-free predictive inference for regression", theorem 2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from shall.graph import Value
from shall.graph import stack as beside
from shall.methods.conform import _scores
from shall.methods.conform._scores import LAST_BITS, Score, Sets
from shall.methods.nodes import LARGEST
from shall.methods.task import Floats
from shall.stats.conformal import Scores, exact, scores_of
from shall.stats.coverage_law import Law, law

KINDS: Final = ("binary", "multiclass", "regressor")


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The calibration scores, and the coverage that is asked of them."""

    coverage: float
    score: Score
    kept: Scores
    bits: int | None = None                 # of each score, where they are rounded up

    @property
    def limit(self) -> float:
        """The largest score that is still covered; infinite where there are too few rows."""
        return self.kept.quantile(self.coverage)

    @property
    def law(self) -> Law:
        """Of the coverage over all fresh rows."""
        return law(self.kept.n, self.coverage)

    @property
    def note(self) -> str:
        """That there are too few rows, if so."""
        return _scores.note(self.kept.n, self.coverage)

    def sets(self, P: Any) -> Sets:
        """bool[n, classes] from probabilities float64[n, classes]: the classes that are not ruled out."""
        return _scores.within(self.score, P, self.limit)

    def interval(self, center: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end, from predictions float64[n]."""
        return _scores.around(self.score, center, self.limit)

    def update(self, P: Any, y: Any) -> Split:
        """The same with further calibration rows; nothing is fitted again."""
        P, y = _scores.labelled(self.score, P, y)
        return replace(self, kept=self.kept.added(self.score.own(P, y), self.bits))

    def merged(self, other: Split) -> Split:
        """The calibration rows of both, as if they had been one; each may come from another place."""
        return replace(self, kept=self.kept.merged(other.kept))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"coverage": self.coverage, **self.score.described(), "bits": self.bits,
                "value": self.kept.value.tolist(), "count": self.kept.count.tolist()}


def fit(P: Any, y: Any, coverage: float = 0.9, score: str = "lac", *, penalty: float = _scores.PENALTY,
        free: int = _scores.FREE, bits: int | None = None) -> Split:
    """Calibrate on held-out rows: probabilities float64[n, classes] and classes int64[n], or predictions float64[n] and
    numbers float64[n].

    ``score`` is `lac`, `aps` or `raps` (with a ``penalty`` for each place after the ``free`` first ones). With ``bits``
    scores are rounded up, so that any number of rows takes some thousand numbers. DataError, InputError.
    """
    exact(coverage)
    kind = _scores.score_for(P, score, penalty, free)
    P, y = _scores.labelled(kind, P, y)
    _scores.several(y)
    return Split(float(coverage), kind, scores_of(kind.own(P, y), bits), bits)


def nodes(made: Split, p: Value) -> Value:
    """The same in a graph: truth [classes], or [2] the ends of an interval."""
    limit = min(made.limit, LARGEST)
    if made.score.classes:
        return made.score.nodes(p) <= limit + LAST_BITS
    return beside(p - limit, p + limit)


def of(described: Mapping[str, Any]) -> Split:
    """From plain data."""
    return Split(described["coverage"], Score.of(described), scores_in(described), described["bits"])


def scores_in(described: Mapping[str, Any]) -> Scores:
    """The scores of plain data."""
    return Scores(np.array(described["value"], dtype=np.float64), np.array(described["count"], dtype=np.int64))
