"""Mean of -log(score of the row's own class), natural logarithm (log loss of several classes).

Meaning: how surprised the scores are by the labels; 0 is perfect, log(K) is to know nothing of K classes. Scores
are kept 2**-21 (5e-7) away from 0 and 1, and taken at the mean score of each cell of the grid.
When not available: a group without a row that has a label and all scores.
How to mend: calibrate the scores, above all their ends, or better features.

Example:
    >>> from shall.testing import cells
    >>> log = cells(label=["a", "c"], score_a=[0.5, 0.1], score_b=[0.3, 0.4], score_c=[0.2, 0.5],
    ...             classes=["a", "b", "c"], axes=AXES, sums=SUMS)
    >>> estimate(log).value.round(4)
    array([0.6931])

Reference: Bishop (2006), "Pattern recognition and machine learning", equation 4.108.
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
    needs=("label", "scores"),
    better="lower",
    bounds="delta method on the score grid with unseen rows added, and room for skewness; losses have no upper end",
    high=float("inf"),
    multiclass=True,
)
AXES = ("own",)
ALONG = "own"
SUMS = ("own",)


def estimate(cells: Cells) -> Estimates:
    """The mean in each group."""
    rows = stats.as_positive(cells.table("own")[:, cells.scored])
    score = cells.total("own", by=("own",))[:, cells.scored]
    return stats.Smooth(rows, stats.log_loss, (CARD.low, CARD.high), score)
