"""The only place where anything is decided."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shall.core.errors import InputError
from shall.core.evidence import Evidence, Outcome
from shall.core.requirement import Number, Reference, Requirement, Side
from shall.core.units import in_base


class Finding(StrEnum):
    """From best to worst; the order is the order of declaration."""

    MET = "met"
    WAIVED = "waived"
    UNDECIDED = "undecided"
    BROKEN = "broken"


WORST_FIRST = (Finding.BROKEN, Finding.UNDECIDED, Finding.WAIVED, Finding.MET)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A requirement, what was found, and the evidence that it stands on."""

    requirement: Requirement
    verdict: Finding
    evidence: tuple[Evidence, ...]
    found: tuple[Finding, ...]              # of each evidence, in its order
    phase: str
    on: datetime.date
    needs: str = ""                         # what would settle an undecided one

    @property
    def name(self) -> str:
        return self.requirement.name

    @property
    def deciding(self) -> Evidence:
        """The evidence that made the verdict: the first of the worst."""
        return self.evidence[self.found.index(worst(self.found))]

    @property
    def limit(self) -> float:
        """The number that the deciding evidence was held against."""
        return limit_of(self.requirement, self.deciding.side)


def worst(found: Sequence[Finding]) -> Finding:
    """The worst of some findings; nothing found is undecided, never met."""
    return next((kind for kind in WORST_FIRST if kind in found), Finding.UNDECIDED)


def limit_of(requirement: Requirement, side: Side) -> float:
    """The number on one side of the bound, per cent resolved; for a reference, its offset or share."""
    limit = requirement.bound.low if side == ">=" else requirement.bound.high
    if limit is None:
        raise InputError(f"{requirement.name or 'the requirement'} has no bound on the side {side}")
    if isinstance(limit, Reference):
        limit = limit.share or limit.offset or Number(0.0)
    return in_base(limit.value, limit.unit)


def decide(requirement: Requirement, evidence: Sequence[Evidence], on: datetime.date, phase: str = "check") -> Verdict:
    """Hold evidence against its requirement.

    *met* when every part is within its limit on the unfavourable side, *broken* when some part is
    beyond it on the favourable side, else *undecided*. ``on`` is the date, for waivers.
    """
    found = tuple(find(part, limit_of(requirement, part.side)) for part in evidence)
    verdict = worst(found)
    waiver = requirement.waive
    if waiver is not None and waiver.holds(on) and verdict is not Finding.MET:
        verdict = Finding.WAIVED
    needs = "; ".join(dict.fromkeys(part.settles for part, kind in zip(evidence, found, strict=True)
                                    if kind is Finding.UNDECIDED and part.settles))
    return Verdict(requirement, verdict, tuple(evidence), found, phase, on, needs)


def find(part: Evidence, limit: float) -> Finding:
    """One part against its limit."""
    if part.outcome is not Outcome.MEASURED or part.low is None or part.high is None:
        return Finding.UNDECIDED
    within, beyond = part.low >= limit, part.high < limit
    if part.side == "<=":
        within, beyond = part.high <= limit, part.low > limit
    if within and part.value is not None:
        return Finding.MET
    return Finding.BROKEN if beyond else Finding.UNDECIDED
