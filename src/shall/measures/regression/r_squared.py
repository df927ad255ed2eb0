"""Share of the variance of the target that the prediction explains (coefficient of determination).

Meaning: 1 is perfect, 0 is no better than the mean of the group, below 0 is worse than it.
When not available: a group with a constant target; bounds need 50 rows.
How to mend: better features or another learner. In a group whose targets differ little it is low although
errors are small: look at `mean_absolute_error` too.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1.0, 2.0, 3.0], score=[1.0, 2.0, 4.0], kind="regressor", sums=SUMS)).value
    array([0.5])

Reference: Kvålseth (1985), "Cautionary note about R²", equation 1.
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
    better="higher",
    bounds="delta method on the logarithm of the unexplained share; at least 50 rows",
    low=float("-inf"),
    aliases=(("r2", ()),),
)
AXES = ()
ERROR = "(prediction - target)**2"
ADDED = f"known(({ERROR})**2 + target**4)"              # rows of which no sum is too large
SUMS = (*(f"target**{power} * {ADDED}" for power in (1, 2, 3, 4)), f"{ERROR} * {ADDED}", f"({ERROR})**2 * {ADDED}",
        f"{ERROR} * target * {ADDED}", f"{ERROR} * target**2 * {ADDED}", ADDED,
        "finite(prediction) * finite(target)")


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    return stats.Determination(*map(cells.total, SUMS))
