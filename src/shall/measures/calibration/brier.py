"""Mean squared distance between the score and the label (Brier score).

Meaning: how far the probabilities are from what happened; 0 is perfect, 0.25 is a coin.
When not available: a group without a row that has both a label and a score.
How to mend: calibrate the score, or better features.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0], score=[0.75, 0.5])).value
    array([0.15625])

Reference: Brier (1950), "Verification of forecasts expressed in terms of probability", equation 2
(halved, for two classes).
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
    bounds="normal with the exact second moment, widened where counts are small",
    aliases=(("brier_score", ()),),
)
AXES = ("label", "score")
SUMS = ("(score - label)**2", "(score - label)**4")


def estimate(cells: Cells) -> Estimates:
    """The mean in each group."""
    n = cells.score_bins("label", bins=1)[:, :2, 0].sum(axis=1)
    return stats.Means(total=cells.total(SUMS[0]), squares=cells.total(SUMS[1]), n=n)
