"""Share of the positives that got a negative decision (miss rate).

Meaning: of the rows whose label is positive, how many were decided negative.
When not available: a group without a labelled positive that was decided.
How to mend: lower the threshold, weigh the positives in training, or gather more of them.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 1, 0], decision=[0, 1, 1, 1, 1])).value
    array([0.25])

Reference: Fawcett (2006), "An introduction to ROC analysis", section 2.
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
    better="lower",
    apart=True,
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    aliases=(("miss_rate", ()),),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("label", "decision")
    return stats.Proportions(k=counts[:, 1, 0], n=counts[:, 1, :2].sum(axis=1))
