"""Root of the mean squared distance between the prediction and the target.

Meaning: how far a prediction is off, in the unit of the target; large errors count for more.
When not available: a group without a row that has both; bounds need 50 rows.
How to mend: better features or another learner; look at the largest errors first.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1.0, 2.0], score=[4.0, 6.0], kind="regressor", sums=SUMS)).value.round(4)
    array([3.5355])

Reference: Willmott and Matsuura (2005), "Advantages of the mean absolute error over the root mean
square error", equation 3.
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
    bounds="Student on the squares with room for skewness; at least 50 rows",
    high=float("inf"),
    aliases=(("rmse", ()),),
)
AXES = ()
SUMS = (
    "(prediction - target)**2 * known((prediction - target)**6)",
    "(prediction - target)**4 * known((prediction - target)**6)",
    "(prediction - target)**6",
    "known((prediction - target)**6)",
    "finite(prediction) * finite(target)",
)


def estimate(cells: Cells) -> Estimates:
    """The root in each group."""
    return stats.Numbers(*map(cells.total, SUMS), least=0.0, root=True)
