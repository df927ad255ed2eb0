"""Mean distance between the score and the frequency of the positive class (expected calibration error).

Meaning: rows are put into `bins` bins of their score, of equal width, or with `equal_mass = true` of about equally many
rows; in each, the mean score is held against the share of positives; the distances are averaged by rows. The noise that
makes a small sample look uncalibrated is subtracted.
When not available: a group without a row that has both a label and a score.
How to mend: temperature scaling or isotonic regression on fresh rows.

Example:
    >>> from shall.testing import cells
    >>> estimate(cells(label=[1, 0] * 500, score=[0.75] * 1000)).value.round(2)
    array([0.25])

Reference: Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities using
Bayesian binning", section 2; for its bias see Kumar, Liang and Ma (2019), section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shall import stats, tally
from shall.core.card import Card, Option
from shall.core.curve import Curve, series_of

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier",),
    needs=("label", "score"),
    better="lower",
    bounds="noise taken out, valid at a true value of 0",
    options=(Option("bins", 10, low=1, high=1000), Option("equal_mass", False)),
    aliases=(("expected_calibration_error", ()),),
)
AXES = ("label", "score")
SUMS = ("score",)


def estimate(cells: Cells, bins: int = 10, equal_mass: bool = False) -> Estimates:
    """The error in each group."""
    return stats.CalibrationError(*in_bins(cells, bins, equal_mass))


def curve(cells: Cells, bins: int = 10, equal_mass: bool = False) -> Curve:
    """The reliability curve of each group, on the same bins."""
    return Curve("Reliability curve", "mean score", "share of positives",
                 series_of(cells.groups, stats.reliability(*in_bins(cells, bins, equal_mass))), diagonal=True,
                 note="A calibrated model lies on the diagonal; above it the score is too low, below it too high. Bars "
                      "are exact bounds of the share, 95% on each side.")


def in_bins(cells: Cells, bins: int, equal_mass: bool) -> tuple[Any, Any, Any]:
    """[G, bins] three times: labelled rows, positives, and the sum of the score."""
    if equal_mass:
        place = tally.by_mass(cells, bins)
        counts, score = (cells.placed(place, bins, "label", total=total) for total in (None, "score"))
    else:
        counts, score = (cells.score_bins("label", bins=bins, total=total) for total in (None, "score"))
    return counts[:, :2].sum(axis=1), counts[:, 1], score[:, :2].sum(axis=1)         # of [G, 3, bins]
