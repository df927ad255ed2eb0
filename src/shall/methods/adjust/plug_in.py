"""The plug-in rule: shift each row's probability by what it likely costs the groups, without knowing the group.

With ``eta(x) = P(y = 1 | x)`` and, for an event such as "of group g" or "of group g and positive",
``w(x) = P(event | x) / P(event)``, a row is decided positive when

    eta(x) - threshold + sum over events of lambda(event) w(event, x) >= 0.

Among all rules that do not use the group this form has the highest accuracy at given selection rates (or true,
or false positive rates) of the groups, so a search needs one multiplier an event only. On rows that training did not
see a linear programme gives those that are best if ``w`` told the truth; what it does not tell is measured, corrected
and solved for again; and a local search on the decisions themselves takes what is left. The probability itself is
not touched, so it stays calibrated; decisions are deterministic.

Reference: Menon and Williamson (2018), "The cost of fairness in binary classification", proposition 5 and
section 5; Zeng, Dobriban and Cheng (2022), "Bayes-optimal classifiers under group fairness", theorem 4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.methods.adjust import _dual, _evolution
from shall.methods.adjust._dual import Constraint
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Floats, Sample, Target

__all__ = ["Constraint", "Held", "multipliers", "rule_for", "rules"]

KINDS: Final = ("binary",)
TIGHTNESS: Final = (0.0, 0.5, 1.0, 2.0)    # shares of the way from the limits (0) to the aims (1)
ROUNDS: Final = 2                           # times that the rates are corrected and solved for again;
FEW: Final = 2                              # once, for so few events with a start
SHIFTS: Final = (-0.2, -0.1, 0.1, 0.2, 0.3)     # of the threshold, for all alike
CLIMBS: Final = (2, 8)                      # starts from which the local search goes: of many rows, of few
WORK: Final = 10_000                        # rows times starts
TURNS: Final = 40
WIDTH: Final = 0.2                          # of the boundary: rows farther from it are decided already
NEAR: Final = 0.002                         # what a move as large as the scale costs: it stays near its start
MISSED: Final = 0.002                       # what any unkept constraint costs in accuracy,
PRICES: Final = (0.5, 10.0)                 # and what each unit of what is missing does, if need be


@dataclass(frozen=True)
class Held:
    """Rows held out: probability [n], ``w`` [n, C], and which rows belong to each event bool[n, C]."""

    score: Floats
    weight: Floats
    member: NDArray[np.bool_]
    label: NDArray[np.int64]

    def decided(self, multipliers: Floats, threshold: float) -> NDArray[np.bool_]:
        """bool[n]."""
        return np.asarray(self.score - threshold + self.weight @ multipliers >= 0)

    def rates(self, decided: NDArray[np.bool_]) -> Floats:
        """float64[C]: the share of each event's rows that were decided positive."""
        return np.asarray(decided.astype(np.float64) @ self._shares)

    def told(self, decided: NDArray[np.bool_]) -> Floats:
        """float64[C]: the same rates as the weights tell them."""
        return np.asarray(self.weight[decided].sum(axis=0) / max(len(decided), 1))

    def near(self, start: Floats, threshold: float) -> Near:
        """The rows near the boundary of some multipliers; the others are decided as they are there."""
        margin = self.score - threshold + self.weight @ start
        free = np.abs(margin) <= WIDTH
        sure = (margin >= 0) & ~free
        gain = (2 * self.label - 1).astype(np.float64)
        return Near(self.score[free] - threshold, self.weight[free], self._shares[free], gain[free],
                    float((1 - self.label).sum() + gain[sure].sum()), self._shares[sure].sum(axis=0), len(self.label))

    def keeps(self, multipliers: Floats, constraints: Sequence[Constraint], threshold: float) -> bool:
        """Whether every constraint holds."""
        return float(shortfall(self.rates(self.decided(multipliers, threshold))[None], constraints)[0]) <= 0

    @cached_property
    def scale(self) -> Floats:
        """float64[C]: the share of each event; multiplied with it, all events shift about alike."""
        return np.asarray(self.member.mean(axis=0))

    @cached_property
    def _shares(self) -> Floats:
        """float64[n, C]: what each row adds to the rate of each event."""
        return np.asarray(self.member / np.maximum(self.member.sum(axis=0), 1))


@dataclass(frozen=True)
class Near:
    """Rows [m] that are free to be decided: gain of the score over the threshold, weights, shares of rates, and what
    each adds to the right decisions; the right ones of all ``rows`` and the rates [C], if no free one is positive.
    """

    gain: Floats
    weight: Floats
    shares: Floats
    worth: Floats
    right: float
    rates: Floats
    rows: int

    def value(self, many: Floats, constraints: Sequence[Constraint], price: float) -> Floats:
        """float64[k]: the accuracy of each of float64[k, C] multipliers, less what it misses of the constraints."""
        decided = (self.gain[:, None] + self.weight @ many.T >= 0).astype(np.float64)
        missing = shortfall(self.rates + decided.T @ self.shares, constraints)
        accuracy = (self.right + self.worth @ decided) / max(self.rows, 1)
        return np.asarray(accuracy - np.where(missing > 0, MISSED + price * missing, 0))


