"""Mean distance between the score and the frequency of the positive class (expected calibration error).

Meaning: rows are put into `bins` equal-width bins of their score; in each, the mean score is held
against the share of positives; the distances are averaged by rows. The noise that makes a small
sample look uncalibrated is subtracted.
When not available: a group without a row that has both a label and a score.
How to mend: temperature scaling or isotonic regression on fresh rows.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0] * 500, score=[0.75] * 1000)).value.round(2)
    array([0.25])

Reference: Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using
Bayesian binning", section 2; for its bias see Kumar, Liang and Ma (2019), section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "score"),
    better="lower",
    bounds="noise taken out, valid at a true value of 0",
    options=(Option("bins", 10, low=1, high=1000),),
    aliases=(("expected_calibration_error", ()),),
)
AXES = ("label", "score")
SUMS = ("score",)


def estimate(cells: Cells, bins: int = 10) -> Estimates:
    """The error in each group."""
    counts = cells.score_bins("label", bins=bins)                # [G, 3, bins]
    score_sum = cells.score_bins("label", bins=bins, total="score")[:, :2].sum(axis=1)
    return stats.CalibrationError(rows=counts[:, :2].sum(axis=1), k=counts[:, 1], score_sum=score_sum)
