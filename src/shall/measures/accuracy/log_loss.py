"""Mean of -log(score of what happened), natural logarithm (log loss, cross-entropy).

Meaning: how surprised the score is by the labels; 0 is perfect, 0.693 is a coin; one sure and wrong score costs much.
Scores are kept 2**-21 (5e-7) away from 0 and 1. Taken at the mean score of each cell of the grid: exact where a cell
holds one score only; elsewhere off by some 0.00001, as measured on 20,000 real rows.
When not available: a group without a row that has both a label and a score.
How to mend: calibrate the score, above all its ends, or better features.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0], score=[0.5, 0.5])).value.round(4)
    array([0.6931])

Reference: Good (1952), "Rational decisions", section 6; Bishop (2006), "Pattern recognition and machine
learning", equation 4.90.
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
    better="lower",
    bounds="delta method on the score grid with unseen rows added, and room for skewness; losses have no upper end",
    high=float("inf"),
    aliases=(("cross_entropy", ()),),
)
AXES = ("label", "score")
ALONG = "score"
SUMS = ("score",)


def estimate(cells: Cells) -> Estimates:
    """The mean in each group."""
    rows = cells.table("label", "score")[:, :2, cells.scored]
    score = cells.total("score", by=("label", "score"))[:, :2, cells.scored].sum(axis=1)
    return stats.Smooth(rows, stats.log_loss, (CARD.low, CARD.high), score)
