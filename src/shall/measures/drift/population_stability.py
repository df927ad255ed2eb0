"""How far a distribution has moved from a reference (population stability index).

Meaning: the score, or with `over feature` each feature, is cut into `bins` bins of equal mass in the reference; the
shares of the rows in them are compared. Each category, and missing values, are bins of their own; `over group` compares
the shares of each group of the file. The noise of both samples is taken out. A custom of credit scoring reads below 0.1
as steady and above 0.25 as moved.
When not available: no rows, or no reference to compare with.
How to mend: find out what moved; then train again on rows of today, or reweigh.

Example:
    >>> from shall.testing import cells
    >>> then = cells(score=[i / 1000 for i in range(1000)])
    >>> now = cells(score=[(i / 1000) ** 2 for i in range(1000)])
    >>> bool(estimate(now, then).value[0] > 0.25)
    True

Reference: Yurdakul (2018), "Statistical properties of population stability index", equation 1.1 and
chapter 3 for its bias under no change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from shall import stats, tally
from shall.core.card import Card, Option
from shall.core.curve import Curve, series_of

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=(),
    better="lower",
    bounds="delta method around the debiased figure, valid at no change",
    high=float("inf"),
    reference=True,
    by_feature=True,
    options=(Option("bins", 10, low=2, high=100),),
    aliases=(("psi", ()),),
)
AXES = ("score",)
DRAWN: Final = 20                                   # bins of a picture


def estimate(cells: Cells, reference: Cells, bins: int = 10) -> Estimates:
    """The index in each group (or feature)."""
    counts, expected = tally.beside(cells, reference, bins)
    return stats.Divergence(counts=counts, reference=expected)


def curve(cells: Cells, reference: Cells, bins: int = 10) -> Curve:
    """The shares of both samples by bin: bins of equal width of a score, of equal mass in the reference otherwise."""
    axis = cells.need.axes[0]
    place = {group: index for index, group in enumerate(reference.groups)}
    order = [place.get(group, -1) for group in cells.groups]
    now, then, labels = _beside(cells, reference, axis, bins)
    kind, _, column = axis.partition(":")
    series = (series_of(cells.groups, stats.shares(stats.matched(then, order), labels), "reference")
              + series_of(cells.groups, stats.shares(now, labels), "now"))
    return Curve("Now and in the reference", column or kind, "share of rows", series, kind="bars",
                 note="Shares of the rows that have a value, in the reference and now.")


def _beside(cells: Cells, reference: Cells, axis: str, bins: int) -> Any:
    kind, _, column = axis.partition(":")
    if kind == "score":
        return stats.of_scores(cells.score_bins(bins=DRAWN), reference.score_bins(bins=DRAWN))
    if kind == "value":
        return stats.of_numbers(cells.histogram(column), reference.histogram(column), bins)
    return stats.of_names(cells.distribution(axis), reference.distribution(axis), DRAWN)
