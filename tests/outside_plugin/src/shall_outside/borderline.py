"""Share of the rows whose score is near one half.

Meaning: how many cases the model is least sure of: the score is in the middle bins of equal width,
0.4 up to 0.6 with ten of them.
When not available: a group without a row that has a score.
How to mend: better features; or send these rows to a person.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(score=[0.05, 0.45, 0.55, 0.95])).value
    array([0.5])

Reference: Chow (1970), "On optimum recognition error and reject tradeoff", for why the middle is where a
rejection costs least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("score",),
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    options=(Option("bins", 10, low=2, high=100),),
)
AXES = ("score",)


def estimate(cells: Cells, bins: int = 10) -> Estimates:
    """The share in each group."""
    counts = cells.score_bins(bins=bins)
    middle = slice((bins - 1) // 2, bins // 2 + 1)
    return stats.Proportions(k=counts[:, middle].sum(axis=1), n=counts.sum(axis=1))
