"""`build`: a constraint. Search for a model that keeps the requirements, and certify it on rows that it never saw."""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa

from shall import registry
from shall.core.errors import DataError
from shall.core.log import Binding
from shall.core.requirement import Requirement
from shall.core.store import Look
from shall.core.verdict import Finding, Verdict, limit_of, worst
from shall.methods.model import Model
from shall.methods.prepare import encode
from shall.phases.evidence import Known, Unmeasured, comparisons
from shall.phases.fitting import Target, fit, labelled, sample
from shall.phases.margins import reach_of
from shall.phases.measuring import Examination, alpha_of, judge, known, prepare
from shall.phases.parts import Part
from shall.phases.search import (
    Aim,
    Tried,
    binding_of,
    choose,
    judge_candidate,
    movable,
    out_of_time,
    rules,
    tally_of,
    targets_of,
)
from shall.phases.split import split
from shall.reports import text

LEARNERS: Final = ("lightgbm", "logistic_regression")
VALIDATION: Final = 10_000                  # training rows kept for choosing; but a quarter at least, a half at most
FLOORS: Final = {"roc_auc": 0.5}            # of objectives: what a model without any use reaches


@dataclass(frozen=True, slots=True)
class Material:
    """What a search starts from."""

    requirements: tuple[Requirement, ...]   # those of the phase build
    confidence: float
    train: pa.Table
    gate: pa.Table
    binding: Binding
    features: tuple[str, ...]
    objective: str = "accuracy"
    looks: int = 1
    seconds: float | None = None
    trials: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Progressing:
    """Whom to tell: a sentence before the search, and each candidate."""

    say: Callable[[str], None] = lambda text: None
    step: Callable[[str, int], None] = lambda what, done: None


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The aims, the frontier, the winner, and its certificate on the gate."""

    subject: str
    rows: int                               # of the gate
    train_rows: int
    objective: str
    aims: tuple[Aim, ...]
    requirements: tuple[str, ...]           # names, in the order of `Tried.values`
    tried: tuple[Tried, ...]
    verdicts: tuple[Verdict, ...]           # empty where nothing was put to the gate
    candidate: Model | None                 # what was put to the gate, certified or not
    in_the_way: str = ""
    notes: tuple[str, ...] = ()
    looks: Look | None = None
    model: str = ""                         # where it was written
    file: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        return text.build(self)

    @property
    def found(self) -> bool:
        """Whether a model was certified: every requirement is met, or waived."""
        return bool(self.verdicts) and worst([v.verdict for v in self.verdicts]) in (Finding.MET, Finding.WAIVED)


@dataclass(slots=True)
class Search:
    """What a search has found so far; an interrupted one keeps it."""

    examination: Examination
    aims: tuple[tuple[Aim, ...], ...] = ()
    models: list[Model] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def build(material: Material, look: Callable[[str], Look | None], on: datetime.date,
          progress: Progressing | None = None) -> BuildResult:
    """Search, choose, and put one candidate to the gate; ``look`` is asked for leave with the digest of the model."""
    began = time.monotonic()
    objective = Requirement.parse(f"{material.objective} >= 0")
    search = Search(prepare((*material.requirements, objective), binding_of(material.binding), material.confidence))
    rows, labels = labelled(material.train, material.binding)
    if len(np.unique(labels)) < 2:
        raise DataError("the training rows have labels of one class only, or none: there is nothing to learn")
    try:
        _search(search, material, rows, progress or Progressing(), began)
    except KeyboardInterrupt:
        if not search.tried:
            raise
        search.notes.append(f"interrupted after {len(search.tried)} candidates; the best so far goes on")
    larger = float(max(labels.mean(), 1 - labels.mean()))
    floor = larger if material.objective == "accuracy" else FLOORS.get(material.objective, -math.inf)
    place = choose(search.tried, floor)
    found = _certified(search, material, place, look, on)
    return replace(found, seconds=time.monotonic() - began, train_rows=len(labels))


def _search(search: Search, material: Material, rows: pa.Table, progress: Progressing, began: float) -> None:
    examination = search.examination
    unit = material.binding.column("unit")
    share = min(max(VALIDATION / rows.num_rows, 0.25), 0.5)
    parted = split(rows, share, "unit" if unit else "hash", unit or material.binding.column("id"), "validation ")
    encoding = encode.fit(parted.train, material.features)
    names = sorted({name for parts in examination.parts for part in parts if movable(part) for name in part.grouping})
    train, held = (sample(table, material.binding, encoding, names) for table in (parted.train, parted.gate))
    for learner in learners():
        fitted = fit(learner, encoding, train, material.seed)
        plain = tally_of(examination, fitted.model, parted.gate, held.X)
        knowns = known(examination, plain, {})
        if not search.aims:
            search.aims = aims_of(examination, knowns, material)
            for sentence in spoken(search.aims, material):
                progress.say(sentence)
        targets = partial(_targets, examination, knowns, search.aims)
        for name, model in rules(fitted, held, targets):
            tally = tally_of(examination, model, parted.gate, held.X)
            search.models.append(model)                 # first, so that an interruption leaves no figures without one
            search.tried.append(judge_candidate(name, examination, tally, search.aims, len(material.requirements)))
            progress.step("searching", 1)
            if len(search.tried) == material.trials or out_of_time(began, material.seconds):
                search.notes.append(f"the budget was spent after {len(search.tried)} candidates")
                return


def _targets(examination: Examination, knowns: Sequence[Sequence[Known | Unmeasured]], aims: Sequence[Sequence[Aim]],
             tightness: float) -> tuple[Target, ...]:
    return targets_of(examination, knowns, limits(aims, tightness))


def learners() -> tuple[str, ...]:
    """The learners that are tried: ours, then those of plug-ins."""
    others = (name for name in registry.plugged_in("methods") if name not in LEARNERS)
    return (*LEARNERS, *(name for name in others if hasattr(registry.find("methods", name), "fit")))


def aims_of(examination: Examination, knowns: Sequence[Sequence[Known | Unmeasured]],
            material: Material) -> tuple[tuple[Aim, ...], ...]:
    """For each part the value at which this gate certifies its limit with a power of 80 %."""
    return tuple(
        tuple(_aim(part, one, examination, material, sum(comparisons(p, k) for p, k in zip(parts, some, strict=True)))
              for part, one in zip(parts, some, strict=True))
        for parts, some in zip(examination.parts, knowns, strict=True))


def _aim(part: Part, one: Known | Unmeasured, examination: Examination, material: Material, together: int) -> Aim:
    requirement = part.requirement
    limit = limit_of(requirement, part.side)
    alpha = alpha_of(requirement, examination.confidence, material.looks)
    name = requirement.name + (f" ({part.call})" if len(requirement.measures) > 1 else "")
    aim = Aim(name, f"{part.side} {part.limit}", limit, "", part.side, limit)
    if isinstance(one, Unmeasured) or part.card.census:
        return replace(aim, why="not estimated" if part.card.census else one.reason)  # type: ignore[union-attr]
    sign, gate, what = (1 if part.side == ">=" else -1), material.gate.num_rows, (limit, alpha, together)
    return replace(aim, aim=limit + sign * reach_of(part, one, gate, what, chosen=True),
                   certifiable=limit + sign * reach_of(part, one, gate, what),
                   why=f"{gate:,} gate rows, {1 - alpha:.2%} confidence")


def limits(aims: Sequence[Sequence[Aim]], tightness: float) -> tuple[tuple[float, ...], ...]:
    """The limits of all parts, so far on the way from the limit (0) to the aim (1) and beyond."""
    return tuple(tuple(aim.bound + tightness * (aim.aim - aim.bound) for aim in some) for some in aims)


def spoken(aims: Sequence[Sequence[Aim]], material: Material) -> tuple[str, ...]:
    """The aims as sentences, told before the search."""
    told = [aim for some in aims[:-1] for aim in some if aim.aim != aim.bound]
    return tuple(f"{material.gate.num_rows:,} gate rows can certify {aim.name} {aim.limit} only for a true value of "
                 f"about {aim.certifiable:.3f}; for the noise of choosing the search aims at {aim.aim:.3f}"
                 for aim in told)


def _certified(search: Search, material: Material, place: int | None, look: Callable[[str], Look | None],
               on: datetime.date) -> BuildResult:
    """One look at the gate for the chosen candidate; none where no candidate kept its limits on the validation rows."""
    tried = tuple(replace(one, chosen=index == place) for index, one in enumerate(search.tried))
    result = BuildResult(
        subject="", rows=material.gate.num_rows, train_rows=0, objective=material.objective,
        aims=tuple(aim for some in search.aims[:-1] for aim in some),
        requirements=tuple(requirement.name for requirement in material.requirements), tried=tried, verdicts=(),
        candidate=None if place is None else search.models[place], notes=tuple(search.notes),
        in_the_way="" if place is not None else in_the_way(tried, material.requirements))
    if place is None:
        return result
    model = search.models[place]
    taken = look(model.digest)
    gate = prepare(material.requirements, search.examination.binding, material.confidence)
    verdicts = judge(gate, tally_of(gate, model, material.gate), {}, on=on, phase="build", looks=material.looks)
    return replace(result, verdicts=verdicts, looks=taken)


def in_the_way(tried: Sequence[Tried], requirements: Sequence[Requirement]) -> str:
    """Which requirement no candidate kept, or which two no candidate kept together, and how near the best came."""
    kept = np.array([one.held for one in tried], dtype=bool).reshape(len(tried), len(requirements))
    for place, requirement in enumerate(requirements):
        if not kept[:, place].any():
            values = [value for one in tried if (value := one.values[place]) is not None]
            side = ">=" if requirement.bound.low is not None else "<="
            best = (max if side == ">=" else min)(values, default=None)
            reached = "it could not be measured" if best is None else f"the best candidate reached {best:.4g}"
            return f"{requirement.name}: {requirement} was kept by no candidate; {reached}"
    nearest = min(tried, key=lambda one: one.shortfall)
    broken = [r.name for r, held in zip(requirements, nearest.held, strict=True) if not held]
    missed = ", ".join(broken) or "the floor of the objective"
    return f"no candidate kept all of them together; the nearest, {nearest.name}, missed {missed}"
