"""What a search starts from: rows and requirements become a task with aims, before anything is tried."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall import registry
from shall.core.errors import DataError, InputError
from shall.core.log import Binding
from shall.core.requirement import Requirement
from shall.methods.adjust import plug_in
from shall.methods.model import Answer
from shall.methods.prepare import encode
from shall.methods.task import Floats
from shall.phases.building.aims import Aims, aims_of, movable
from shall.phases.building.answers import binding_of, tally_answer
from shall.phases.building.fitting import folds_of, labelled, sample
from shall.phases.building.ground import Ground, cells_of, cross_fitted, folds_for, given_of
from shall.phases.building.referenced import toward
from shall.phases.building.space import Config, Wanted, space_of
from shall.phases.building.trial import Task, held_out, makers_of
from shall.phases.datasets.populations import Other
from shall.phases.measuring import Examination, known, prepare

SEARCHING: Final = 0.8                      # of the seconds that there are
FLOORS: Final = {"roc_auc": 0.5}            # of objectives: what a model without any use reaches


@dataclass(frozen=True, slots=True)
class Material:
    """What a search starts from."""

    requirements: tuple[Requirement, ...]   # those of the phase build; in a search, those that a model can keep
    confidence: float
    train: pa.Table
    gate: pa.Table
    binding: Binding
    features: tuple[str, ...]
    objective: str = ""                     # a measure; else accuracy, or the root of the mean squared error
    looks: int = 1
    seconds: float | None = None
    trials: int | None = None
    seed: int = 0
    wanted: Wanted = field(default_factory=Wanted)      # learners, mitigations, constraints of features
    by: tuple[str, ...] = ()                # groups that the model may use when it decides
    workers: int = 1
    on: str = ""                            # "ray": workers of a Ray cluster
    readiness: bool = True                  # look at the rows first, and mend what can be
    study: str | None = None                # the address of a database that keeps the search
    digest: str = ""                        # of the rows to learn from
    at_gate: tuple[Requirement, ...] = ()   # all, facts of the file too: those are asked of the gate, once
    other: Other | None = None              # how to open the data that are a population

    @property
    def searching(self) -> float | None:
        """The seconds of the search: what is found is learned again within the rest."""
        return None if self.seconds is None else SEARCHING * self.seconds

    @property
    def searched(self) -> Material:
        """The same for a search: without the lines that only the rows decide, and no model (`rows >= 1000`)."""
        kept = tuple(line for line in self.requirements if not all(
            registry.named(call.name).card.census for call in line.measures))
        return replace(self, requirements=kept, at_gate=self.requirements)


def task_of(material: Material, began: float) -> Task:
    """What every trial starts from, with the aims: they take a model that stands in for what will be found."""
    objective = Requirement.parse(f"{material.objective} >= 0")
    examination = prepare((*material.requirements, objective), binding_of(material.binding), material.confidence)
    ground = _ground(material, examination)
    started = time.monotonic()
    stand_in, says = _stand_in(material, ground)
    seconds = time.monotonic() - started
    aims = _aims(material, examination, ground, plain(ground, says))
    if aims.targets(1.0):
        ground = replace(ground, given=given_of(ground, material.seed))
        aims = _aims(material, examination, ground, _moved(ground, says, aims))
    else:
        ground = replace(ground, cells=None)
    names = [registry.named(call.name).id for line in material.requirements for call in line.measures]
    deadline = None if material.searching is None else time.time() + material.searching - (time.monotonic() - began)
    return Task(ground, aims, len(material.requirements), makers_of(names, bool(ground.by)), material.seed, deadline,
                (stand_in, says, seconds), material.wanted.blends)


def _aims(material: Material, examination: Examination, ground: Ground, answer: Answer) -> Aims:
    """The aims, if what is found will be like these answers to the held-out rows."""
    tally = tally_answer(examination, answer, ground.table.take(ground.rows), ground.classes)
    return aims_of(examination, known(examination, tally, {}), material.gate.num_rows, material.looks)


def _moved(ground: Ground, says: Floats, aims: Aims) -> Answer:
    """Decided by a rule that keeps the aims: what is found will have its rates, not those of the plain one."""
    if ground.given is not None:
        held = held_out(ground, says)
        rule = plug_in.rule_for(held, aims.targets(1.0))
        if rule is not None:
            return Answer(says, *rule.decide(held))
    return plain(ground, says)


def _stand_in(material: Material, ground: Ground) -> tuple[Config, Floats]:
    """The first configuration that can be learned, and what it says of the held-out rows."""
    reasons: list[str] = []
    for config in space_of(material.binding.kind, material.wanted, False).first:
        try:
            says = cross_fitted(ground, config, lambda tightness: (), material.seed)
        except Exception as error:          # of a library or a plug-in, which may raise anything
            reasons.append(f"{config['learner']}: {type(error).__name__}: {error}")
            continue
        assert says is not None
        return config, says
    raise InputError(f"no learner learns anything from these rows ({'; '.join(reasons)})")


def _ground(material: Material, examination: Examination) -> Ground:
    """The rows with a label, encoded and parted into folds."""
    binding = material.binding
    rows, labels = labelled(material.train, binding)
    if len(np.unique(labels)) < 2:
        raise DataError("the training rows have labels of one class only, or none: there is nothing to learn")
    classes: tuple[str, ...] = {"binary": ("0", "1"), "multiclass": binding.classes}.get(binding.kind, ())
    names = {name for parts in examination.parts for part in parts if movable(part) for name in part.grouping}
    by = tuple(group for group in binding.groups if group.name in material.by) if len(classes) == 2 else ()
    encoding = encode.fit(rows, material.features)
    some = sample(rows, binding, encoding, sorted(names | {group.name for group in by}) if len(classes) == 2 else ())
    some = replace(some, toward=toward(rows))
    folds, held = folds_for(rows.num_rows, len(classes))
    if rows.num_rows < folds:
        raise DataError(f"{rows.num_rows} training rows have a label, too few to learn from and to choose by")
    cells = cells_of(replace(some, groups={name: some.groups[name] for name in names})) if len(classes) == 2 else None
    return Ground(rows, some, encoding, classes, by, folds_of(rows, binding, some.label, folds), folds, held, cells,
                  material.wanted.settings(encoding.features))


def plain(ground: Ground, says: Any) -> Answer:
    """What is said of the held-out rows, decided by the plain rule."""
    nobody = np.zeros(len(says), dtype=bool)
    if not ground.classes:
        return Answer(says[:, 0], np.zeros(len(says), dtype=np.int64), nobody)
    return Answer(says, (says[:, 1] >= 0.5).astype(np.int64) if says.shape[1] == 2 else says.argmax(axis=1), nobody)


def floor_of(material: Material, label: Any) -> float:
    """What a model without any use reaches: the share of the largest class, or half an area."""
    if material.objective == "accuracy" and material.binding.kind != "regressor":
        return float(np.unique(label, return_counts=True)[1].max() / len(label))
    return FLOORS.get(material.objective, -math.inf)
