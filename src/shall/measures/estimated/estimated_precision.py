"""An estimate of the precision of rows whose labels are not known yet.

Meaning: `estimated_precision against tested >= 0.7`: of those who were chosen, the share that
will turn out positive.
It stands on what scores meant in `tested`, assumes that they mean the same now, and is checked by labels where there
are some: see `estimated_accuracy`, and ask `precision` beside it.
When not available: as `estimated_accuracy`; no row that was chosen.
How to mend: wait for labels, or get some for a random sample and weigh them; a newer reference.

Example:
    >>> from shall.testing import cells
    >>> tested = cells(label=[1, 0, 0, 0] * 50 + [1, 1, 1, 0] * 50, decision=[0] * 200 + [1] * 200,
    ...                score=[0.2] * 200 + [0.8] * 200)
    >>> now = cells(label=[None] * 80, decision=[0] * 40 + [1] * 40, score=[0.2] * 40 + [0.8] * 40)
    >>> estimate(now, tested).value.round(2)
    array([0.75])

Reference: Guillory, Shankar, Ebrahimi, Darrell and Schmidt (2021), "Predicting with confidence on unseen
distributions", section 3; the bounds: Zou and Donner (2008), "Construction of confidence limits about effect measures".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall.core.card import Card, Option
from shall.measures.estimated.estimated_accuracy import AXES, SUMS, from_scores

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "decision", "score"),
    better="higher",
    bounds="exact bounds of each share, put together by their squares, and the variance of the rows now",
    reference=True,
    estimates=True,
    options=(Option("bins", 10, low=1, high=100), Option("tolerance", 0.05, low=0.0, high=1.0)),
)
__all__ = ["AXES", "CARD", "SUMS", "estimate"]


def estimate(cells: Cells, reference: Cells, newest: Cells | None = None, bins: int = 10,
             tolerance: float = 0.05) -> Estimates:
    """The estimate in each group; ``newest``: rows whose labels are its check, else those of the cells themselves."""
    return from_scores("precision", (cells, reference, newest or cells), bins, tolerance)
