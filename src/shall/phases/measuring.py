"""From counted rows to verdicts: the one path of build, check and watch."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from shall.core.evidence import Evidence
from shall.core.log import Binding
from shall.core.requirement import Requirement
from shall.core.verdict import Finding, Verdict, decide, limit_of
from shall.phases.evidence import Known, Unmeasured, comparisons, estimate, evidence, settles
from shall.phases.parts import Feature, Part, take_apart
from shall.phases.watching.newest import Newest
from shall.tally import Plan, Tally, compile_plan


@dataclass(frozen=True, slots=True)
class Examination:
    """Requirements compiled for one way of reading a log: their parts, and the one plan that counts for all."""

    requirements: tuple[Requirement, ...]
    parts: tuple[tuple[Part, ...], ...]
    binding: Binding
    plan: Plan
    confidence: float                       # per cent, of a line that says nothing else
    of_references: Binding | None = None    # how they are read, where they have columns that the log has not yet

    @property
    def references(self) -> tuple[str, ...]:
        """The other logs that some line is compared with."""
        named = (name for parts in self.parts for part in parts for name in part.references)
        return tuple(dict.fromkeys(name for name in named if name != "overall"))

    @property
    def estimates(self) -> tuple[str, ...]:
        """The lines that the newest labels check; one against `previous` has those of its own window."""
        return tuple(line.name for line, parts in zip(self.requirements, self.parts, strict=True)
                     if line.against != "previous" and any(part.card.estimates for part in parts))

    def counting(self, other: Examination) -> Examination:
        """The same with a plan that also counts what the estimates of another one need."""
        estimating = [parts for line, parts in zip(other.requirements, other.parts, strict=True)
                      if line.name in other.estimates]
        needs = [need for parts in (*self.parts, *estimating) for part in parts for need in part.needs]
        return replace(self, plan=compile_plan(needs, self.binding))

    def compared_with(self, name: str) -> Examination:
        """The same with a plan of what is counted of a reference: that of the lines that are compared with it."""
        needs = [part.beside(need, name) for parts in self.parts for part in parts if name in part.references
                 for need in part.needs]
        binding = self.of_references or self.binding
        return replace(self, plan=compile_plan(needs, binding), binding=binding)


class Judged(NamedTuple):
    """What is judged, what it is compared with, and in a watch the labels that estimates are checked by."""

    tally: Tally
    references: Mapping[str, Tally]
    newest: Newest | None = None


def prepare(requirements: Sequence[Requirement], binding: Binding, confidence: float = 95.0,
            features: Sequence[Feature] = ()) -> Examination:
    """Take every requirement apart and compile one plan for all of them."""
    parts = tuple(take_apart(requirement, binding, features) for requirement in requirements)
    needs = [need for some in parts for part in some for need in part.needs]
    return Examination(tuple(requirements), parts, binding, compile_plan(needs, binding), confidence)


def judge(examination: Examination, tally: Tally, references: Mapping[str, Tally], *, on: datetime.date,
          phase: str, looks: int = 1) -> tuple[Verdict, ...]:
    """The verdict of every requirement.

    ``looks`` is the number of looks that share alpha: the budget of a gate, or the windows of a
    watch. A reference that is not in ``references`` is not available, so its lines are undecided.
    """
    return judge_counted(examination, Judged(tally, references), on=on, phase=phase, looks=looks)


def judge_counted(examination: Examination, counted: Judged, *, on: datetime.date, phase: str,
                  looks: int = 1) -> tuple[Verdict, ...]:
    """The same of what may have newer labels beside it, as a window of a watch has."""
    return tuple(_judge(requirement, parts, examination.confidence, counted, (on, phase, looks))[0]
                 for requirement, parts in zip(examination.requirements, examination.parts, strict=True))


def judge_one(examination: Examination, tally: Tally, *, on: datetime.date, looks: int = 1
              ) -> tuple[Verdict, Known | Unmeasured]:
    """The verdict of the first requirement as `check` finds it, and what its first part stands on."""
    verdict, measured = _judge(examination.requirements[0], examination.parts[0], examination.confidence,
                               Judged(tally, {}), (on, "check", looks))
    return verdict, measured[0]


def measure(examination: Examination, tally: Tally, references: Mapping[str, Tally],
            looks: int = 1) -> tuple[tuple[Evidence, ...], ...]:
    """The evidence of every part of every requirement, undecided."""
    return tuple(_measure(requirement, parts, examination.confidence, Judged(tally, references), looks)[0]
                 for requirement, parts in zip(examination.requirements, examination.parts, strict=True))


def told(examination: Examination, tally: Tally, references: Mapping[str, Tally],
         looks: int = 1) -> tuple[tuple[Evidence, Known | Unmeasured], ...]:
    """Of the first part of every requirement its evidence, and what it stands on."""
    found = (_measure(requirement, parts, examination.confidence, Judged(tally, references), looks)
             for requirement, parts in zip(examination.requirements, examination.parts, strict=True))
    return tuple((evidence[0], measured[0]) for evidence, measured, _ in found)


def known(examination: Examination, tally: Tally,
          references: Mapping[str, Tally]) -> tuple[tuple[Known | Unmeasured, ...], ...]:
    """What every part knows of its groups, for planning."""
    return tuple(tuple(estimate(part, tally, references) for part in parts) for parts in examination.parts)


def alpha_of(requirement: Requirement, confidence: float, looks: int = 1) -> float:
    """The error that one look may make."""
    stated = requirement.confidence.value if requirement.confidence else confidence
    return (1 - stated / 100) / looks


def _measure(requirement: Requirement, parts: Sequence[Part], confidence: float, counted: Judged,
             looks: int) -> tuple[tuple[Evidence, ...], list[Known | Unmeasured], int]:
    alpha = alpha_of(requirement, confidence, looks)
    measured = [estimate(part, *counted) for part in parts]
    together = sum(comparisons(part, one) for part, one in zip(parts, measured, strict=True))
    found = tuple(evidence(part, one, alpha, together) for part, one in zip(parts, measured, strict=True))
    return found, measured, together


def _judge(requirement: Requirement, parts: Sequence[Part], confidence: float, counted: Judged,
           when: tuple[datetime.date, str, int]) -> tuple[Verdict, list[Known | Unmeasured]]:
    on, phase, looks = when
    found, measured, together = _measure(requirement, parts, confidence, counted, looks)
    verdict = decide(requirement, found, on, phase)
    if Finding.UNDECIDED not in verdict.found:
        return verdict, measured
    alpha = alpha_of(requirement, confidence, looks)
    told = [replace(made, settles=settles(part, one, limit_of(requirement, part.side), alpha, together))
            if finding is Finding.UNDECIDED and not isinstance(one, Unmeasured) else made
            for part, one, made, finding in zip(parts, measured, found, verdict.found, strict=True)]
    return decide(requirement, told, on, phase), measured
