"""Share of the rows with a positive decision.

Meaning: how often a row is decided positive; needs no label.
When not available: a group without a decision.
How to mend: for a gap between groups: a mitigation (the plug-in of `shall build`), or other features.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(decision=[1, 1, 0, 0, 0])).value
    array([0.4])

Reference: Feldman et al. (2015), "Certifying and removing disparate impact", definition 1.1: `ratio` over
groups is disparate impact; `difference` is demographic parity (Dwork et al. 2012, section 3).
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
    needs=("decision",),
    better="neither",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    aliases=(("positive_rate", ()),),
)
AXES = ("decision",)


def estimate(cells: Cells) -> Estimates:
    """The rate in each group."""
    counts = cells.table("decision")
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
