"""Share of the uncertainty about a protected attribute that the features take away.

Meaning: 0 where the features tell nothing of it, 1 where they tell all. `proxy(SEX)` fits boosted trees to SEX on
four fifths of the rows and asks them about the last fifth, in turn. Features are the columns that a model may use:
neither roles nor groups. A lower bound: a better learner may find more.
When not available: an attribute of one value, fewer than 50 rows, or no feature.
How to mend: leave out or coarsen the features that tell most of it, or use a mitigation that measures its effect.

Example:
    >>> from shall.testing import cells
    >>> told = {"told of sex": [1.0, 0.5, 0.0]}
    >>> estimate(cells(**told, axes=[], sums=[text.format(answer="told of sex") for text in SUMS]), "sex").value
    array([0.5])

Reference: Barber and Agakov (2003), "The IM algorithm", equation 3; as a measure of proxies see Yeom, Datta and
Fredrikson (2018), "Hunting for discriminatory proxies in linear regression models", section 3.
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
    bounds="Student with room for skewness, over rows that the fit has not seen; at least 50 rows",
    low=float("-inf"),
    high=float("inf"),
    live=False,
    multiclass=True,
    takes="column",
    probe="proxy",
)
ANSWER = "told of {column}"                 # the column that the probe adds
AXES = ()
TOLD = "column[{answer!r}]"
SUMS = (TOLD, f"{TOLD}**2", f"{TOLD}**3", f"known({TOLD})", f"finite({TOLD})")


def estimate(cells: Cells, column: str) -> Estimates:
    """The share in each group."""
    return stats.Numbers(*(cells.total(text) for text in cells.need.sums))
