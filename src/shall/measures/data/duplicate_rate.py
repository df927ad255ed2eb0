"""Share of the rows that repeat an earlier row, value for value.

Meaning: all columns are compared but the id and what a model said (score, decision, weight): the same row twice.
Missing is a value. Rows that repeat one are 1 in the column `is duplicate`, the first one is 0, so it can be counted
by group.
When not available: a group without a row.
How to mend: `build` leaves out repeated rows that are no coincidence; or mend the join that made them.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"is duplicate": [0, 0, 1, 0]}, axes=["filter:`is duplicate` = 1"])
    >>> estimate(rows).value
    array([0.25])

Reference: Fellegi and Sunter (1969), "A theory for record linkage", section 1: rows that agree in every column.
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
    probe="duplicates",
)
ANSWER = "is duplicate"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
