"""Harmonic mean of precision and recall (F1).

Meaning: of the rows that are positive by label or by decision, how well the two agree; true negatives do not count.
When not available: a group in which no row with a label and a decision is positive by either.
How to mend: move the threshold to where precision and recall balance, or better features.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 0, 0], decision=[1, 1, 0, 1, 0])).value
    array([0.66666667])

Reference: van Rijsbergen (1979), "Information retrieval", chapter 7; Powers (2011), "Evaluation: from
precision, recall and F-measure to ROC, informedness, markedness and correlation", section 2.
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
    bounds="Clopper-Pearson of the Jaccard share; between groups MOVER, alpha split at small counts",
    aliases=(("f1_score", ()),),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """F1 in each group."""
    counts = cells.table("label", "decision")
    both = counts[:, 1, 1]
    return stats.Overlap(k=both, n=both + counts[:, 0, 1] + counts[:, 1, 0])
