"""Size of the model in bytes.

Meaning: the bytes of the model file, or of all files of its folder; a fact, not an estimate.
When not available: a log without a model, or a model behind an address.
How to mend: fewer or smaller trees, fewer features, or a plainer learner.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(decision=[1, 0], facts={"size": 1024})).value
    array([1024.])

Reference: a count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor"),
    needs=("size",),
    better="lower",
    bounds="a census: low = value = high",
    unit="B",
    high=float("inf"),
    live=False,
    census=True,
)
AXES = ()


def estimate(cells: Cells) -> Estimates:
    """The same in each group."""
    return stats.Facts(figure=cells.fact("size"), n=cells.rows)
