"""Bounds: what a sample allows one to say; numpy only, and no requirement is known here. Loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.stats.auc import Auc
    from shall.stats.calibration import CalibrationError
    from shall.stats.compared import Compared
    from shall.stats.divergence import Divergence
    from shall.stats.extremes import Extreme, comparisons, over_groups
    from shall.stats.facts import Facts
    from shall.stats.families import Estimates
    from shall.stats.jackknife import Jackknifed
    from shall.stats.means import Means
    from shall.stats.planning import rows_to_settle
    from shall.stats.proportions import Proportions
    from shall.stats.quantiles import Quantiles

_HOME = {
    "Auc": "auc", "CalibrationError": "calibration", "Compared": "compared", "Divergence": "divergence",
    "Estimates": "families", "Extreme": "extremes", "Facts": "facts", "Jackknifed": "jackknife", "Means": "means",
    "Proportions": "proportions", "Quantiles": "quantiles", "comparisons": "extremes",
    "over_groups": "extremes", "rows_to_settle": "planning",
}

__all__ = [
    "Auc", "CalibrationError", "Compared", "Divergence", "Estimates", "Extreme", "Facts", "Jackknifed", "Means",
    "Proportions", "Quantiles", "comparisons", "over_groups", "rows_to_settle",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
