"""Two quantiles learned by boosted trees: the ends of an interval, before they are calibrated.

Reference: Koenker and Bassett (1978), "Regression quantiles"; Ke et al. (2017), "LightGBM".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shall.core.errors import MissingExtra
from shall.methods.learn import lightgbm as learner
from shall.methods.task import Floats, Scalar
from shall.stats.conformal import exact

try:
    import lightgbm
except ImportError as error:
    raise MissingExtra("lightgbm", "build", "boosted quantiles") from error


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Two fitted boosters."""

    lower: learner.Learned
    upper: learner.Learned

    def __call__(self, X: Floats) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: the lower and the upper quantile."""
        return self.lower.values(X), self.upper.values(X)


def learned(X: Floats, y: Floats, sizes: Sequence[int], coverage: float = 0.9, seed: int = 0,
            settings: Mapping[str, Scalar] | None = None) -> Quantiles:
    """Learn the quantiles between which ``coverage`` of ``y`` float64[n] lies, from ``X`` float64[n, p].

    ``sizes``: categories of each feature; ``settings``: of LightGBM, as `methods.learn.lightgbm` takes them.
    """
    asked, rounds = learner.parameters(sizes, 0, seed, settings)
    ends = [float(share) for share in ((1 - exact(coverage)) / 2, (1 + exact(coverage)) / 2)]
    made = (lightgbm.train({**asked, "objective": "quantile", "alpha": end}, learner.dataset(X, y, sizes),
                           num_boost_round=rounds) for end in ends)
    return Quantiles(*map(learner.Learned, made))
