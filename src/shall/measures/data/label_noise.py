"""Share of the labels that are likely to be wrong (confident learning).

Meaning: boosted trees that never saw a row say how likely each class is. Where another class is said as confidently as
of rows that are labelled so, and the label is likelier wrong than hard by the noise rate of the surest rows, the column
`label suspicious` is 1. Where classes overlap everywhere, hard rows are suspicious too: look at some of them.
`over sex` tells whether one group is labelled worse.
When not available: fewer than 100 labels, one class, a class of fewer than 10 rows, a target of numbers, no feature,
features that do not tell the classes apart.
How to mend: have suspicious rows labelled again, `shall suspects` lists them; `build` can leave them out, where the
file asks for it.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"label suspicious": [0, 1, 0, 0, None]}, axes=["filter:`label suspicious` = 1"])
    >>> estimate(rows).value
    array([0.25])

Reference: Northcutt, Jiang and Chuang (2021), "Confident learning: estimating uncertainty in dataset labels", section
3.
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
    needs=("label",),
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    live=False,
    multiclass=True,
    probe="label_noise",
)
ANSWER = "label suspicious"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
