"""What became of a graph that was to be smaller: the candidates, the frontier, and who goes to the gate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shall.core.store import Look
from shall.core.verdict import Finding, Verdict
from shall.graph import Compiled
from shall.reports import text

GOOD: Final = (Finding.MET, Finding.WAIVED)
NEAR: Final = 0.1                           # of a latency: what measuring it again may give


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of a graph on rows to choose on; ``objective`` as its measure has it, ``better`` lower or higher.

    ``short``: of each requirement, how far it is from where the gate will certify it: 0 there, 1 at the limit.
    """

    verdicts: tuple[Verdict, ...]
    short: tuple[float, ...]
    objective: float | None
    better: str = "higher"


@dataclass(frozen=True)
class Tried:
    """One candidate: seconds of one row, bytes, objective, and whether the requirements are kept."""

    said: str
    compiled: Compiled
    way: str
    predicted: float
    judged: Judged
    broken: tuple[str, ...]                 # requirements that it is further away from than the full graph
    measured: float | None = None
    unbeaten: bool = False                  # on the frontier

    @property
    def bytes(self) -> int:
        """The size of its ONNX models."""
        return size_of(self.compiled)

    @property
    def seconds(self) -> float:
        """Measured where it was, else predicted."""
        return self.predicted if self.measured is None else self.measured

    @property
    def kept(self) -> bool:
        """Whether the gate is likely to certify every requirement, or as likely as with the full graph."""
        return not self.broken


@dataclass(frozen=True)
class CompressReport:
    """Every candidate, the full graph first; ``chosen``: the place of the one that was put to the gate."""

    subject: str
    tried: tuple[Tried, ...]
    objective: str
    rows: tuple[int, int]                   # to learn from, to choose on
    chosen: int | None = None
    verdicts: tuple[Verdict, ...] = ()      # of the chosen one, on the gate
    gate: int = 0
    looks: Look | None = None
    place: str = ""                         # where it was written
    notes: tuple[str, ...] = ()
    stopped: bool = False

    def __str__(self) -> str:
        return text.compress(self)

    @property
    def full(self) -> Tried:
        """The graph as it was."""
        return self.tried[0]

    @property
    def winner(self) -> Tried | None:
        """The one that was put to the gate."""
        return None if self.chosen is None else self.tried[self.chosen]

    @property
    def found(self) -> bool:
        """Whether a smaller graph keeps every requirement on the gate."""
        return self.chosen is not None and bool(self.verdicts) and all(one.verdict in GOOD for one in self.verdicts)


def broken_of(judged: Judged, full: Judged) -> tuple[str, ...]:
    """Requirements that are broken, or not where the gate certifies them and further away than with the full graph."""
    return tuple(one.name for one, short, before in zip(judged.verdicts, judged.short, full.short, strict=True)
                 if short > max(before, 0.0) or one.verdict is Finding.BROKEN)


def frontier(tried: Sequence[Tried]) -> set[int]:
    """Places of candidates that none beats in latency, size and objective."""
    every = [(one.seconds, float(one.bytes), _loss(one)) for one in tried]
    return {place for place, own in enumerate(every)
            if not any(other != own and all(a <= b for a, b in zip(other, own, strict=True)) for other in every)}


def ranked(tried: Sequence[Tried]) -> list[int]:
    """Places of those that keep the requirements and were measured to be faster than the full graph, fastest first.

    Of those as fast as the fastest, for all that can be measured, the best objective comes first.
    """
    some = [place for place, one in enumerate(tried) if place and one.kept and one.measured is not None
            and one.seconds < tried[0].seconds]
    limit = (1 + NEAR) * min((tried[place].seconds for place in some), default=0.0)

    def order(place: int) -> tuple[bool, float]:
        one = tried[place]
        return one.seconds > limit, one.seconds if one.seconds > limit else _loss(one)

    return sorted(some, key=order)


def _loss(one: Tried) -> float:
    """The objective, so that less is better."""
    value = one.judged.objective
    return math.inf if value is None else value if one.judged.better == "lower" else -value


def size_of(compiled: Compiled) -> int:
    """Bytes of what the runtime loads."""
    return len(compiled.onnx) + (len(compiled.first.onnx) if compiled.first is not None else 0)
