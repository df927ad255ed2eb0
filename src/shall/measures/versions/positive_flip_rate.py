"""Share of the rows that another version had wrong and this one has right.

Meaning: what an update won, row by row: `positive_flip_rate against shipped >= 1%`. What it won, minus what it lost
(`negative_flip_rate`), is the difference of both accuracies. `previous` is the version before, as for that.
When not available: no row with a label and both decisions; other rows in the other log; a version before that is not at
hand as it was, or none.
How to mend: more rows or better features; see where both versions are wrong.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"flip against shipped": [0, 1, 2, 2, None]}, axes=["filter:`flip against shipped` = 2"])
    >>> estimate(rows, rows).value
    array([0.5])

Reference: Yan, Xiong, Kundu, Yang, Deng, Wang, Xia and Soatto (2021), "Positive-congruent training: towards
regression-free model updates", section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "decision"),
    better="higher",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    live=False,
    reference=True,
    multiclass=True,
    probe="flips",
    paired=True,
)
ANSWER = "flip against {against}"                        # the column that the probe adds
AXES = ("filter:{written} = 2",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The share in each group; the probe has looked at the reference."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
