"""The reductions approach: learn again and again from rows with costs, and mix what was learned.

Fairlearn's exponentiated gradient plays the multipliers of the constraints against a learner. Its mixture decides at
random; here the mixture's mean probability is taken, which decides the same whenever it is asked. Its bounds are on the
distance of each group from all rows together, so half a difference, or the root of a ratio, is what surely keeps
the limit; `bound` loosens that.

Reference: Agarwal et al. (2018), "A reductions approach to fair classification", algorithm 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError, MissingExtra
from shall.methods.blend import Blend
from shall.methods.task import Choice, Floats, Learned, Recipe, Sample, Scalar, Target

try:
    import pandas
    from fairlearn.reductions import ExponentiatedGradient, UtilityParity
except ImportError as error:
    raise MissingExtra("fairlearn", "reductions", "the reductions approach") from error

KINDS: Final = ("binary",)
LEARNERS: Final = ()                        # any that takes weights
SPACE: Final = (Choice("bound", 1.0, 0.5, 2.0), Choice("rounds", 20, 5, 50))
SMALLEST: Final = 1e-3                      # weights under this leave the mixture


def fit(train: Sample, targets: tuple[Target, ...], recipe: Recipe,
        settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn under one target, or under one of true and one of false positive rates that are otherwise alike.

    InputError where the targets are others, or a setting is unknown or wrong.
    """
    bound, rounds = _settings(settings or {})
    moment = Parity(train, _alike(targets), bound)
    search = ExponentiatedGradient(Learning(recipe, train.weight), moment, max_iter=rounds, eps=moment.eps or 0.01)
    search.fit(train.X, train.label, sensitive_features=moment.named)
    # a predictor that was learned from labels all alike decides all alike: it moves no group against another
    mixed = [(weight, predictor.learned) for weight, predictor in zip(search.weights_, search.predictors_, strict=True)
             if weight > SMALLEST and isinstance(predictor, Learning) and predictor.learned is not None]
    if not mixed:
        raise InputError("the reductions approach found nothing but constant decisions under these targets")
    total = sum(weight for weight, _ in mixed)
    return Blend(tuple(learned for _, learned in mixed), tuple(float(weight / total) for weight, _ in mixed))


class Learning:
    """A recipe as Fairlearn wants a learner: `fit` and `predict`."""

    def __init__(self, recipe: Recipe, weight: Floats | None) -> None:
        self.recipe = recipe
        self.weight = weight
        self.learned: Learned | None = None

    def fit(self, X: Any, y: Any, sample_weight: Any) -> Learning:
        """Learn from rows with costs."""
        cost = np.asarray(sample_weight, dtype=np.float64)
        self.learned = self.recipe(np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.int64),
                                   cost if self.weight is None else cost * self.weight)
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """int64[n]: 1 from one half on."""
        assert self.learned is not None
        return (self.learned.probabilities(np.asarray(X, dtype=np.float64))[:, 1] >= 0.5).astype(np.int64)

    def __deepcopy__(self, _: Any) -> Learning:
        """What scikit-learn's `clone` asks for: the same, with nothing learned."""
        return Learning(self.recipe, self.weight)


class Parity(UtilityParity):  # type: ignore[misc]
    """Targets as a moment of Fairlearn: rates of the groups are near those of all rows of any of the groups."""

    short_name = "Parity"

    def __init__(self, train: Sample, targets: tuple[Target, ...], bound: float) -> None:
        limit = max(target.limit for target in targets) if targets[0].kind == "ratio" else min(
            target.limit for target in targets)
        if targets[0].kind == "ratio":
            super().__init__(ratio_bound=float(np.clip(limit, 1e-6, 1) ** (0.5 / bound)))
        else:
            super().__init__(difference_bound=limit / 2 * bound)
        members = [target.members(train) for target in targets]
        group = np.stack(members).any(axis=0).argmax(axis=1)
        inside = np.stack([member.any(axis=1) for member in members])
        self.named = np.where(inside.any(axis=0), group, -1).astype(str)
        labels = np.array([str(target.label) for target in targets])
        self._event = np.where(inside.any(axis=0), labels[inside.argmax(axis=0)], None)

    def load_data(self, X: Any, y: Any, *, sensitive_features: Any) -> None:
        """Take the rows; those that no target is about count for the error only."""
        super().load_data(X, pandas.Series(np.asarray(y)), sensitive_features=pandas.Series(sensitive_features),
                          event=pandas.Series(self._event, dtype=object))


def _alike(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """The targets, if they make one moment."""
    kinds = {(target.kind, target.groups) for target in targets}
    labels = [target.label for target in targets]
    if len(kinds) == 1 and targets[0].kind in ("ratio", "difference") and (
            len(targets) == 1 or sorted(label for label in labels if label is not None) == [0, 1]):
        return targets
    raise InputError("the reductions approach takes one ratio or difference of selection rates, true or false positive "
                     "rates, or the last two over the same groups; leave it out for these requirements")


def _settings(settings: Mapping[str, Scalar]) -> tuple[float, int]:
    if unknown := sorted(set(settings) - {choice.name for choice in SPACE}):
        raise InputError(f"the reductions approach has no setting {unknown[0]}, only bound and rounds")
    bound, rounds = (settings.get(choice.name, choice.default) for choice in SPACE)
    if isinstance(bound, bool | str) or not 0 < bound < float("inf"):
        raise InputError(f"the bound of the reductions approach must be a number above 0, not {bound!r}")
    if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 1:
        raise InputError(f"the rounds of the reductions approach must be a whole number from 1 on, not {rounds!r}")
    return float(bound), rounds
