"""How far a number has moved from a reference (Wasserstein distance of order 1, earth mover's distance).

Meaning: how far the values of the score, or with `over feature` of each feature, have to be moved on average to become
those of the reference, in standard deviations of the reference. The noise of both samples is taken out. Values closer
than 0.1% count as equal.
When not available: no rows, no reference, a reference that is constant, or a feature that is no number; bounds need 20
rows of both.
How to mend: find out what moved; then train again on rows of today, or reweigh.

Example:
    >>> from shall.testing import cells
    >>> then = cells(score=[0.1 + i / 2000 for i in range(1000)])
    >>> now = cells(score=[0.2 + i / 2000 for i in range(1000)])
    >>> estimate(now, then).value.round(2)
    array([0.69])

Reference: Ramdas, Trillos and Cuturi (2017), "On Wasserstein two-sample testing and related families of
nonparametric tests", section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats, tally
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=(),
    better="lower",
    bounds="noise taken out, variance bounded by Efron-Stein: valid and wide at no change; at least 20 rows",
    high=float("inf"),
    reference=True,
    by_feature=True,
    aliases=(("earth_movers_distance", ()),),
)
AXES = ("score",)


def estimate(cells: Cells, reference: Cells) -> Estimates:
    """The distance in each group (or feature)."""
    blocks = tally.along(cells, reference)
    return stats.NoisyParts.of((places, stats.Transport(*sampled)) for places, sampled in blocks)
