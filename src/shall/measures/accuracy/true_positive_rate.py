"""Share of the positives that got a positive decision (recall, sensitivity).

Meaning: of the rows whose label is positive, how many were decided positive.
When not available: a group without a labelled positive that was decided.
How to mend: lower the threshold, weigh the positives in training, or gather more of them.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 0], decision=[1, 1, 0, 1])).value
    array([0.66666667])

Reference: Fawcett (2006), "An introduction to ROC analysis", section 2; with `difference` over
groups it is equal opportunity (Hardt, Price and Srebro 2016, definition 2.2).
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
    apart=True,
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    aliases=(("recall", ()), ("sensitivity", ())),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("label", "decision")
    return stats.Proportions(k=counts[:, 1, 1], n=counts[:, 1, :2].sum(axis=1))
