"""How far a distribution has moved from a reference (Jensen-Shannon divergence, in bits).

Meaning: the score, or with `over feature` each feature, is cut into `bins` bins of equal mass in the reference; each
category, and missing values, are bins of their own, and `over group` compares the shares of each group. 0 is no move, 1
that no value occurs in both. The noise of both samples is taken out. Its root is the Jensen-Shannon distance.
When not available: no rows, or no reference to compare with.
How to mend: find out what moved; then train again on rows of today, or reweigh.

Example:
    >>> from shall.testing import cells
    >>> then = cells(score=[i / 1000 for i in range(1000)])
    >>> now = cells(score=[(i / 1000) ** 2 for i in range(1000)])
    >>> estimate(now, then).value.round(2)
    array([0.06])

Reference: Lin (1991), "Divergence measures based on the Shannon entropy", section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats, tally
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=(),
    better="lower",
    bounds="delta method around the debiased figure, valid at no change",
    reference=True,
    by_feature=True,
    options=(Option("bins", 10, low=2, high=100),),
)
AXES = ("score",)


def estimate(cells: Cells, reference: Cells, bins: int = 10) -> Estimates:
    """The divergence in each group (or feature)."""
    counts, expected = tally.beside(cells, reference, bins)
    return stats.JensenShannon(counts=counts, reference=expected)
