"""What an action does to the target on average: had every row had it, less had none.

Meaning: `average_effect(treated) >= 2`, in the unit of the target, or in shares where it is a class. The column says 1,
yes or true with the action and 0, no or false without; others, as 1 and 2, or drug and placebo, are refused. Rows with
and without the action are each weighed to be like all rows, by features and groups, and learners of the target mend
what weights miss (augmented inverse probability weighting, cross-fitted). It is an effect only if every common cause is
among the features, and no feature came after the action. `over sex` tells for whom it is larger.
When not available: fewer than 50 rows with the action or without, a column that is written otherwise, no feature, or no
overlap: rows that could only have had one of both. The reason says how large the effective sample is.
How to mend: leave rows out that could not have had the action, with a smaller file; add rows; measure common causes.

Example:
    >>> from shall.testing import cells
    >>> effect = {"effect of treated": [3.0, 1.0, 2.0]}
    >>> sums = [text.format(answer="effect of treated") for text in SUMS]
    >>> estimate(cells(**effect, axes=[], sums=sums), "treated").value
    array([2.])

Reference: Hernán and Robins (2020), "Causal inference: what if", chapters 12 and 13; Chernozhukov et al. (2018),
"Double/debiased machine learning for treatment and structural parameters", section 5.1.
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
    better="neither",
    bounds="Student with room for skewness on influence values; at least 50 rows",
    low=float("-inf"),
    high=float("inf"),
    live=False,
    takes="column",
    probe="propensity",
)
ANSWER = "effect of {column}"               # the column that the probe adds
AXES = ()
EFFECT = "column[{answer!r}]"
SUMS = (EFFECT, f"{EFFECT}**2", f"{EFFECT}**3", f"known({EFFECT})", f"finite({EFFECT})")


def estimate(cells: Cells, column: str) -> Estimates:
    """The effect in each group, in the unit of the target."""
    return stats.Numbers(*(cells.total(text) for text in cells.need.sums))
