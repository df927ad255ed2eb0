"""Intercept of the labels on the logit of the score at slope 1 (calibration in the large).

Meaning: the a of logit P(label) = a + logit(score). Above 0 the scores are too low on the whole, below 0 too high; 0 is
right. Scores are kept 2**-21 away from 0 and 1 and taken at the mean of their cell of the grid.
When not available: a group with labels of one class only, or without scores.
How to mend: shift the logit of the score by this figure, in the group if it is one group only.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 0], score=[0.5] * 4)).value.round(4)
    array([1.0986])

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
    bounds="Clopper-Pearson of the share of positives, given the scores; between groups MOVER",
    low=float("-inf"),
    high=float("inf"),
    aliases=(("calibration_in_the_large", ()),),
)
AXES = ("label", "score")
ALONG = "score"
SUMS = ("score",)


def estimate(cells: Cells) -> Estimates:
    """The intercept in each group."""
    rows = cells.table("label", "score")[:, :2, cells.scored]
    score = cells.total("score", by=("label", "score"))[:, :2, cells.scored].sum(axis=1)
    return stats.InTheLarge(rows, score)
