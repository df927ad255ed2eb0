"""Share of the rows that a filter selects.

Meaning: how often something holds: `share(toxicity < 0.5)`, `share(income is missing)`. Rows where it cannot be
told, because a compared value is missing, are left out. With `census = true` it is a fact of the file, not an
estimate: then `share(age < 0, census = true) <= 0` can be met.
When not available: a group without a row where it can be told.
How to mend: depends on the filter.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(age=[20, 30, 40, None], axes=["filter:age < 25"])).value.round(3)
    array([0.333])

Reference: Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of the
binomial".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=(),
    better="neither",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts; a census has none",
    multiclass=True,
    takes="filter",
    options=(Option("census", False),),
)
AXES = ("filter:{filter}",)


def estimate(cells: Cells, census: bool = False) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    k, n = counts[:, 1], counts[:, :2].sum(axis=1)
    if census:
        return stats.Facts(figure=stats.Proportions(k, n).value, n=n)
    return stats.Proportions(k, n)
