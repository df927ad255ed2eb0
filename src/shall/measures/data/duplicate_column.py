"""Whether a column says the same as an earlier one: 1 or 0.

Meaning: `duplicate_column over feature <= 0`. Columns say the same where each value of one goes with one value of the
other, whatever they are called: a code and its name. A column of one value repeats none.
When not available: no row.
How to mend: `build` leaves the later one out; what explains a model is torn in two by such columns.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"job is repeated": [1, 1, 1, 1]}, axes=["filter:`job is repeated` = 1"])
    >>> estimate(rows, "job").value
    array([1.])

Reference: Hall (1999), "Correlation-based feature selection for machine learning", section 4.1.
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
    bounds="a census: low = value = high",
    live=False,
    census=True,
    multiclass=True,
    takes="column",
    by_feature=True,
    probe="repeated",
)
ANSWER = "{column} is repeated"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, column: str = "") -> Estimates:
    """1 or 0, the same in each group."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
