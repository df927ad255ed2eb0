"""Candidates under the requirements, measured on rows that they did not learn from, and the one to put to the gate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from shall.core.evidence import Evidence, Outcome
from shall.core.requirement import Requirement
from shall.core.verdict import limit_of
from shall.phases.building.aims import Aim, Aims
from shall.phases.measuring import measure
from shall.tally import Tally

Interval = tuple[float, float]
TIE: Final = 0.3                            # of the way from a value to its lower bound: half a standard error


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate: its objective and the value of each requirement on rows that it did not learn from."""

    name: str
    objective: float                        # larger is better
    values: tuple[float | None, ...]        # one a requirement: of its part that is furthest from its aim
    within: tuple[bool, ...]                # whether each requirement is within its aim
    held: tuple[bool, ...]                  # whether each is within its limit
    shortfall: float                        # of the worst one, in margins below its aim; 0 where all are within
    chosen: bool = False
    spans: tuple[Interval | None, ...] = () # the bounds of each value, each at the confidence of its line
    span: Interval = (-math.inf, math.inf)  # of the objective
    trial: int = 0
    loss: float = 0.0                       # log loss of its probabilities, mean squared error of its values
    made: Mapping[str, Any] = field(default_factory=dict)       # the configuration, the rule and the calibration
    furthest: str = ""                      # the requirement that is furthest from its aim, in words; empty within all


def judged(name: str, aims: Aims, tally: Tally, objective: int, made: tuple[int, Mapping[str, Any]]) -> Tried:
    """Measure a candidate by the same evidence as the gate; the requirement at ``objective`` is only maximised."""
    evidence = measure(aims.examination, tally, {})
    values, spans, within, held, worst, furthest = [], [], [], [], 0.0, ""
    for place, (requirement, found) in enumerate(zip(aims.examination.requirements, evidence, strict=True)):
        if place == objective:
            continue
        shortfalls = [shortfall_of(part, limit_of(requirement, part.side), aim.aim)
                      for part, aim in zip(found, aims.each[place], strict=True)]
        most = int(np.argmax(shortfalls))
        values.append(found[most].value)
        spans.append(_span(found[most]))
        within.append(max(shortfalls) <= 0)
        held.append(max(shortfalls) <= 1)
        if shortfalls[most] > worst:
            worst, furthest = shortfalls[most], _beside(found[most], aims.each[place][most])
    value, span = _objective(evidence[objective][0])
    return Tried(name, value, tuple(values), tuple(within), tuple(held), worst, spans=tuple(spans), span=span,
                 trial=made[0], made=made[1], furthest=furthest)


def _beside(part: Evidence, aim: Aim) -> str:
    """A value beside its aim: `fair 0.792 (aim >= 0.900)`."""
    value = "not available" if part.value is None else f"{part.value:.3f}"
    return f"{aim.name} {value} (aim {part.side} {aim.aim:.3f})"


def _objective(reached: Evidence) -> tuple[float, Interval]:
    """The value to be maximised and its bounds: turned around where less is better."""
    if reached.value is None:
        return math.nan, (-math.inf, math.inf)
    low, high = _span(reached) or (-math.inf, math.inf)
    return (-reached.value, (-high, -low)) if reached.better == "lower" else (reached.value, (low, high))


def _span(part: Evidence) -> Interval | None:
    """The bounds of a value, where there is one."""
    if part.value is None:
        return None
    return -math.inf if part.low is None else part.low, math.inf if part.high is None else part.high


def shortfall_of(part: Evidence, limit: float, aim: float) -> float:
    """How far a value is from its aim, in margins: 0 at the aim, 1 at the limit, more beyond it."""
    if part.outcome is not Outcome.MEASURED or part.value is None:
        return math.inf
    missing = aim - part.value if part.side == ">=" else part.value - aim
    margin = abs(aim - limit)
    if margin == 0:
        return 0.0 if missing <= 0 else 1 + missing
    return max(missing / margin, 0.0)


def choose(tried: Sequence[Tried], floor: float) -> int | None:
    """The best candidate within every aim; else the nearest to its aims that is within every limit; else none.

    Where the objectives of some are as good as the best one's, for all that so many rows can tell, it is the one with
    the least loss: a share of right decisions is noisy, and the best of a hundred is the luckiest.
    A candidate at or below ``floor`` (the accuracy of a constant decision) is never chosen.
    """
    useful = [place for place, one in enumerate(tried) if one.objective > floor]
    inside = [place for place in useful if all(tried[place].within)]
    if inside:
        best = max((tried[place] for place in inside), key=lambda one: one.objective)
        tie = TIE * (best.objective - best.span[0]) if math.isfinite(best.span[0]) else 0.0
        near = [place for place in inside if tried[place].objective >= best.objective - tie]
        return min(near, key=lambda place: (tried[place].loss, -tried[place].objective))
    near = [place for place in useful if all(tried[place].held)]
    return min(near, key=lambda place: tried[place].shortfall, default=None)


def best_of(tried: Sequence[Tried], floor: float) -> Tried | None:
    """What a trial is told by: its candidate that would be chosen, else the nearest to its aims."""
    known = [one for one in tried if not math.isnan(one.objective)]
    place = choose(known, floor)
    if place is not None:
        return known[place]
    return min(known, key=lambda one: (one.shortfall, -one.objective), default=None)


def in_the_way(tried: Sequence[Tried], requirements: Sequence[Requirement]) -> str:
    """Which requirement no candidate kept, or which two no candidate kept together, and how near the best came."""
    kept = np.array([one.held for one in tried], dtype=bool).reshape(len(tried), len(requirements))
    for place, requirement in enumerate(requirements):
        if not kept[:, place].any():
            best = _best(tried, place, requirement)
            reached = "it could not be measured" if best is None else f"the best candidate reached {best:.4g}"
            return f"{requirement.name}: {requirement} was kept by no candidate; {reached}"
    nearest = min(tried, key=lambda one: one.shortfall)
    broken = [r.name for r, held in zip(requirements, nearest.held, strict=True) if not held]
    missed = ", ".join(broken) or "the floor of the objective"
    return f"no candidate kept all of them together; the nearest, {nearest.name}, missed {missed}"


def would_help(tried: Sequence[Tried], requirements: Sequence[Requirement], aims: Aims) -> tuple[str, ...]:
    """Which bound would have to be relaxed by how much for the nearest candidate, one sentence a requirement."""
    told: list[str] = []
    nearest = min(tried, key=lambda one: (one.within.count(False), one.shortfall, -one.objective), default=None)
    if nearest is None:
        return ()
    for place, requirement in enumerate(requirements):
        value = nearest.values[place]
        limit = None if nearest.within[place] or value is None else aims.certifiable(place, value)
        if limit is None:
            continue
        now = aims.each[place][0].bound
        told.append(f"{requirement.name}: its bound relaxed from {now:g} to about {limit:.3g} would let this gate "
                    f"certify the nearest candidate, {nearest.name} ({value:.4g})")
    return tuple(told)


def _best(tried: Sequence[Tried], place: int, requirement: Requirement) -> float | None:
    values = [value for one in tried if (value := one.values[place]) is not None]
    return (max if requirement.bound.low is not None else min)(values, default=None)
