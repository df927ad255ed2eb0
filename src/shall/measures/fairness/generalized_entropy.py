"""Inequality of what decisions give to rows, beyond and below their label (generalised entropy index).

Meaning: a row has the benefit decision - label + 1: 0 for a miss, 1 for a right decision, 2 for a false alarm. The
index is 0 where all have the same benefit; `alpha = 2` is half the squared coefficient of variation, `theil_index` is
`alpha = 1`. Small alpha weighs the worst off, large alpha those who got most.
When not available: a group without a decided and labelled row, or in which every decision is a miss.
How to mend: fewer errors, and as many misses as false alarms; a threshold shifts between the two.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 1, 0, 0], decision=[0, 1, 0, 1])).value
    array([0.25])

Reference: Speicher et al. (2018), "A unified approach to quantifying algorithmic unfairness", equation 2 and
section 2.2.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "decision"),
    better="lower",
    bounds="delta method with unseen rows added and followed along the curve",
    high=float("inf"),
    options=(Option("alpha", 2.0, low=0.1, high=3.0),),
    aliases=(("theil_index", (("alpha", 1.0),)),),
)
AXES = ("label", "decision")


def estimate(cells: Cells, alpha: float = 2.0) -> Estimates:
    """The index in each group."""
    rows = cells.table("label", "decision")[:, :2, :2]
    return stats.Smooth(rows.reshape(-1, 4, 1), partial(stats.entropy, alpha=alpha), (CARD.low, CARD.high))
