"""What estimators that search share: from what `fit` is given to a certified model."""

from __future__ import annotations

import datetime
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall.adapters.frames import digest_of_rows
from shall.core.errors import MissingExtra
from shall.core.verdict import Finding
from shall.estimators import _lines
from shall.estimators._rows import Given, WrongInput
from shall.methods.model import Model
from shall.phases import build as phase
from shall.phases.build import BuildResult
from shall.phases.building.candidates import best_of
from shall.phases.building.space import Wanted
from shall.phases.building.starting import Material, task_of
from shall.phases.building.trial import refit

try:
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

FEWEST: Final = 10                          # rows to learn from: two a fold


@dataclass(frozen=True)
class Coding:
    """How a target becomes a label column: its classes as the model knows them, the positive one last."""

    classes: tuple[Any, ...] = ()           # none: a number

    @property
    def kind(self) -> str:
        """Of the subject."""
        return {0: "regressor", 2: "binary"}.get(len(self.classes), "multiclass")

    @property
    def names(self) -> tuple[str, ...]:
        """The classes as text."""
        return tuple(str(name) for name in self.classes)

    def subject(self) -> dict[str, Any]:
        """`[subject]` of a shall file."""
        if self.kind == "multiclass":
            return {"classes": list(self.names)}
        return {"positive": "1"} if self.classes else {"kind": "regressor"}

    def label(self, y: Any) -> pa.Array:
        """The label column of a target [n]."""
        if not self.classes:
            return pa.array(y)
        known = np.isin(y, np.asarray(self.classes))
        if not known.all():
            raise WrongInput(f"y has the class {y[~known].tolist()[0]!r}, which is not among those to learn from")
        if len(self.classes) == 2:
            return pa.array((y == self.classes[1]).astype(np.int8))
        return pa.array([str(value) for value in y.tolist()], pa.string())


def parted(given: Given, coding: Coding, size: float, seed: int) -> tuple[Given, Given]:
    """Rows to learn from and rows for the gate, alike in classes where there are enough of each."""
    _, counts = np.unique(given.y, return_counts=True)
    rows = np.arange(len(given.y))
    gate = math.ceil(size * len(rows)) if size < 1 else int(size)
    alike = bool(coding.classes) and counts.min() > 1 and min(gate, len(rows) - gate) >= len(counts)
    learned, kept = train_test_split(rows, test_size=gate, random_state=seed % 2**32,
                                     stratify=given.y if alike else None)
    return given.take(np.sort(learned)), given.take(np.sort(kept))


@dataclass(frozen=True)
class Asked:
    """What an estimator is to keep, and how it searches: its arguments of the same names."""

    requirements: Any
    groups: Any = None
    objective: str | None = None
    confidence: float = 95.0
    gate_size: float | None = None
    looks: int = 1
    learners: Any = ()
    trials: int | None = None
    seconds: float | None = None
    use_groups: Any = ()
    n_jobs: int | None = None
    cluster: str = ""
    study: str | None = None

    @staticmethod
    def of(estimator: Any) -> Asked:
        """From an estimator that has all of them."""
        return Asked(**{part.name: getattr(estimator, part.name) for part in fields(Asked)})


def material_of(asked: Asked, coding: Coding, given: Given, gate: Given | None, seed: int) -> tuple[Material, bool]:
    """What the search starts from, and whether there is something to certify, and rows to certify it on."""
    file = _lines.read(asked.requirements, asked.groups, coding.subject(),
                       {**_lines.objective_of(asked.objective), "use_groups": list(asked.use_groups)},
                       asked.confidence)
    _lines.expect(file.groups, [*given.X.column_names, *given.sensitive.column_names])
    lines = tuple(line for line in file.requirements if "build" in line.phases)
    if lines and gate is None and asked.gate_size is not None:
        given, gate = parted(given, coding, asked.gate_size, seed)
    if len(given.X) < FEWEST:
        raise WrongInput(f"n_samples={len(given.X)}: at least {FEWEST} rows are needed to learn and to choose by")
    barred = {group.column for group in file.groups if group.name not in asked.use_groups}
    train = given.table(coding.label(given.y))
    return Material(
        requirements=lines, confidence=file.confidence, train=train,
        gate=train if gate is None else gate.table(coding.label(gate.y)),
        binding=_lines.binding_of(file, coding.kind, coding.names, weighted=given.weight is not None),
        features=tuple(name for name in given.X.column_names if name not in barred),
        objective=file.build.maximise or file.build.minimise or "", looks=asked.looks, seconds=asked.seconds,
        trials=asked.trials, seed=seed, wanted=Wanted(tuple(asked.learners)), by=tuple(asked.use_groups),
        readiness=False, workers=jobs(asked.n_jobs), on=asked.cluster, study=asked.study,
        digest=digest_of_rows(train.schema, train.to_batches())), bool(lines) and gate is not None


def certified(material: Material) -> BuildResult:
    """Search, choose, and judge one candidate on the gate."""
    return phase.build(material, lambda digest: None, datetime.date.today())


def nearest(material: Material, result: BuildResult) -> Model | None:
    """The candidate that is nearest to the requirements, where none was chosen."""
    best = best_of(result.tried, -math.inf)
    if best is None:
        return None
    return refit(task_of(replace(material, objective=result.objective), time.monotonic()), best)


def what_is_missing(result: BuildResult) -> str:
    """Why there is no certified model, and what would help."""
    undecided = [f"{verdict.name} is {verdict.verdict}" for verdict in result.verdicts
                 if verdict.verdict not in (Finding.MET, Finding.WAIVED)]
    why = result.in_the_way or f"on {result.rows:,} gate rows {', '.join(undecided)}"
    help_ = f". What would help: {'; '.join(result.helps)}" if result.helps else ""
    return (f"no certified model was found: {why}{help_}. The candidates are in frontier_; "
            "on_not_found=\"nearest\" takes the nearest one")


def jobs(n_jobs: int | None) -> int:
    """As joblib counts them: None is one, -1 one a core, -2 all but one."""
    if n_jobs is None:
        return 1
    return n_jobs if n_jobs > 0 else max((os.cpu_count() or 1) + 1 + n_jobs, 1)


def classes_in(y: Any, positive: Any) -> tuple[Any, ...]:
    """The classes of a target as the model knows them: of two the positive one is last."""
    classes: Sequence[Any] = np.unique(y).tolist()
    if positive is None or len(classes) != 2:
        return tuple(classes)
    if positive not in classes:
        raise WrongInput(f"pos_label={positive!r} is no class of y, which has {', '.join(map(repr, classes))}")
    return tuple(sorted(classes, key=lambda name: name == positive))


def seed_of(random_state: Any) -> int:
    """One seed from what scikit-learn takes for one."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))
