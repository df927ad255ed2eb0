"""Share of the negatives that got a positive decision (fall-out).

Meaning: of the rows whose label is not positive, how many were decided positive all the same.
When not available: a group without a labelled negative that was decided.
How to mend: raise the threshold, or give the model features that tell these negatives apart.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[0, 0, 0, 0, 1], decision=[1, 0, 0, 0, 1])).value
    array([0.25])

Reference: Fawcett (2006), "An introduction to ROC analysis", section 2; with the true positive rate under
`difference` it makes equalised odds (Hardt, Price and Srebro 2016, definition 2.1).
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
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    aliases=(("fall_out", ()),),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("label", "decision")
    return stats.Proportions(k=counts[:, 0, 1], n=counts[:, 0, :2].sum(axis=1))
