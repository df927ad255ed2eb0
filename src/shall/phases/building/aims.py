"""Where a search aims so that the gate can certify what it finds, told before it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shall.core.verdict import limit_of
from shall.methods.task import Risk, Target
from shall.phases.evidence import Known, Unmeasured, comparisons
from shall.phases.margins import reach_of
from shall.phases.measuring import Examination, alpha_of
from shall.phases.parts import Part

LABEL_OF: Final[dict[str, int | None]] = {
    "selection_rate": None, "true_positive_rate": 1, "false_positive_rate": 0,
    "false_negative_rate": 1, "true_negative_rate": 0}
TURNED: Final = ("false_negative_rate", "true_negative_rate")    # 1 - a rate that a rule moves

Knowns = Sequence[Sequence[Known | Unmeasured]]


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the search aims on one requirement so that the gate can certify what it finds."""

    name: str
    limit: str
    aim: float
    why: str
    side: str = ">="
    bound: float = 0.0                      # the limit as a number
    certifiable: float = 0.0                # the true value that the gate certifies; the aim allows for choosing too


@dataclass(frozen=True, slots=True)
class Aims:
    """The aims of all parts, and what the rates are that a method may move to reach them."""

    examination: Examination
    knowns: Knowns
    each: tuple[tuple[Aim, ...], ...]       # of each requirement and each of its parts
    gate: tuple[int, int] = (0, 1)          # its rows, and its budget of looks

    def certifiable(self, place: int, value: float) -> float | None:
        """The limit at ``place`` that the gate would certify of this value; None where there are several parts."""
        if len(self.each[place]) != 1 or isinstance(one := self.knowns[place][0], Unmeasured):
            return None
        requirement, part = self.examination.requirements[place], self.examination.parts[place][0]
        alpha = alpha_of(requirement, self.examination.confidence, self.gate[1])
        reach = reach_of(part, one, self.gate[0], (value, alpha, max(comparisons(part, one), 1)), chosen=True)
        return value - reach if part.side == ">=" else value + reach

    @property
    def risks(self) -> tuple[Risk, ...]:
        """The shares of wrong answers that are asked for, each with its aim."""
        confidence, looks = self.examination.confidence, self.gate[1]
        return tuple(
            Risk(aim.bound, max(aim.aim, 0.0), 1 - alpha_of(part.requirement, confidence, looks), part.grouping)
            for parts, aims in zip(self.examination.parts, self.each, strict=True)
            for part, aim in zip(parts, aims, strict=True)
            if part.measure == "selective_risk" and part.requirement.aggregate == "each" and part.side == "<="
            and not part.references and part.requirement.where is None and part.items == ((),))

    def targets(self, tightness: float) -> tuple[Target, ...]:
        """The rates to be moved, so far on the way from the limits (0) to the aims (1) and beyond."""
        return tuple(
            target for parts, knowns, aims in zip(self.examination.parts, self.knowns, self.each, strict=True)
            for part, one, aim in zip(parts, knowns, aims, strict=True) if isinstance(one, Known) and movable(part)
            for target in _target(part, one, aim.bound + tightness * (aim.aim - aim.bound)))


def aims_of(examination: Examination, knowns: Knowns, gate: int, looks: int) -> Aims:
    """For each part the value at which so many gate rows certify its limit with a power of 80 %."""
    each = tuple(
        tuple(_aim(part, one, examination, (gate, looks),
                   sum(comparisons(p, k) for p, k in zip(parts, some, strict=True)))
              for part, one in zip(parts, some, strict=True))
        for parts, some in zip(examination.parts, knowns, strict=True))
    return Aims(examination, knowns, each, (gate, looks))


def spoken(aims: Aims, gate: int, objective: int) -> tuple[str, ...]:
    """The aims as sentences; the requirement at ``objective`` has none."""
    told = [aim for place, some in enumerate(aims.each) if place != objective for aim in some if aim.aim != aim.bound]
    return tuple(f"{gate:,} gate rows can certify {aim.name} {aim.limit} only for a true value of about "
                 f"{aim.certifiable:.3f}; for the noise of choosing the search aims at {aim.aim:.3f}" for aim in told)


def movable(part: Part) -> bool:
    """Whether a rule that knows of groups can move what the part asks for."""
    return (part.measure in LABEL_OF and bool(part.grouping) and part.items == ((),) and not part.references
            and part.requirement.where is None and not part.requirement.within)


def _aim(part: Part, one: Known | Unmeasured, examination: Examination, gate: tuple[int, int], together: int) -> Aim:
    requirement, (rows, looks) = part.requirement, gate
    limit = limit_of(requirement, part.side)
    alpha = alpha_of(requirement, examination.confidence, looks)
    name = requirement.name + (f" ({part.call})" if len(requirement.measures) > 1 else "")
    aim = Aim(name, f"{part.side} {part.limit}", limit, "", part.side, limit)
    if isinstance(one, Unmeasured) or part.card.census:
        return replace(aim, why="not estimated" if part.card.census else one.reason)  # type: ignore[union-attr]
    sign, what = (1 if part.side == ">=" else -1), (limit, alpha, together)
    return replace(aim, aim=limit + sign * reach_of(part, one, rows, what, chosen=True),
                   certifiable=limit + sign * reach_of(part, one, rows, what),
                   why=f"{rows:,} gate rows, {1 - alpha:.2%} confidence")


def _target(part: Part, known: Known, limit: float) -> Iterator[Target]:
    groups = tuple(group for group, judged, n in zip(known.groups, known.judged, known.estimates.n, strict=True)
                   if judged and n)
    if not groups:
        return
    turned = part.measure in TURNED
    aggregate, side = part.requirement.aggregate, part.side
    if aggregate == "each":
        yield Target("least" if (side == ">=") != turned else "most", LABEL_OF[part.measure], groups,
                     1 - limit if turned else limit)
    elif aggregate == "ratio" and side == ">=" and not turned:
        yield Target("ratio", LABEL_OF[part.measure], groups, limit)
    elif aggregate == "difference" and side == "<=":
        yield Target("difference", LABEL_OF[part.measure], groups, limit)
