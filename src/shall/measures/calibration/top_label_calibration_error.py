"""Mean distance between the highest score and how often it is right (confidence calibration).

Meaning: of several classes the one with the highest score is decided; rows are put into `bins` equal-width bins of
that score, and its mean is held against the share of right decisions. The noise of a small sample is subtracted.
When not available: a group without a row that has a label, a decision and all scores.
How to mend: temperature scaling on fresh rows.

Example:
    >>> from shall.testing import cells
    >>> log = cells(label=["a", "b"] * 500, decision=["a"] * 1000, score_a=[0.75] * 1000, score_b=[0.2] * 1000,
    ...             score_c=[0.05] * 1000, classes=["a", "b", "c"], axes=AXES, sums=SUMS)
    >>> estimate(log).value.round(2)
    array([0.25])

Reference: Guo et al. (2017), "On calibration of modern neural networks", equation 3.
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
    needs=("label", "decision", "scores"),
    better="lower",
    bounds="noise taken out, valid at a true value of 0",
    multiclass=True,
    options=(Option("bins", 10, low=1, high=1000),),
)
AXES = ("correct", "top")
SUMS = ("top",)


def estimate(cells: Cells, bins: int = 10) -> Estimates:
    """The error in each group."""
    counts = cells.score_bins("correct", bins=bins, of="top")                  # [G, 3, bins]
    score_sum = cells.score_bins("correct", bins=bins, total="top", of="top")[:, :2].sum(axis=1)
    return stats.CalibrationError(rows=counts[:, :2].sum(axis=1), k=counts[:, 1], score_sum=score_sum)
