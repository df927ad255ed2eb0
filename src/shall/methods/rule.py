"""The rule that decides: a threshold on the probability, perhaps shifted for the groups; and where it abstains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.graph import Value
from shall.graph.value import value_of
from shall.methods import nodes as said
from shall.methods.task import Floats, Group, Ints, Risk, Target


@dataclass(frozen=True, slots=True)
class Event:
    """A set of rows by group and label that a plug-in rule weighs: its cells bool[G], its label (or any), its share."""

    cells: tuple[bool, ...]
    label: int | None
    share: float

    def weight(self, joint: Floats) -> Floats:
        """float64[n]: P(event | x) / P(event), from P(group, label | x) float64[n, G, 2]."""
        of_cells = joint[:, np.array(self.cells)].sum(axis=1)
        chance = of_cells.sum(axis=1) if self.label is None else of_cells[:, self.label]
        return np.asarray(chance / self.share)


@dataclass(frozen=True)
class Seen:
    """Rows as a rule sees them: probabilities float64[n, classes], and what it may need besides."""

    probabilities: Floats
    joint: Floats | None = None                 # P(group, label | x) float64[n, G, 2], of models that know of groups
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)    # where the file allows their use

    @property
    def score(self) -> Floats:
        """float64[n]: the probability of the positive class, of two."""
        return np.asarray(self.probabilities[:, 1])


@dataclass(frozen=True)
class HeldOut(Seen):
    """Rows with known labels that the probabilities were not learned from: rules are made on them."""

    label: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    everyone: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)  # the value of each group name
    cells: tuple[Group, ...] = ()               # combinations of groups that `joint` tells apart; one more: the rest
    shares: Floats = field(default_factory=lambda: np.zeros((1, 2)))        # [G, 2] of the rows by cell and label
    risks: tuple[Risk, ...] = ()                # that are asked for of the rows that are answered

    def event(self, target: Target, group: Group) -> Event:
        """The event of a group; cells that training was too small for belong to `(rest)`, or to nobody."""
        cells = [target.matches(dict(cell), group) for cell in self.cells]
        cells += [target.takes_rest(group)] * (len(self.shares) - len(cells))
        inside = self.shares[np.array(cells)]
        share = float(inside.sum() if target.label is None else inside[:, target.label].sum())
        return Event(tuple(cells), target.label, max(share, 1e-6))


@dataclass(frozen=True, slots=True)
class Rule:
    """Positive where ``score - threshold + sum of multiplier * weight >= 0``; without events a plain threshold.

    Of several classes the likeliest is decided. ``by_group`` holds thresholds of groups, for those that the file
    lets a model use. Within ``abstain`` of the threshold nothing is decided; of several classes, where the likeliest
    has a smaller probability than that.
    """

    threshold: float = 0.5
    events: tuple[Event, ...] = ()
    multipliers: tuple[float, ...] = ()
    by_group: tuple[tuple[Group, float], ...] = ()
    abstain: float = 0.0

    def decide(self, seen: Seen) -> tuple[Ints, NDArray[np.bool_]]:
        """int64[n] the class that is decided, bool[n] whether the rule abstains."""
        if seen.probabilities.shape[1] > 2:
            return seen.probabilities.argmax(axis=1), seen.probabilities.max(axis=1) < self.abstain
        margin = self.margin(seen)
        return (margin >= 0).astype(np.int64), np.abs(margin) < self.abstain

    def margin(self, seen: Seen) -> Floats:
        """float64[n]: how far a row is on the positive side."""
        margin = seen.score - self.threshold
        if self.by_group:
            margin = seen.score - self._thresholds(seen)
        if self.events:
            if seen.joint is None:
                raise InputError("this model knows nothing of groups")
            for event, multiplier in zip(self.events, self.multipliers, strict=True):
                margin = margin + multiplier * event.weight(seen.joint)
        return np.asarray(margin)

    def _thresholds(self, seen: Seen) -> Floats:
        found = np.full(len(seen.score), self.threshold)
        for group, threshold in self.by_group:
            inside = np.ones(len(found), dtype=bool)
            for name, value in group:
                if name not in seen.groups:
                    raise InputError(f"this model decides by {name}, which these rows do not tell")
                inside &= seen.groups[name] == value
            found[inside] = threshold
        return found

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"threshold": self.threshold, "multipliers": list(self.multipliers), "abstain": self.abstain,
                "events": [[list(event.cells), event.label, event.share] for event in self.events],
                "by_group": [[[list(pair) for pair in group], threshold] for group, threshold in self.by_group]}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Rule:
        """From plain data."""
        events = tuple(Event(tuple(cells), label, share) for cells, label, share in described["events"])
        by_group = tuple((group_of(group), threshold) for group, threshold in described["by_group"])
        return Rule(described["threshold"], events, tuple(described["multipliers"]), by_group, described["abstain"])


def group_of(pairs: Sequence[Sequence[str]]) -> Group:
    """From plain data."""
    return tuple((name, value) for name, value in pairs)


def nodes(rule: Rule, probabilities: Value, joint: Value | None, inside: Callable[[Group], Value]
          ) -> tuple[Value, Value]:
    """`Rule.decide` in a graph: the place of the class that is decided, and whether the rule abstains.

    ``joint`` [2G] has P(group, label | x), those of label 0 first; ``inside`` says whether a row is of a group.
    """
    if probabilities.kind.width > 2:
        decided = Value("reduce", (probabilities,), {"function": "argmax"})
        return decided, said.most(probabilities) < rule.abstain
    margin = probabilities[:, 1] - rule.threshold
    if rule.by_group:
        threshold = value_of(rule.threshold)
        for group, own in rule.by_group:
            threshold = said.chosen(inside(group), own, threshold)
        margin = probabilities[:, 1] - threshold
    for event, multiplier in zip(rule.events, rule.multipliers, strict=True):
        if joint is None:
            raise InputError("this model knows nothing of groups")
        margin = margin + multiplier * _weight(event, joint)
    return said.number(margin >= 0.0), said.elementwise("absolute", margin) < rule.abstain


def _weight(event: Event, joint: Value) -> Value:
    """`Event.weight` in a graph."""
    cells = [place for place, one in enumerate(event.cells) if one]
    labels = (0, 1) if event.label is None else (event.label,)
    of_labels = [said.total(joint[:, [label * len(event.cells) + place for place in cells]]) for label in labels]
    return reduce(add, of_labels) / event.share
