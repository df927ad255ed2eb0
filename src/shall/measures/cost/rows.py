"""Number of rows.

Meaning: how many rows there are, in all or in each group; a fact of the log, not an estimate.
When not available: a log, or a filter, without any row.
How to mend: gather more.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(decision=[1, 0, 0])).value
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
    better="higher",
    bounds="a census: low = value = high",
    unit="rows",
    high=float("inf"),
    census=True,
)
AXES = ()


def estimate(cells: Cells) -> Estimates:
    """The count in each group."""
    return stats.Facts(figure=cells.rows.astype(float), n=cells.rows)
