"""Share of the rows that are in another log too, value for value.

Meaning: `shared_rows against train <= 0` of a gate: a row that was learned from tells nothing of new ones. All columns
that both have are compared, but the id and what a model said. In coarse data two people may have the same values.
When not available: a group without a row, or another log without a column in common.
How to mend: `build` leaves such rows out of training; or split by unit: `shall split --by unit`.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"shared with train": [0, 0, 1, 0]}, axes=["filter:`shared with train` = 1"])
    >>> estimate(rows, rows).value
    array([0.25])

Reference: Kaufman, Rosset, Perlich and Stitelman (2012), "Leakage in data mining", section 3.2.
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
    reference=True,
    census=True,
    multiclass=True,
    probe="shared",
)
ANSWER = "shared with {against}"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The share in each group; the probe has looked at the reference."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
