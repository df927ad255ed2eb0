"""Slope of the labels on the logit of the score (logistic recalibration).

Meaning: the b of logit P(label) = a + b logit(score). Below 1 the scores are too extreme (over-confident), above 1 too
timid; 1 is right. Scores are kept 2**-21 away from 0 and 1 and taken at the mean of their cell of the grid.
When not available: a group whose labels the score separates, or with one class, or one score, only.
How to mend: temperature scaling or logistic recalibration on fresh rows; stronger regularisation.

Example:
    >>> from shall.testing import cells
    >>> timid = cells(label=[1, 1, 1, 1, 0, 0, 0, 0, 0, 1], score=[0.6] * 5 + [0.4] * 5)
    >>> estimate(timid).value.round(2)
    array([3.42])

Reference: Cox (1958), "Two further applications of a model for binary regression", section 3; Van Calster et
al. (2019), "Calibration: the Achilles heel of predictive analytics", table 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "score"),
    better="neither",
    bounds="delta method with the sandwich variance, unseen rows added, and room for skewness",
    low=float("-inf"),
    high=float("inf"),
)
AXES = ("label", "score")
ALONG = "score"
SUMS = ("score",)


def estimate(cells: Cells) -> Estimates:
    """The slope in each group."""
    rows = cells.table("label", "score")[:, :2, cells.scored]
    score = cells.total("score", by=("label", "score"))[:, :2, cells.scored].sum(axis=1)
    return stats.Smooth(rows, stats.slope, (CARD.low, CARD.high), score)
