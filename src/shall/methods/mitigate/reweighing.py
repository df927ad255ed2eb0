"""Reweighing: rows of a group and label that are rarer together than apart count more.

In the training rows a group and a label meet ``P(group, label)`` times; were they independent, it would be
``P(group) P(label)``. A row's weight is the quotient, raised to a strength: at 1 groups and labels are independent in
the weighted rows, above 1 the groups that have the label rarely have it more often.

For true and false positive rates only the rows of that label are weighed.

Reference: Kamiran and Calders (2012), "Data preprocessing techniques for classification without discrimination",
section 4.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shall.core.errors import InputError
from shall.methods.task import Choice, Floats, Learned, Recipe, Sample, Scalar, Target

KINDS: Final = ("binary",)
LEARNERS: Final = ()                        # any that takes weights
SPACE: Final = (Choice("strength", 1.0, 0.0, 3.0),)


def fit(train: Sample, targets: tuple[Target, ...], recipe: Recipe,
        settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn from reweighed rows; InputError where a setting is unknown or no number from 0 on."""
    strength = _strength(settings or {})
    return recipe(train.X, train.label, weights(train, targets) ** strength * _own(train))


def weights(train: Sample, targets: Sequence[Target]) -> Floats:
    """float64[n] at strength 1; those of several targets are multiplied."""
    found = np.ones(len(train.label))
    for target in targets:
        member = replace(target, label=None).members(train)
        for label in (0, 1) if target.label is None else (target.label,):
            found *= _of_label(train, member, label)
    return found


def _of_label(train: Sample, member: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], label: int) -> Floats:
    """What the rows of a label weigh; 1 for all others, and for those in no group."""
    found, own = np.ones(len(train.label)), _own(train)
    anywhere = member.any(axis=1)
    share = own[anywhere & (train.label == label)].sum() / max(own[anywhere].sum(), 1e-300)
    for inside in member.T:
        both = inside & (train.label == label)
        if both.any():
            found[both] = share * own[inside].sum() / own[both].sum()
    return found


def _own(train: Sample) -> Floats:
    return np.ones(len(train.label)) if train.weight is None else train.weight


def _strength(settings: Mapping[str, Scalar]) -> float:
    if unknown := sorted(set(settings) - {"strength"}):
        raise InputError(f"reweighing has no setting {unknown[0]}, only strength")
    strength = settings.get("strength", 1.0)
    if isinstance(strength, bool | str) or not 0 <= strength < float("inf"):
        raise InputError(f"the strength of reweighing must be a number from 0 on, not {strength!r}")
    return float(strength)
