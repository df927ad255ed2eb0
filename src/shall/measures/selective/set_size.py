"""Mean number of classes in the predicted set.

Meaning: how much a set (`[columns] set`, a list of classes in each row) still leaves open; 1 is an answer, an empty set
counts as 0. Sets that are small and cover what they promise are good: ask `coverage` beside it.
When not available: a group without a set; bounds need 50 rows.
How to mend: a better model; a lower coverage; of conformal sets the score `lac`, whose sets are the smallest.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(set=[["cat"], ["cat", "dog"], []], axes=[], sums=SUMS)).value
    array([1.])

Reference: Sadinle, Lei and Wasserman (2019), "Least ambiguous set-valued classifiers with bounded error levels",
section 2.
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
    needs=("set",),
    better="lower",
    bounds="Student with room for skewness; at least 50 rows",
    high=float("inf"),
    multiclass=True,
)
AXES = ()
SUMS = ("set * known(set**3)", "set**2 * known(set**3)", "set**3", "known(set**3)", "finite(set)")


def estimate(cells: Cells) -> Estimates:
    """The mean in each group, in classes."""
    return stats.Numbers(*map(cells.total, SUMS), least=0.0)
