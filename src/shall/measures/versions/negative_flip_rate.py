"""Share of the rows that another version had right and this one has wrong.

Meaning: `negative_flip_rate against shipped <= 1%` of a log of the new version; `shipped` names in `[data]` a log with
the decisions of the other version on the same rows. Both are as accurate as each other and may still differ in which
rows are wrong: who stood on a right answer loses it. Rows are joined by the id; without one by their place, if all
columns that both have say the same. `previous` is the version before, on the same rows: the log of the check before; of
a model that is put to rows the version that was shipped before; beside one in charge that.
When not available: no row with a label and both decisions; other rows in the other log; a version before that is not at
hand as it was, or none.
How to mend: blend both versions, or weigh rows that the other version had right; then look at those that are left.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"flip against shipped": [0, 1, 2, 0, None]}, axes=["filter:`flip against shipped` = 1"])
    >>> estimate(rows, rows).value
    array([0.25])

Reference: Yan, Xiong, Kundu, Yang, Deng, Wang, Xia and Soatto (2021), "Positive-congruent training: towards
regression-free model updates", equation 1.
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
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    live=False,
    reference=True,
    multiclass=True,
    probe="flips",
    paired=True,
)
ANSWER = "flip against {against}"                        # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The share in each group; the probe has looked at the reference."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
