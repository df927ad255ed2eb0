"""Precision averaged over the positives (average precision, area under the precision-recall curve).

Meaning: for each positive, the share of positives among the rows that score at least as high; then the mean. A model
that knows nothing gets the share of positives. Rows of one cell of the score grid count as in random order.
When not available: a group with labels of one class only, or without scores.
How to mend: better features or another learner; it cannot be mended by a threshold.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[0, 0, 1, 1], score=[0.1, 0.4, 0.35, 0.8])).value.round(4)
    array([0.8333])

Reference: Boyd, Eng and Page (2013), "Area under the precision-recall curve: point estimates and confidence
intervals", section 3 (average precision). Exact where every row has a cell of its own; of ties it takes the middle,
where scikit-learn takes the last.
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
    needs=("label", "score"),
    better="higher",
    bounds="delta method on the score grid with unseen rows added, and room for skewness",
    aliases=(("average_precision", ()),),
)
AXES = ("label", "score")
ALONG = "score"


def estimate(cells: Cells) -> Estimates:
    """The average precision in each group."""
    rows = cells.table("label", "score")[:, :2, cells.scored]
    return stats.Smooth(rows, stats.average_precision, (CARD.low, CARD.high))
