"""Conformalised quantile regression: two quantiles of any models, moved apart or together until they keep the coverage.

The interval is wide where the models say that the target varies, unlike that of `split`, which has one width for all.
The score of a row is how far it lies outside (negative inside). ``symmetric``: both ends move by as much; else each
has half of the risk to itself, which keeps the coverage on each side, and is a little wider. Where the ends would cross
the interval is the point between them.

Reference: Romano, Patterson and Candès (2019), "Conformalized quantile regression", algorithm 1 and theorem 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError
from shall.graph import Value
from shall.graph import stack as beside
from shall.methods import nodes as said
from shall.methods.conform import _scores
from shall.methods.conform._scores import Score
from shall.methods.conform.split import scores_in
from shall.methods.nodes import LARGEST
from shall.methods.task import Floats
from shall.stats.conformal import Scores, exact, scores_of
from shall.stats.coverage_law import Law, law

KINDS: Final = ("regressor",)
ENDS: Final = Score(_scores.NUMBER, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Cqr:
    """The scores of the interval, or of its lower and of its upper end, and the coverage that is asked of them."""

    coverage: float
    kept: tuple[Scores, ...]                # one: symmetric
    bits: int | None = None

    @property
    def asked(self) -> float:
        """The coverage of each score."""
        return self.coverage if len(self.kept) == 1 else float((1 + exact(self.coverage)) / 2)

    @property
    def limits(self) -> tuple[float, float]:
        """How far the lower end moves down, and the upper one up."""
        found = [scores.quantile(self.asked) for scores in self.kept]
        return found[0], found[-1]

    @property
    def law(self) -> Law:
        """Of the coverage over all fresh rows; of one side where each has its own."""
        return law(self.kept[0].n, self.asked)

    @property
    def note(self) -> str:
        """That there are too few rows, if so."""
        return _scores.note(self.kept[0].n, self.asked)

    def interval(self, lower: Any, upper: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end, from the two quantiles float64[n]."""
        lower, upper = _scores.answers(ENDS, lower), _scores.answers(ENDS, upper)
        down, up = self.limits
        low, high = lower - down, upper + up
        with np.errstate(invalid="ignore"):
            middle = (low + high) / 2
        crossed = low > high
        return np.where(crossed, middle, low), np.where(crossed, middle, high)

    def update(self, lower: Any, upper: Any, y: Any) -> Cqr:
        """The same with further calibration rows; nothing is fitted again."""
        found = _own(lower, upper, y, len(self.kept) == 1)
        return replace(self, kept=tuple(kept.added(some, self.bits)
                                        for kept, some in zip(self.kept, found, strict=True)))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"coverage": self.coverage, "bits": self.bits,
                "kept": [{"value": one.value.tolist(), "count": one.count.tolist()} for one in self.kept]}


def fit(lower: Any, upper: Any, y: Any, coverage: float = 0.9, *, symmetric: bool = True,
        bits: int | None = None) -> Cqr:
    """Calibrate on held-out rows: two quantiles float64[n] that any models predict, and the numbers float64[n].

    DataError where they do not fit together, or the target is the same in every row.
    """
    exact(coverage)
    found = _own(lower, upper, y, symmetric)
    _scores.several(np.asarray(y))
    return Cqr(float(coverage), tuple(scores_of(some, bits) for some in found), bits)


def nodes(made: Cqr, p: Value) -> Value:
    """The same in a graph: [2] ends of the interval from [2] quantiles."""
    down, up = (max(min(limit, LARGEST / 4), -LARGEST / 4) for limit in made.limits)
    low, high = p[:, 0] - down, p[:, 1] + up
    crossed, middle = low > high, (low + high) / 2.0
    return beside(said.chosen(crossed, middle, low), said.chosen(crossed, middle, high))


def of(described: Mapping[str, Any]) -> Cqr:
    """From plain data."""
    return Cqr(described["coverage"], tuple(map(scores_in, described["kept"])), described["bits"])


def _own(lower: Any, upper: Any, y: Any, symmetric: bool) -> tuple[Floats, ...]:
    lower, known = _scores.labelled(ENDS, lower, y)
    upper = _scores.answers(ENDS, upper)
    if upper.shape != lower.shape:
        raise DataError(f"there are {len(lower):,} lower quantiles and {len(upper):,} upper ones: give one each a row")
    below, above = lower - known, known - upper
    return (np.maximum(below, above),) if symmetric else (below, above)