def rules(held: HeldOut, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Rule]]:
    """A rule for each tightness for which there is one; nothing where the model does not know of groups."""
    if held.joint is None or not targets(1.0):
        return
    rule = None
    for tightness in TIGHTNESS:
        found = rule_for(held, targets(tightness), start=rule)
        if found is not None:
            yield f"plug-in ×{tightness:g}", found
        rule = found or rule


def rule_for(held: HeldOut, targets: Sequence[Target], threshold: float = 0.5, start: Rule | None = None
             ) -> Rule | None:
    """The rule that keeps every target on held-out rows; None where none was found. ``start``: of looser targets."""
    assert held.joint is not None
    sample = Sample(held.probabilities, held.label, held.everyone)
    events = [held.event(target, group) for target in targets for group in target.groups]
    rows = Held(held.score, np.stack([event.weight(held.joint) for event in events], axis=1),
                np.concatenate([target.members(sample) for target in targets], axis=1), held.label)
    before = None if start is None or len(start.multipliers) != len(events) else np.array(start.multipliers)
    found = multipliers(rows, constraints_of(targets), threshold, before)
    if found is None or len(np.unique(rows.decided(found, threshold))) < 2:     # deciding all alike is no rule
        return None
    return Rule(threshold, tuple(events), tuple(found.tolist()))


def constraints_of(targets: Sequence[Target]) -> list[Constraint]:
    """Targets on events that are numbered through, group by group."""
    ends = np.cumsum([0, *(len(target.groups) for target in targets)]).tolist()
    return [Constraint(target.kind, tuple(range(first, last)), target.limit)
            for target, first, last in zip(targets, ends[:-1], ends[1:], strict=True)]


def multipliers(held: Held, constraints: Sequence[Constraint], threshold: float = 0.5,
                start: Floats | None = None) -> Floats | None:
    """float64[C] with which every constraint holds on the held-out rows at the least loss found; None if none was.

    ``start``: multipliers that kept looser limits, if there are some.
    """
    nothing = np.zeros(held.weight.shape[1])
    if held.keeps(nothing, constraints, threshold):
        return nothing

    rounds = 1 if start is not None and len(nothing) <= FEW else ROUNDS    # what looser targets missed is known
    solved = _solved(held, constraints, threshold, start, rounds)
    starts = np.array([*solved, *(shift * held.scale for shift in SHIFTS)])
    climbs = min(max(WORK // max(len(held.score), 1), CLIMBS[0]), CLIMBS[1])
    for price in PRICES:
        starts = starts[np.argsort(-_values(held, starts, constraints, threshold, price), kind="stable")[:climbs]]
        starts = np.array([_climbed(held, one, constraints, threshold, price) for one in starts])
        found = np.asarray(starts[int(np.argmax(_values(held, starts, constraints, threshold, price)))])
        if held.keeps(found, constraints, threshold):
            return found
    return None


def _values(held: Held, many: Floats, constraints: Sequence[Constraint], threshold: float, price: float) -> Floats:
    return np.array([held.near(one, threshold).value(one[None], constraints, price)[0] for one in many])


def _climbed(held: Held, start: Floats, constraints: Sequence[Constraint], threshold: float, price: float) -> Floats:
    near, scale = held.near(start, threshold), np.maximum(held.scale, 1e-6)

    def value(many: Floats) -> Floats:
        far = np.asarray((((many - start) / scale) ** 2).sum(axis=1))
        return near.value(many, constraints, price) - NEAR * far

    return _evolution.climb(value, start, scale, TURNS)


def _solved(held: Held, constraints: Sequence[Constraint], threshold: float, start: Floats | None, rounds: int
            ) -> Iterator[Floats]:
    """What the linear programme gives, again and again with the rates corrected by what was seen."""
    asked = _dual.linear(constraints, held.weight.shape[1])
    gain, seen, now = held.score - threshold, np.zeros(held.weight.shape[1]), start
    if start is not None:
        yield start
        seen = _unseen(held, held.decided(start, threshold))
    for _ in range(rounds):
        now = _dual.solve(gain, held.weight, asked, seen, now)
        if now is None:
            return
        yield now
        seen = _unseen(held, held.decided(now, threshold))


def _unseen(held: Held, decided: NDArray[np.bool_]) -> Floats:
    return np.asarray(held.rates(decided) - held.told(decided))


def shortfall(rates: Floats, constraints: Sequence[Constraint]) -> Floats:
    """float64[k]: by how much the worst constraint is missed at each of float64[k, C] rates; 0 where all are kept."""
    worst = np.zeros(len(rates))
    for constraint in constraints:
        of_events = rates[:, list(constraint.events)]
        low, high = of_events.min(axis=1), of_events.max(axis=1)
        missing = {"ratio": constraint.limit * high - low, "difference": high - low - constraint.limit,
                   "least": constraint.limit - low, "most": high - constraint.limit}[constraint.kind]
        if constraint.kind == "ratio":
            missing = missing / np.maximum(high, 1e-9)
        worst = np.maximum(worst, missing)
    return worst
