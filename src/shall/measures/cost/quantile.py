"""Quantile of a column, such as the 99th percentile of a latency.

Meaning: the value that a share `q` of the rows does not exceed; `p50`, `p90`, `p95`, `p99`, `p999`
are short for it.
When not available: a group without a finite value in the column.
How to mend: for latency: a smaller model, fewer features, or more machines.

Example:
    >>> from shall.testing import cells
    >>> family = estimate(cells(latency=[float(v) for v in range(1, 101)]), "latency", q=0.5)
    >>> bool(abs(family.value[0] - 50) < 0.1)
    True

Reference: David and Nagaraja (2003), "Order Statistics", section 7.1: bounds on the rank are
binomial, so no shape of the distribution is assumed. Values are kept to 0.1 % of themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall import stats, tally
from shall.core.card import Card, Option

if TYPE_CHECKING:
    from shall.stats import Estimates
    from shall.tally import Cells

CARD = Card(
    examines=("classifier", "regressor", "dataset"),
    needs=(),
    better="neither",
    bounds="binomial bounds on the rank, outward to the edge of the cell",
    low=float("-inf"),
    high=float("inf"),
    takes="column",
    options=(Option("q", 0.5, low=0.0, high=1.0),),
    aliases=tuple((f"p{text}", (("q", float(f"0.{text}")),)) for text in ("50", "75", "90", "95", "99", "999")),
)
AXES = ("value:{column}",)


def estimate(cells: Cells, column: str, q: float = 0.5) -> Estimates:
    """The quantile in each group, in the unit of the column."""
    blocks = tally.histograms(cells, column)
    return stats.Parted.of((places, stats.Quantiles(*histogram, q)) for places, histogram in blocks)
