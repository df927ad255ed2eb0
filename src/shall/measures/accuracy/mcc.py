"""Correlation of the decision with the label (Matthews' correlation coefficient, phi).

Meaning: 1 where every decision agrees with the label, 0 where they have nothing to do with each other, -1 where every
one disagrees; both classes and both kinds of error count.
When not available: a group in which all labels or all decisions are the same.
How to mend: better features, more rows of the rarer class, or another threshold.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 0], decision=[1, 0, 1, 1])).value
    array([-0.33333333])

Reference: Matthews (1975), "Comparison of the predicted and observed secondary structure of T4 phage lysozyme",
equation 4; Chicco and Jurman (2020), "The advantages of the Matthews correlation coefficient", section "Methods".
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
    bounds="delta method with unseen rows added and followed along the curve",
    low=-1.0,
    aliases=(("matthews_correlation", ()),),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The correlation in each group."""
    rows = cells.table("label", "decision")[:, :2, :2]
    return stats.Smooth(rows.reshape(-1, 4, 1), stats.matthews, (CARD.low, CARD.high))
