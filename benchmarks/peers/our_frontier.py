"""Our frontier: ``python -m benchmarks.peers.our_frontier DATA GROUPING QUESTION SEED``.

Two fits and the multipliers of the plug-in from loose to tight; or, with a fifth argument `lagrangian`, one training
run for each of a few limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from benchmarks.group_split import Part, both, calibration, described, encoded, parts
from benchmarks.harness import timed
from shall.methods.adjust.plug_in import Constraint, Held, multipliers
from shall.methods.learn import lightgbm
from shall.methods.mitigate import lagrangian
from shall.methods.model import given_label, joint_of
from shall.methods.task import Learned, Recipe, Sample, Target

LIMITS: Final = {
    "sex": (0.70, 0.74, 0.77, 0.78, 0.79, 0.80, 0.81, 0.82, 0.83, 0.85, 0.88, 0.91, 0.94),
    "cross": (0.70, 0.74, 0.76, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94),
    "odds": (0.08, 0.07, 0.06, 0.055, 0.05, 0.045, 0.04, 0.03, 0.02)}
ONE_RUN: Final = {"sex": (0.78, 0.80, 0.82), "cross": (0.80, 0.90, 0.98), "odds": (0.05, 0.035)}
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "adult": {}, "compas": {"num_leaves": 6, "rounds": 60, "min_data_in_leaf": 40}}
OF_GROUPS: Final[dict[str, dict[str, Any]]] = {         # the model of the groups need not be as fine
    "adult": {"rounds": 40, "learning_rate": 0.15}, "compas": SETTINGS["compas"]}


class Contender:
    """The parts of one split, encoded."""

    def __init__(self, data: str, grouping: str, question: str, seed: int) -> None:
        self.question, self.data, self.kind = question, data, "odds" if question == "odds" else grouping
        self.train, self.validation, self.gate = parts(data, grouping, seed)
        codes: dict[str, dict[Any, int]] = {}
        self.X, *self.new = (encoded(part, codes) for part in (self.train, self.validation, self.gate))
        self.sizes = tuple(len(codes.get(name, ())) for name in self.train.table.column_names)

    def plug_in(self) -> tuple[Any, list[Any]]:
        """Everything that costs: two fits, and the multipliers of every limit."""
        settings = SETTINGS[self.data]
        target = lightgbm.fit(self.X, self.train.label, self.sizes, settings=settings)
        code = np.where(self.train.group < 0, self.train.groups, self.train.group)
        classes = max(int(code.max()) + 1, 2)
        group = lightgbm.fit(np.column_stack([self.X, self.train.label]), code, (*self.sizes, 0), classes,
                             settings=OF_GROUPS[self.data])
        held = self.held(target, group, self.validation, self.new[0])
        found: list[Any] = [np.zeros(held.weight.shape[1])]
        start = None
        for limit in LIMITS[self.kind]:
            start = multipliers(held, self.constraints(limit), start=start) if start is not None else multipliers(
                held, self.constraints(limit))
            if start is None:
                start = found[-1]
            else:
                found.append(start)
        return (target, group), found

    def held(self, target: Learned, group: Learned, part: Part, X: Any) -> Held:
        """A part as the plug-in sees it; groups are used to measure and to tune, never to decide."""
        score = target.probabilities(X)[:, 1]
        joint = joint_of(given_label(group, X), score)[:, :part.groups]
        inside = self.train.group[:, None] == np.arange(part.groups)
        own = part.group[:, None] == np.arange(part.groups)
        if self.question != "odds":
            return Held(score, joint.sum(axis=2) / inside.mean(axis=0), own, part.label)
        label = [self.train.label[:, None] == one for one in (1, 0)]
        weight = np.column_stack([joint[:, :, one] / (inside & about).mean(axis=0)
                                  for one, about in zip((1, 0), label, strict=True)])
        return Held(score, weight, np.column_stack([own & (part.label[:, None] == one) for one in (1, 0)]), part.label)

    def constraints(self, limit: float) -> list[Constraint]:
        """What is asked."""
        first = tuple(range(self.train.groups))
        if self.question != "odds":
            return [Constraint("ratio", first, limit)]
        return [Constraint("difference", first, limit),
                Constraint("difference", tuple(place + len(first) for place in first), limit)]

    def decisions(self, lagrangians: bool) -> tuple[float, float, list[Any]]:
        """CPU seconds, calibration error at the gate, and the decisions on validation and gate of each candidate."""
        if lagrangians:
            learned, cpu = timed(lambda: list(self.runs()))
            scores = [[one.probabilities(X)[:, 1] for X in self.new] for one in learned]
            error = calibration(scores[len(scores) // 2][1], self.gate.label)
            return cpu, error, [[score >= 0.5 for score in pair] for pair in scores]
        (models, found), cpu = timed(self.plug_in)
        sides = [self.held(*models, part, X) for part, X in zip((self.validation, self.gate), self.new, strict=True)]
        return cpu, calibration(sides[1].score, self.gate.label), [[side.decided(one, 0.5) for side in sides]
                                                                  for one in found]

    def runs(self) -> Iterator[Learned]:
        """One training run a limit."""
        names = np.char.add("g", self.train.group.astype(str))
        groups = tuple((("g", f"g{place}"),) for place in range(self.train.groups))
        sample = Sample(self.X, self.train.label, {"g": names})
        recipe = Recipe("lightgbm", lightgbm.fit, self.sizes, settings=SETTINGS[self.data])
        for limit in ONE_RUN[self.kind]:
            asked = tuple(Target("difference", label, groups, limit) for label in (1, 0)) if (
                self.question == "odds") else (Target("ratio", None, groups, limit),)
            yield lagrangian.fit(sample, asked, recipe)


def main(data: str, grouping: str, question: str, seed: int, *, lagrangians: bool) -> None:
    """Search on train and validation; measure every candidate on validation, gate, and both."""
    contender = Contender(data, grouping, question, seed)
    lightgbm.fit(contender.X[:2000], contender.train.label[:2000], contender.sizes)         # warm up
    cpu, error, decisions = contender.decisions(lagrangians)
    pooled = both(contender.validation, contender.gate)
    candidates = [{"pooled": described(np.concatenate(pair), pooled, question),
                   "gate": described(pair[1], contender.gate, question),
                   "validation": described(pair[0], contender.validation, question)} for pair in decisions]
    print(json.dumps({"cpu": cpu, "candidates": candidates, "calibration_error": error, "groups": pooled.groups,
                      "runs": [cpu / (len(decisions) if lagrangians else 1)], "needs_group": False, "random": False}))


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), lagrangians=sys.argv[5:] == ["lagrangian"])
