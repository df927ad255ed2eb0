"""Readiness: what is wrong with the rows before anything is learned from them, and what can be done about it.

`readiness` looks, `Readiness.remedied` gives the rows and features to go on with. The figures are those of the measures
of the same names: the limits are lines of the file, where it has some, else those of the pack `readiness`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.core.requirement import Requirement
from shall.phases.datasets import comparing, looking
from shall.phases.datasets.asking import Material
from shall.phases.datasets.looked import SEVERITIES, Look, Looked, Part, ReadyFinding

LOOKS: Final[Mapping[str, Look]] = {
    "missing values": looking.missing, "constant and duplicate columns": looking.columns,
    "duplicate rows": looking.rows_twice, "near-duplicate rows": looking.nearly_twice,
    "rows with two labels": looking.conflicts, "rows shared with the gate": looking.in_gate,
    "imbalance": looking.imbalance, "leakage": looking.leaks, "suspicious labels": looking.labels,
    "drift": comparing.drift, "proxies": comparing.proxies, "rows of each group": comparing.few_rows,
}

@dataclass(frozen=True)
class Readiness:
    """Every finding, the gravest first, and what is left after the safe remedies."""

    findings: tuple[ReadyFinding, ...]
    rows: int
    keep: NDArray[np.bool_]                 # bool[rows]: training rows that stay
    suspicious: NDArray[np.bool_]           # bool[rows]: labels that are likely to be wrong
    features: tuple[str, ...]               # that stay
    without: Mapping[str, str]              # features that do not, with the reason
    notes: tuple[str, ...] = ()             # what could not be looked at, and why
    seconds: float = 0.0                    # of CPU

    @property
    def kept(self) -> int:
        """How many training rows stay."""
        return int(self.keep.sum())

    def remedied(self, train: pa.Table, suspicious: bool = False) -> tuple[pa.Table, tuple[str, ...]]:
        """The training rows and features to go on with; ``suspicious``: leave out rows whose label is, too.

        Copies, rows of the gate, and features that are constant or repeat another one are left out. Raises DataError
        where ``train`` has other rows than were looked at.
        """
        if len(train) != self.rows:
            raise DataError(f"{self.rows:,} rows were looked at, and there are {len(train):,} now: look again")
        keep = self.keep & ~self.suspicious if suspicious else self.keep
        return (train if keep.all() else train.filter(pa.array(keep))), self.features


def readiness(train: pa.Table, gate: pa.Table | None, binding: Binding, features: Sequence[str],
              requirements: Sequence[Requirement] = (), confidence: float = 95.0) -> Readiness:
    """Look at training rows before anything is learned from them.

    Args:
        train: the rows to learn from.
        gate: the rows to decide on: only compared with, no label of it is looked at.
        binding: which column is what.
        features: the columns that may be learned from.
        requirements: lines of the file, all of them: limits of these measures, and groups that need enough rows.
        confidence: per cent, of lines that say nothing else.

    What cannot be looked at is a note. Raises nothing of its own.
    """
    began = time.process_time()
    looked = Looked(Material(train, binding, tuple(features)), gate, tuple(requirements), confidence)
    parts, notes = [], []
    for name, look in LOOKS.items():
        try:
            parts.append(look(looked))
        except DataError as error:
            notes.append(f"{name} could not be looked at: {error}")
    return replace(_joined(parts, len(train), tuple(features)), notes=tuple(notes),
                   seconds=time.process_time() - began)


def _joined(parts: Sequence[Part], rows: int, features: tuple[str, ...]) -> Readiness:
    without = {name: why for part in parts for name, why in part.without.items()}
    return Readiness(
        tuple(sorted((finding for part in parts for finding in part.findings),
                     key=lambda finding: SEVERITIES.index(finding.severity))),
        rows, ~_any((part.drop for part in parts), rows), _any((part.suspicious for part in parts), rows),
        tuple(name for name in features if name not in without), without)


def _any(masks: Iterator[NDArray[np.bool_] | None], rows: int) -> NDArray[np.bool_]:
    found = np.zeros(rows, dtype=bool)
    for mask in masks:
        if mask is not None:
            found |= mask
    return found
