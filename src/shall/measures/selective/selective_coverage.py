"""Share of the rows that were answered, not abstained from.

Meaning: how often a subject that may abstain decides (`[columns] abstained`, true or 1 where it did not answer).
When not available: a group without a row that says whether it was answered.
How to mend: a lower threshold of the abstention, at the price of `selective_risk`; or a better model.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(decision=[1, 0, 1, 1], abstained=[0, 0, 1, 0], axes=["abstained"])).value
    array([0.75])

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
    examines=("classifier", "regressor"),
    needs=("abstained",),
    better="higher",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
)
AXES = ("abstained",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table("abstained")
    return stats.Proportions(k=counts[:, 0], n=counts[:, :2].sum(axis=1))
