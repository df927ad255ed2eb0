"""Share of the uncertainty about the label that one feature alone takes away.

Meaning: `leakage over feature <= 0.5`: 0 where it tells nothing of the label, 1 where it tells all. A feature that
tells nearly all was often written after the label, or is the label under another name. Numbers are cut into bins of
equal mass, missing is a value; what was learned of four fifths of the rows is asked of the last fifth.
When not available: fewer than 50 labels, one class.
How to mend: find out when the column is written; leave it out if that is after the decision.

Example:
    >>> from shall.testing import cells
    >>> sums = [text.format(answer="leak of job") for text in SUMS]
    >>> rows = cells(**{"leak of job": [1.0, 0.5, 0.0]}, axes=[], sums=sums)
    >>> estimate(rows, "job").value
    array([0.5])

Reference: Kaufman, Rosset, Perlich and Stitelman (2012), "Leakage in data mining: formulation, detection, and
avoidance", section 4; the figure is Theil's uncertainty coefficient, Theil (1970), section 4.
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
    bounds="Student with room for skewness, over rows that were not learned from; at least 50 rows",
    low=float("-inf"),
    high=float("inf"),
    live=False,
    multiclass=True,
    takes="column",
    by_feature=True,
    probe="leakage",
)
ANSWER = "leak of {column}"                         # the column that the probe adds
AXES = ()
TOLD = "column[{answer!r}]"
SUMS = (TOLD, f"{TOLD}**2", f"{TOLD}**3", f"known({TOLD})", f"finite({TOLD})")


def estimate(cells: Cells, column: str = "") -> Estimates:
    """The share in each group; of a feature, where no column is named."""
    return stats.Numbers(*(cells.total(text) for text in cells.need.sums))
