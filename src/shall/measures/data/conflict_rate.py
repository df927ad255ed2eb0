"""Share of the labelled rows whose twin, the same in every other column, has another label.

Meaning: no model can be right on all of them: what it can reach has a ceiling. Where columns are coarse it tells of
what the columns leave out, where they are not, of labels that are wrong.
When not available: a group without a label.
How to mend: ask who labelled them; add the column that tells them apart.

Example:
    >>> from shall.testing import cells
    >>> rows = cells(**{"label conflicts": [0, 1, 1, None]}, axes=["filter:`label conflicts` = 1"])
    >>> estimate(rows).value
    array([0.66666667])

Reference: Kohavi (1995), "Wrappers for performance enhancement and oblivious decision graphs", section 2.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=("label",),
    better="lower",
    bounds="a census: low = value = high",
    live=False,
    census=True,
    multiclass=True,
    probe="conflicts",
)
ANSWER = "label conflicts"                         # the column that the probe adds
AXES = ("filter:{written} = 1",)


def estimate(cells: Cells) -> Estimates:
    """The share in each group."""
    counts = cells.table(*cells.need.axes)
    known = counts[:, :2].sum(axis=1)
    return stats.Facts(figure=stats.Proportions(counts[:, 1], known).value, n=known, natural=(0.0, 1.0))
