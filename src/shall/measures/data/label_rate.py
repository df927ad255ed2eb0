"""Share of the rows whose label is known.

Meaning: how much is known of what became of the decisions: `label_rate >= 90%`. Labels come late: of a window that
ended yesterday few are known, so ask it of windows that had their time (`[watch] matured`). Where a label comes only
after one decision (nobody sees how a refused loan would have gone) quality is that of the rows that have one, and says
so; `label_rate over decided` tells how uneven it is, and a column of weights (1 / chance to be labelled) mends it.
When not available: a log without a column of labels; a group without a row.
How to mend: find out where labels get lost; label a random sample of the rest and weigh it.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0, None, 1])).value
    array([0.75])

Reference: Lakkaraju, Kleinberg, Leskovec, Ludwig and Mullainathan (2017), "The selective labels problem", section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=("label",),
    better="higher",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
    of_missing=True,
)
AXES = ("label",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table("label")
    return stats.Proportions(k=counts[:, :2].sum(axis=1), n=counts.sum(axis=1))
