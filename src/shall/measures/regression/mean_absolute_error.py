"""Mean distance between the prediction and the target.

Meaning: how far a prediction is off on average, in the unit of the target.
When not available: a group without a row that has both; bounds need 50 rows.
How to mend: better features or another learner; look at the largest errors first.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1.0, 2.0], score=[1.5, 1.0], kind="regressor", sums=SUMS)).value
    array([0.75])

Reference: Willmott and Matsuura (2005), "Advantages of the mean absolute error over the root mean
square error", equation 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("regressor",),
    needs=("label", "score"),
    better="lower",
    bounds="Student with room for skewness; at least 50 rows",
    high=float("inf"),
    aliases=(("mae", ()),),
)
AXES = ()
SUMS = (
    "abs(prediction - target) * known(abs(prediction - target)**3)",
    "abs(prediction - target)**2 * known(abs(prediction - target)**3)",
    "abs(prediction - target)**3",
    "known(abs(prediction - target)**3)",
    "finite(prediction) * finite(target)",
)


def estimate(cells: Cells) -> Estimates:
    """The mean in each group."""
    return stats.Numbers(*map(cells.total, SUMS), least=0.0)
