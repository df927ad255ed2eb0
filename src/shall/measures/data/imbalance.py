"""Share of the most frequent label.

Meaning: 0.5 of two classes that are equally frequent, near 1 where the others are rare: then few rows tell of them, and
accuracy tells little. The same label is meant in every group. A target of numbers is cut into ten bands.
When not available: a group without a label, or a label of one class only.
How to mend: gather more of the rare classes; measure balanced_accuracy or pr_auc in place of accuracy; weigh.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"majority label": [1, 1, 0, 1]}, axes=["filter:`majority label` = 1"])
    >>> estimate(rows).value
    array([0.75])

Reference: He and Garcia (2009), "Learning from imbalanced data", section 2.
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
    bounds="a census: low = value = high",
    live=False,
    census=True,
    multiclass=True,
    probe="majority",
)
ANSWER = "majority label"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
