"""Mean loss of a predicted quantile (pinball loss).

Meaning: a target above the prediction costs `q` of its distance, one below costs `1 - q` of it; least where
the prediction is the `q` quantile of the target.
When not available: a group without a row that has both; bounds need 50 rows.
How to mend: train for this quantile, or calibrate the predicted quantiles on fresh rows.

Example:
    >>> from shall.testing import cells
    >>> sums = [text.format(q=0.9) for text in SUMS]
    >>> estimate(cells(label=[3.0, 0.0], score=[1.0, 1.0], kind="regressor", sums=sums), q=0.9).value
    array([0.95])

Reference: Koenker and Bassett (1978), "Regression quantiles", equation 3.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("regressor",),
    needs=("label", "score"),
    better="lower",
    bounds="Student with room for skewness; at least 50 rows",
    high=float("inf"),
    options=(Option("q", 0.5, low=0.0, high=1.0),),
    aliases=(("pinball_loss", ()),),
)
AXES = ()
LOSS = "max({q} * (target - prediction), ({q} - 1) * (target - prediction))"
SUMS = (f"{LOSS} * known(({LOSS})**3)", f"({LOSS})**2 * known(({LOSS})**3)", f"({LOSS})**3", f"known(({LOSS})**3)",
        "finite(prediction) * finite(target)")


def estimate(cells: Cells, q: float = 0.5) -> Estimates:
    """The mean in each group."""
    return stats.Numbers(*(cells.total(text.format(q=q)) for text in SUMS), least=0.0)
