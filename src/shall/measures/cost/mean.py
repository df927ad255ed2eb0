"""Mean of a column.

Meaning: the average of any numbers of the log: a latency, a cost, an age.
When not available: a group without a number in the column; bounds need 50 rows.
How to mend: depends on the column.

Example:
    >>> from shall.testing import cells
    >>> sums = [text.format(column="cost") for text in SUMS]
    >>> estimate(cells(cost=[1.0, 2.0, 6.0], sums=sums), "cost").value
    array([3.])

Reference: Johnson (1978), "Modified t tests and confidence intervals for asymmetrical populations", section 2.
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
    bounds="Student with room for skewness; at least 50 rows",
    low=float("-inf"),
    high=float("inf"),
    multiclass=True,
    takes="column",
)
AXES = ()
SUMS = ("column[{column!r}] * known(column[{column!r}]**3)", "column[{column!r}]**2 * known(column[{column!r}]**3)",
        "column[{column!r}]**3", "known(column[{column!r}]**3)", "finite(column[{column!r}])")


def estimate(cells: Cells, column: str) -> Estimates:
    """The mean in each group, in the unit of the column."""
    return stats.Numbers(*(cells.total(text.format(column=column)) for text in SUMS))
