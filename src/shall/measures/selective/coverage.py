"""Share of the rows whose label is in the predicted set or interval.

Meaning: whether sets (`[columns] set`, a list of classes in each row) or intervals (`lower` and `upper`, both
included) hold the truth as often as they promise: `coverage over sex between 88% and 92%`.
When not available: a group without a row that has a label and a set or an interval.
How to mend: conformal calibration on fresh rows, for each group where groups differ.

Example:
    >>> from shall.testing import cells
    >>> log = cells(label=[1.0, 5.0], lower=[0.0, 0.0], upper=[2.0, 2.0], axes=["covered"], kind="regressor")
    >>> estimate(log).value
    array([0.5])

Reference: Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", section 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor"),
    needs=("label", "covered"),
    better="neither",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
)
AXES = ("covered",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table("covered")
    return stats.Proportions(k=counts[:, 1], n=counts[:, :2].sum(axis=1))
