"""Share of the rows in which a column has no value (null or nan).

Meaning: how complete a column is: `missing_rate(income) <= 0.05`; `missing_rate over feature <= 0.20` asks each one.
When not available: a group without a row.
How to mend: mend the pipeline that fills the column, or leave the column out.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(income=[20, None, 30, 25], axes=["missing:income"]), "income").value
    array([0.25])

Reference: Rubin (1976), "Inference and missing data", section 2.
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
    needs=(),
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
    takes="column",
    by_feature=True,
)
AXES = ("missing:{column}",)


def estimate(cells: Cells, column: str = "") -> Estimates:
    """The share in each group; of a feature, where no column is named."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
