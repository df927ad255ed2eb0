"""Importance weighting: a large biased set is learned from as if it were a small unbiased one.

Rows of a reference set, a hundredth of the training rows may do, say what is usual. Each training row weighs as many
times more as rows like it are more frequent there: the ratio of the densities, from a classifier of the two sets
(`stats/density_ratio.py`). So no group need be named, and what is weighed is the whole row: groups, label, features.
At a strength below 1 the weights are flattened, which costs less of the rows' worth and mends less.

The weights are found once, before anything is learned, and refused where both sets have too little in common.

Reference: Choi, Grover, Singh, Shu and Ermon (2020), "Fair generative modeling via weak supervision", section 4;
flattening: Shimodaira (2000), "Improving predictive inference under covariate shift by weighting the log-likelihood
function", section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shall.core.errors import InputError
from shall.methods.task import Choice, Learned, Recipe, Sample, Scalar, Target

KINDS: Final = ("binary", "multiclass", "regressor")
LEARNERS: Final = ()                        # any that takes weights
SPACE: Final = (Choice("strength", 1.0, 0.0, 1.0),)


def fit(train: Sample, targets: tuple[Target, ...], recipe: Recipe,
        settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn from rows that weigh as they do in the reference; InputError without one, or where a setting is wrong."""
    strength = _strength(settings or {})
    if train.toward is None:
        raise InputError("importance weighting needs a small unbiased set: name it in the file, "
                         "[data] reference = \"reference.parquet\"")
    weight = train.toward**strength
    return recipe(train.X, train.label, weight if train.weight is None else weight * train.weight)


def _strength(settings: Mapping[str, Scalar]) -> float:
    if unknown := sorted(set(settings) - {"strength"}):
        raise InputError(f"importance weighting has no setting {unknown[0]}, only strength")
    strength = settings.get("strength", 1.0)
    if isinstance(strength, bool | str) or not 0 <= strength <= 1:
        raise InputError(f"the strength of importance weighting must be a number from 0 to 1, not {strength!r}")
    return float(strength)
