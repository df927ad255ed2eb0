"""Share of the positive decisions whose label is positive (positive predictive value).

Meaning: of the rows decided positive, how many turned out positive.
When not available: a group in which nobody with a known label was decided positive.
How to mend: raise the threshold, or calibrate the score in the group.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 1, 0, 0], decision=[1, 1, 1, 1, 0])).value
    array([0.75])

Reference: Fawcett (2006), "An introduction to ROC analysis", section 2; with `difference` over groups it
is predictive parity (Chouldechova 2017, section 2).
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
    aliases=(("positive_predictive_value", ()),),
)
AXES = ("label", "decision")


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("label", "decision")
    return stats.Proportions(k=counts[:, 1, 1], n=counts[:, :2, 1].sum(axis=1))
