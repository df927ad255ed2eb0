"""Mean of the true positive rate and the true negative rate.

Meaning: the accuracy if both classes were equally frequent; 0.5 is what a coin gets.
When not available: a group that lacks decided rows of one class.
How to mend: weigh the rarer class in training, move the threshold, or better features.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 0, 0, 0, 0], decision=[1, 0, 0, 0, 0, 0])).value
    array([0.75])

Reference: Brodersen, Ong, Stephan and Buhmann (2010), "The balanced accuracy and its posterior distribution",
section 2.
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
    needs=("label", "decision"),
    better="higher",
    bounds="score test of the difference of two rates, exact at small counts; between groups MOVER",
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The mean of both rates in each group."""
    counts = cells.table("label", "decision")
    return stats.Balance(hits=counts[:, 1, 1], positives=counts[:, 1, :2].sum(axis=1),
                         false_alarms=counts[:, 0, 1], negatives=counts[:, 0, :2].sum(axis=1))
