"""An estimate of the accuracy of rows whose labels are not known yet.

Meaning: `estimated_accuracy against tested >= 0.8`. Nobody knows yet how right these decisions are; what is known is
how often rows of such scores and decisions were right in `tested`, which has labels and is no data that the model
learned from. In `bins` bins of the score it says so, with that uncertainty in the bounds; the scores need not be
calibrated. It assumes that a score means now what it meant there, and cannot see that it does not: a change of the
outcome itself shows when labels come. Where some rows have labels they are its check, and in a watch so are the newest
labels of the windows before: if they prove the calibration wrong by more than `tolerance`, there is no estimate. Ask
`accuracy` beside it.
When not available: no rows with a score and a decision; no labelled rows with such scores in the reference, or none for
over a tenth of these; the newest labels say that the scores mean something else now.
How to mend: wait for labels, or get some for a random sample and weigh them; a newer reference.

Example:
    >>> from shall.testing import cells
    >>> tested = cells(label=[1, 1, 1, 0] * 50, decision=[1] * 200, score=[0.9] * 200)
    >>> estimate(cells(label=[None] * 80, decision=[1] * 80, score=[0.9] * 80), tested).value
    array([0.75])

Reference: Guillory, Shankar, Ebrahimi, Darrell and Schmidt (2021), "Predicting with confidence on unseen
distributions", section 3; the bounds: Zou and Donner (2008), "Construction of confidence limits about effect measures".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shall import stats, tally
from shall.core.card import Card, Option

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
AXES = ("label", "decision", "score")
SUMS = ("score",)


def estimate(cells: Cells, reference: Cells, newest: Cells | None = None, bins: int = 10,
             tolerance: float = 0.05) -> Estimates:
    """The estimate in each group; ``newest``: rows whose labels are its check, else those of the cells themselves."""
    return from_scores("accuracy", (cells, reference, newest or cells), bins, tolerance)


def from_scores(what: str, views: tuple[Cells, Cells, Cells], bins: int, tolerance: float) -> Estimates:
    """The estimate of one measure in each group, from the scores now, what they meant in the reference, and the newest
    rows that have labels."""
    cells, reference, newest = views
    each = reference.weighing(0).everybody().table(*AXES)[0, :2, :2, reference.scored].sum(axis=(0, 1))
    bin_of = tally.equal_mass(each, bins)

    def counted(some: Cells, *axes: str) -> tuple[Any, Any]:
        return some.binned(bin_of, bins, *axes), some.binned(bin_of, bins, *axes, total=SUMS[0])

    def labelled(some: Cells) -> tuple[Any, Any, list[int]]:
        place = {group: index for index, group in enumerate(some.groups)}
        rows, score = (one[:, :2, :2] for one in counted(some, *AXES[:2]))
        return rows, score, [place.get(group, -1) for group in cells.groups]

    rows, score = (one[:, :2] for one in counted(cells, AXES[1]))
    found: Estimates = stats.estimated_by_score(what, (rows, score), labelled(reference), labelled(newest), tolerance)
    return found
