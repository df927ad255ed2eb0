"""How much of the variance of the score each feature explains on its own (correlation ratio, first-order index).

Meaning: `importance over feature between previous - 0.05 and previous + 0.05`: what a model goes by stays what it
was. Numbers are cut into `bins` bins of equal mass, missing values are one of their own; 0 says that the score is the
same on average whatever the feature is, 1 that the feature says it all. It is read off the decisions alone, of any
model, whether it was learned again or its inputs broke. A feature that a model does not use has the share of those that
go with it.
When not available: no rows with a score, a score that is the same everywhere, or hardly more rows than values.
How to mend: look at the data that this version learned from, and at the pipeline of the feature.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(score=[0.2, 0.2, 0.8, 0.8] * 50, age=[20, 30, 60, 70] * 50, axes=["value:age"], sums=SUMS)
    >>> estimate(rows).value.round(2)
    array([1.])

Reference: Sobol' (1993), "Sensitivity estimates for nonlinear mathematical models", section 5; Kelley (1935), "An
unbiased correlation ratio measure"; that importance belongs to what is watched: Breck, Cai, Nielsen, Salib and Sculley
(2017), "The ML test score: a rubric for ML production readiness and technical debt reduction".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats, tally
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("score",),
    better="neither",
    bounds="delta method around the debiased figure, valid at 0",
    takes="column",
    by_feature=True,
    options=(Option("bins", 10, low=2, high=100),),
)
AXES = ("value:{column}",)
SUMS = ("known(score)", "score", "score**2", "score**3", "score**4")


def estimate(cells: Cells, column: str = "", bins: int = 10) -> Estimates:
    """The share in each group; of a feature, where no column is named."""
    return stats.Explained(*tally.in_bins(cells, SUMS, bins))
