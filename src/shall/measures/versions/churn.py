"""Share of the rows that two versions of a model decide otherwise.

Meaning: `churn against shipped <= 5%`: how many decisions change with an update, whoever is right; no label is needed.
`shipped` names in `[data]` a log with the decisions of the other version on the same rows, joined by the id; without
one by their place, if all columns that both have say the same. `previous` is the version before, on the same rows: the
log of the check before; of a model that is put to rows the version that was shipped before; beside one in charge that.
When not available: no row with both decisions; other rows in the other log; a version before that is not at hand as it
was, or none.
How to mend: blend both versions, or learn from the decisions of the other one too; fix the seed.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"changed since shipped": [0, 1, 0, 0, None]}, axes=["filter:`changed since shipped` = 1"])
    >>> estimate(rows, rows).value
    array([0.25])

Reference: Milani Fard, Cormier, Canini and Gupta (2016), "Launch and iterate: reducing prediction churn", equation 1.
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
    needs=("decision",),
    better="lower",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    live=False,
    reference=True,
    multiclass=True,
    probe="churn",
    paired=True,
)
ANSWER = "changed since {against}"                       # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The share in each group; the probe has looked at the reference."""
    counts = cells.table(*cells.need.axes)
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
