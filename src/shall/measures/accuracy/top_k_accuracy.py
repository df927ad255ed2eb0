"""Share of the rows whose class is among the `k` with the highest scores.

Meaning: for subjects with several classes that propose a short list. Of classes with equal scores the later one stands
first, as in scikit-learn.
When not available: a group without a row that has a label and all scores.
How to mend: better features, more rows of the classes that are missed, or another learner.

Example:
    >>> from shall.testing import cells
    >>> log = cells(label=["a", "b"], score_a=[0.2, 0.7], score_b=[0.3, 0.2], score_c=[0.5, 0.1], axes=["rank"],
    ...             classes=["a", "b", "c"])
    >>> estimate(log, k=2).value
    array([0.5])

Reference: Russakovsky et al. (2015), "ImageNet large scale visual recognition challenge", section 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "scores"),
    better="higher",
    bounds="Clopper-Pearson; between groups the score test, exact at small counts",
    multiclass=True,
    options=(Option("k", 5, low=1, high=100),),
    aliases=(("top_k", ()),),
)
AXES = ("rank",)


def estimate(cells: Cells, k: int = 5) -> Estimates:
    """The share in each group."""
    counts = cells.table("rank")[:, :-1]                # the last one: not known
    return stats.Proportions(k=counts[:, :k].sum(axis=1), n=counts.sum(axis=1))
