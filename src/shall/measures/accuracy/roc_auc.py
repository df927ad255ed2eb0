"""Chance that a positive row has a higher score than a negative one (area under the ROC curve).

Meaning: how well the score orders the rows, whatever the threshold; ties count one half.
When not available: a group with labels of one class only, or without scores.
How to mend: better features or another learner; it cannot be mended by a threshold.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8])).value
    array([0.75])

Reference: Hanley and McNeil (1982), equation 1; the variance is DeLong, DeLong and Clarke-Pearson
(1988), equation 6, taken on the score grid (scores in one of some 2,600 cells count as tied).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card
from shall.core.curve import Curve, series_of

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "score"),
    better="higher",
    bounds="DeLong from the score grid, widened where counts are small",
    aliases=(("auc", ()),),
)
AXES = ("label", "score")
ALONG = "score"


def estimate(cells: Cells) -> Estimates:
    """The area in each group."""
    counts = cells.table("label", "score")[:, :, cells.scored]
    return stats.Auc(positive=counts[:, 1], negative=counts[:, 0])


def curve(cells: Cells) -> Curve:
    """The ROC curve of each group."""
    counts = cells.table("label", "score")[:, :, cells.scored]
    return Curve("ROC curve", "false positive rate", "true positive rate",
                 series_of(cells.groups, stats.roc(counts[:, 1], counts[:, 0])), diagonal=True,
                 note="On the diagonal the score orders no better than chance; the area below a curve is the measure.")
