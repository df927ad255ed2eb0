"""A Lagrangian in boosting: trees and multipliers learn together, so one training run reaches the constraints.

With the log loss each row pulls its probability towards its label. Here the label of a row is shifted by the
multipliers of its groups over their shares, and what such a loss is least for is

    P(y = 1 | x) + sum over events of lambda(event) P(event | x) / P(event),

the rule of `adjust/plug_in.py`, learned without a model of the groups. After each tree the decisions on the training
rows are counted and the multipliers ascend: in proportion to what is missed, and to how it changed, so that they
settle. Near 0 and 1 the shift fades, as it can change no decision there: the probabilities of clear rows stay as
they are.

Reference: Agarwal et al. (2018), "A reductions approach to fair classification", section 3.1 (the saddle point);
Cruz et al. (2023), "FairGBM: gradient boosting with fairness constraints", algorithm 1 (one ascent step a tree).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError, MissingExtra
from shall.methods.learn import lightgbm as learner
from shall.methods.task import Choice, Floats, Learned, Recipe, Sample, Scalar, Target

try:
    import lightgbm
except ImportError as error:
    raise MissingExtra("lightgbm", "build", "boosted trees") from error

KINDS: Final = ("binary",)
LEARNERS: Final = ("lightgbm",)
SPACE: Final = (Choice("step", 0.1, 0.02, 0.5, log=True),)
DAMPING: Final = 10.0                       # how much a change of what is missed counts over what is missed
FADES: Final = 0.2                          # the shift fades below this probability and above 1 - it
FLATTEST: Final = 0.05                      # second derivatives are not taken for smaller; else leaves run away
USUAL: Final = 150                          # trees for which `step` is meant; with fewer each step is longer
LAST: Final = 1 / 3                         # of the trees: after which of them it may stop
HEADER: Final = "objective=binary sigmoid:1\n"


def fit(train: Sample, targets: tuple[Target, ...], recipe: Recipe,
        settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn under the targets, as they are on the training rows; InputError where a setting is unknown or wrong."""
    step = _step(settings or {})
    if not targets:
        return recipe(train.X, train.label, train.weight)
    parameters, rounds = learner.parameters(recipe.sizes, recipe.classes, recipe.seed, recipe.settings)
    ascent = Ascent(train, targets, step * USUAL / rounds)
    booster = lightgbm.Booster(parameters, learner.dataset(train.X, train.label, recipe.sizes, train.weight))
    booster.update()                        # the first tree is usual: it starts from the share of positive labels
    for _ in range(rounds - 1):
        booster.update(fobj=ascent)
    return learner.load(_as_binary(booster.model_to_string(num_iteration=ascent.best(rounds))).encode())


@dataclass
class Ascent:
    """The objective: gradients for LightGBM, and the multipliers that follow what the last tree brought."""

    train: Sample
    targets: tuple[Target, ...]
    step: float
    missed: list[float] = field(default_factory=list)       # by the worst constraint, after each tree

    def __post_init__(self) -> None:
        own = np.ones(len(self.train.label)) if self.train.weight is None else self.train.weight
        self._own = own / own.mean()
        member = np.concatenate([target.members(self.train) for target in self.targets], axis=1).astype(np.float64)
        counted = member * own[:, None]
        self._of_rows = counted / np.maximum(counted.sum(axis=0), 1e-300)
        self._share = counted.sum(axis=0) / own.sum()
        self._weight = member / np.maximum(self._share, 1e-300)
        self._of_rates, self._most = inequalities(self.targets)
        # one step moves the labels of the rarer event of an inequality by about as much, whatever its share
        self._pace = self.step * np.where(self._of_rates != 0, self._share, np.inf).min(axis=1)
        self._summed, self._last = np.zeros(len(self._most)), np.zeros(len(self._most))

    def __call__(self, raw: Floats, _: Any) -> tuple[Floats, Floats]:
        """float64[n] first and second derivatives at the raw scores."""
        chance = 1 / (1 + np.exp(-np.clip(raw, -30, 30)))
        multiplier = self._ascended((raw >= 0).astype(np.float64) @ self._of_rows)
        fading = np.minimum(1, np.minimum(chance, 1 - chance) / FADES)
        gradient = chance - self.train.label - fading * (self._weight @ multiplier)
        return gradient * self._own, np.maximum(chance * (1 - chance), FLATTEST) * self._own

    def best(self, rounds: int) -> int:
        """The number of trees: the most that keep all constraints, else those that miss least, among the last third."""
        first = int(rounds * (1 - LAST))
        late = list(enumerate(self.missed, start=1))[first:] or [(rounds, 0.0)]
        kept = [trees for trees, missed in late if missed <= 0]
        return max(kept) if kept else min(late, key=lambda one: one[1])[0]

    def _ascended(self, rates: Floats) -> Floats:
        """float64[C]: the multiplier of each event."""
        missed = self._of_rates @ rates - self._most
        self.missed.append(float(missed.max()))
        self._summed = np.maximum(self._summed + self._pace * (missed + DAMPING * (missed - self._last)), 0)
        self._last = missed
        return np.asarray(-self._of_rates.T @ self._summed)


def inequalities(targets: tuple[Target, ...]) -> tuple[Floats, Floats]:
    """Targets as ``of_rates @ rates <= most``: float64[K, C], float64[K]; one for each pair of groups, or for each."""
    events = np.eye(sum(len(target.groups) for target in targets))
    rows: list[tuple[Floats, float]] = []
    for target, start in zip(targets, np.cumsum([0, *(len(target.groups) for target in targets)]), strict=False):
        rows += _of(target, events[start:start + len(target.groups)])
    return np.array([row for row, _ in rows]), np.array([most for _, most in rows])


def _of(target: Target, rate: Floats) -> Iterator[tuple[Floats, float]]:
    if target.kind in ("least", "most"):
        sign = -1.0 if target.kind == "least" else 1.0
        yield from ((sign * one, sign * target.limit) for one in rate)
        return
    for high, low in permutations(range(len(rate)), 2):
        if target.kind == "ratio":
            yield target.limit * rate[high] - rate[low], 0.0
        else:
            yield rate[high] - rate[low], target.limit


def _as_binary(text: str) -> str:
    """A booster with an objective of its own saves none, and would give raw scores: the link is written in."""
    head, _, trees = text.partition("feature_names=")
    return f"{head}{HEADER}feature_names={trees}"


def _step(settings: Mapping[str, Scalar]) -> float:
    if unknown := sorted(set(settings) - {"step"}):
        raise InputError(f"the Lagrangian has no setting {unknown[0]}, only step")
    step = settings.get("step", SPACE[0].default)
    if isinstance(step, bool | str) or not 0 < step < float("inf"):
        raise InputError(f"the step of the Lagrangian must be a number above 0, not {step!r}")
    return float(step)
