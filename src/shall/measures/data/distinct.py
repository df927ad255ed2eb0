"""Number of different values of a column; missing is one of them.

Meaning: `distinct over feature >= 2`: a column of one value tells nothing. Over groups, a value is counted in the group
where it comes first.
When not available: a group without a row.
How to mend: `build` leaves constant columns out; or find out why the column says nothing.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"new value of job": [1, 1, 0, 1]}, axes=["filter:`new value of job` = 1"])
    >>> estimate(rows, "job").value
    array([3.])

Reference: a count.
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
    better="neither",
    bounds="a census: low = value = high",
    unit="values",
    high=float("inf"),
    live=False,
    census=True,
    multiclass=True,
    takes="column",
    by_feature=True,
    probe="distinct",
)
ANSWER = "new value of {column}"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, column: str = "") -> Estimates:
    """The count in each group."""
    counts = cells.table(*cells.need.axes)
    return stats.Facts(figure=counts[:, 1].astype(float), n=counts[:, :2].sum(axis=1))
