"""Share of wrong decisions among the rows that were answered.

Meaning: how often a subject that may abstain is wrong where it does answer (`[columns] abstained`).
When not available: a group without an answered row that has a label and a decision.
How to mend: abstain more often, or a better model.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0, 1], decision=[1, 1, 0], abstained=[0, 0, 1], axes=AXES)).value
    array([0.5])

Reference: El-Yaniv and Wiener (2010), "On the foundations of noise-free selective classification", section 2.
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
    needs=("label", "decision", "abstained"),
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
)
AXES = ("abstained", "correct")


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table("abstained", "correct")[:, 0]
    return stats.Proportions(k=counts[:, 0], n=counts[:, :2].sum(axis=1))
