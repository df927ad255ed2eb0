"""What readiness finds: a finding, its gravity, and what one look gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.requirement import Number, Requirement
from shall.phases.datasets.asking import Material

Severity = Literal["high", "medium", "low"]
SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")
LIMITS: Final[Mapping[str, float]] = {
    "missing_rate": 0.2, "duplicate_rate": 0.01, "near_duplicate_rate": 0.05, "conflict_rate": 0.05, "shared_rows": 0.0,
    "imbalance": 0.95, "label_noise": 0.05, "leakage": 0.5, "proxy": 0.2, "population_stability": 0.2,
}


@dataclass(frozen=True, slots=True)
class ReadyFinding:
    """One thing that is wrong or worth knowing. ``bars``: what a picture shows, names with figures."""

    name: str                               # the measure
    severity: Severity
    what: str
    evidence: Mapping[str, float]
    remedy: str
    applied: bool = False                   # by `remedied`
    limit: float | None = None
    bars: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Looked:
    """The rows that are looked at, and what may be asked of them; ``gate`` None: nothing to compare with."""

    material: Material                      # of the training rows
    gate: pa.Table | None
    requirements: tuple[Requirement, ...]
    confidence: float                       # per cent

    def limit(self, name: str) -> float:
        """The limit of a measure: of a line of the file, else the usual one."""
        for requirement in self.requirements:
            bound = requirement.bound.high
            if requirement.aggregate == "each" and isinstance(bound, Number) and any(
                    call.name == name for call in requirement.measures):
                return float(bound.value)
        return LIMITS[name]


@dataclass(frozen=True)
class Part:
    """What one look found: findings, rows to leave out (bool[rows]), rows with a suspicious label, features to leave
    out with the reason."""

    findings: tuple[ReadyFinding, ...] = ()
    drop: NDArray[np.bool_] | None = None
    suspicious: NDArray[np.bool_] | None = None
    without: Mapping[str, str] = field(default_factory=dict)


Look = Callable[[Looked], Part]


def severity(value: float, high: float, medium: float) -> Severity:
    """By two steps."""
    return "high" if value > high else "medium" if value > medium else "low"


def bars(shares: Mapping[str, float], most: int = 12) -> tuple[tuple[str, float], ...]:
    """The largest figures of a picture."""
    return tuple(sorted(shares.items(), key=lambda pair: -pair[1])[:most])


def some(material: Material, most: int) -> tuple[Material, NDArray[np.int64]]:
    """At most so many rows, chosen by a fixed seed, and their places."""
    rows = len(material.table)
    if rows <= most:
        return material, np.arange(rows)
    places = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    return Material(material.table.take(pa.array(places)), material.binding, material.features), places
