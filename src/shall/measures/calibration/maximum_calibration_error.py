"""Largest distance, over bins of the score, between its mean and the frequency of the positive class.

Meaning: rows are put into `bins` bins of their score, of about equally many rows, or of equal width with
`equal_mass = false`; in each the mean score is held against the share of positives. Noise pushes the figure up, the
more the fewer rows a bin has; the bounds allow for it. Bins without a row do not count.
When not available: a group without a row that has both a label and a score.
How to mend: isotonic regression on fresh rows; look at the reliability curve for the bin that is off.

Example:
    >>> from shall.testing import cells
    >>> log = cells(label=[1, 0, 1, 1], score=[0.25, 0.25, 0.75, 0.75])
    >>> estimate(log, bins=2).value
    array([0.25])

Reference: Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using
Bayesian binning", section "Evaluation measures".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option
from shall.measures.calibration.calibration_error import in_bins

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "score"),
    better="lower",
    bounds="Clopper-Pearson in every bin, given the scores; the upper end of all bins, the lower corrected for them",
    options=(Option("bins", 10, low=1, high=1000), Option("equal_mass", True)),
)
AXES = ("label", "score")
SUMS = ("score",)


def estimate(cells: Cells, bins: int = 10, equal_mass: bool = True) -> Estimates:
    """The largest distance in each group."""
    return stats.WorstBin(*in_bins(cells, bins, equal_mass))
