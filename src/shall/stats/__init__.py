"""Bounds: what a sample allows one to say; numpy only, and no requirement is known here. Loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.stats.auc import Auc
    from shall.stats.averages import Averaged, pooled
    from shall.stats.balance import Balance
    from shall.stats.calibration import CalibrationError, WorstBin
    from shall.stats.compared import Compared
    from shall.stats.curves import reliability, roc, shares
    from shall.stats.determination import Determination
    from shall.stats.divergence import Divergence, JensenShannon
    from shall.stats.estimated import Estimated, estimated_by_score
    from shall.stats.explained import Explained
    from shall.stats.extremes import Extreme, comparisons, over_groups
    from shall.stats.facts import Facts
    from shall.stats.families import Estimates
    from shall.stats.graded import as_positive, average_precision, log_loss
    from shall.stats.histograms import matched, of_names, of_numbers, of_scores
    from shall.stats.jackknife import Jackknifed, jackknifed
    from shall.stats.means import Means
    from shall.stats.numbers import Numbers
    from shall.stats.overlap import Overlap
    from shall.stats.parted import NoisyParts, Parted
    from shall.stats.planning import rows_to_settle
    from shall.stats.proportions import Proportions
    from shall.stats.quantiles import Quantiles
    from shall.stats.recalibration import InTheLarge, slope
    from shall.stats.relearned import Relearned
    from shall.stats.smooth import Smooth
    from shall.stats.tables import entropy, matthews
    from shall.stats.transport import Transport
    from shall.stats.weighting import Weighted, weighted

_HOME = {
    "Auc": "auc", "Averaged": "averages", "Balance": "balance", "CalibrationError": "calibration",
    "Compared": "compared", "Determination": "determination", "Divergence": "divergence", "Estimated": "estimated",
    "Estimates": "families", "Explained": "explained", "Extreme": "extremes", "Facts": "facts",
    "InTheLarge": "recalibration", "Jackknifed": "jackknife", "JensenShannon": "divergence", "Means": "means",
    "NoisyParts": "parted", "Numbers": "numbers", "Overlap": "overlap", "Parted": "parted",
    "Proportions": "proportions",
    "Quantiles": "quantiles", "Relearned": "relearned", "Smooth": "smooth", "Transport": "transport",
    "Weighted": "weighting", "WorstBin": "calibration",
    "as_positive": "graded", "average_precision": "graded", "comparisons": "extremes",
    "entropy": "tables", "estimated_by_score": "estimated", "jackknifed": "jackknife",
    "log_loss": "graded", "matched": "histograms", "matthews": "tables", "of_names": "histograms",
    "of_numbers": "histograms", "of_scores": "histograms", "over_groups": "extremes", "pooled": "averages",
    "reliability": "curves", "roc": "curves", "rows_to_settle": "planning", "shares": "curves",
    "slope": "recalibration", "weighted": "weighting",
}

__all__ = [
    "Auc", "Averaged", "Balance", "CalibrationError", "Compared", "Determination", "Divergence", "Estimated",
    "Estimates", "Explained", "Extreme", "Facts", "InTheLarge", "Jackknifed", "JensenShannon", "Means", "NoisyParts",
    "Numbers", "Overlap", "Parted", "Proportions", "Quantiles", "Relearned", "Smooth", "Transport", "Weighted",
    "WorstBin", "as_positive", "average_precision", "comparisons", "entropy", "estimated_by_score", "jackknifed",
    "log_loss", "matched", "matthews", "of_names", "of_numbers", "of_scores", "over_groups", "pooled", "reliability",
    "roc", "rows_to_settle", "shares", "slope", "weighted",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
