"""Mean width of the predicted interval.

Meaning: how much an interval (`[columns] lower` and `upper`) still leaves open, in the unit of the target; one that is
upside down holds nothing, and counts as 0. Ask `coverage` beside it: narrow intervals are easy without it.
When not available: a group without an interval, or with one that has no end; bounds need 50 rows.
How to mend: a better model; a lower coverage; quantiles of the target (conformalised quantile regression) instead of
one width for all rows; more calibration rows where an interval has no end.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(lower=[0.0, 1.0], upper=[2.0, 5.0], axes=[], kind="regressor", sums=SUMS)).value
    array([3.])

Reference: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018), "Distribution-free predictive inference for
regression", section 5.
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
    needs=("lower", "upper"),
    better="lower",
    bounds="Student with room for skewness; at least 50 rows",
    high=float("inf"),
)
AXES = ()
WIDTH = "max(min(upper - lower, 1e70), 0)"     # without an end: a number that is too large to be known
SUMS = (f"{WIDTH} * known({WIDTH}**3)", f"{WIDTH}**2 * known({WIDTH}**3)", f"{WIDTH}**3", f"known({WIDTH}**3)",
        f"finite({WIDTH})")


def estimate(cells: Cells) -> Estimates:
    """The mean in each group, in the unit of the target."""
    return stats.Numbers(*map(cells.total, SUMS), least=0.0)
