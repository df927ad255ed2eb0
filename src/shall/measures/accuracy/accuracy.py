"""Share of the decisions that agree with the label.

Meaning: of the rows with a known label and a decision, how many agree.
When not available: a group without a row that has both a label and a decision.
How to mend: better features, more rows, or another learner; look at both error rates first.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0, 1, 0], decision=[1, 0, 0, 0])).value
    array([0.75])

Reference: Sokolova and Lapalme (2009), "A systematic analysis of performance measures for
classification tasks", table 2.
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
    multiclass=True,
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
)
AXES = ("correct",)


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("correct")
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
