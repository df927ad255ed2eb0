"""How well a classifier tells the rows from those of another log (classifier two-sample test).

Meaning: `domain_auc against train <= 0.6`. Boosted trees learn from half of both logs which is which, by features and
groups, and are asked about the other half. The figure is the area under their ROC curve: 0.5 is no drift that they can
see, 1 means that no row could be of both. Rows may be in both logs. It sees how features move together, which
`jensen_shannon over feature` cannot; it is asked of whole rows, and `over feature` is refused. A limit of 0.5 is broken
without drift no more often than the confidence says; one of 0.6 tells a drift that matters, and none below 0.5 makes
sense. A group is compared with all rows of the other log. Leave out columns that tell both apart by their making:
years, running numbers.
When not available: fewer than 50 rows in one of both, or no column in common.
How to mend: `shall.slices` or `jensen_shannon over feature` say what moved; train on rows of today, or
weigh them like today.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"unlike train": [1, 0, 1, 1, None]}, axes=["filter:`unlike train` = 1"])
    >>> estimate(rows, rows).value
    array([0.75])

Reference: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests", section 3.
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
    bounds="Clopper-Pearson on independent pairs of a row of each log; between groups the score test",
    live=False,
    reference=True,
    multiclass=True,
    probe="domain",
    usual=0.6,
)
ANSWER = "unlike {against}"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The share of pairs in each group; the probe has looked at the reference."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
