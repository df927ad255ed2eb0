"""Share of the rows that are an earlier row but for one column.

Meaning: text is compared without regard to case and spaces, numbers to a thousandth of their interquartile range, and
all columns but one agree; pairs whose agreement may be chance, because their values are frequent, do not count.
When not available: a group without a row, or fewer than three columns.
How to mend: look at the rows where `is near duplicate` is 1: one person entered twice, or one record changed?

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"is near duplicate": [0, 0, 1, 0]}, axes=["filter:`is near duplicate` = 1"])
    >>> estimate(rows).value
    array([0.25])

Reference: Elmagarmid, Ipeirotis and Verykios (2007), "Duplicate record detection: a survey", section 3.
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
    probe="near_duplicates",
)
ANSWER = "is near duplicate"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
