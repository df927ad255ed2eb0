"""`build`: a constraint. Search for a model that keeps the requirements, and certify it on rows that it never saw."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from shall.core.errors import InputError, LooksSpent
from shall.core.store import Look
from shall.core.verdict import Finding, Verdict, worst
from shall.methods.model import Model
from shall.phases.building import referenced
from shall.phases.building.aims import Aim, Aims, spoken
from shall.phases.building.answers import tally_of
from shall.phases.building.blending import blended
from shall.phases.building.bought import Bought, Fault, bought_of, grouped
from shall.phases.building.candidates import Tried, choose, in_the_way, would_help
from shall.phases.building.frontier import Frontier, frontier_of
from shall.phases.building.search import TRIALS, Budget, Search, search
from shall.phases.building.space import space_of
from shall.phases.building.starting import Material, floor_of, task_of
from shall.phases.building.trial import Task, refit
from shall.phases.datasets.populations import weighed_table
from shall.phases.datasets.ready import Readiness, readiness
from shall.phases.measuring import judge, prepare
from shall.reports import text

FORMAT: Final = 2                           # of what a study keeps of a trial
OBJECTIVE: Final = {"binary": "accuracy", "multiclass": "accuracy", "regressor": "root_mean_squared_error"}


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
    helps: tuple[str, ...] = ()             # what would lead to a certificate
    failed: tuple[tuple[str, str], ...] = ()    # trials that came to nothing, and why
    importance: tuple[tuple[str, float], ...] = ()  # of each setting for the objective, in shares
    trials: int = 0
    notes: tuple[str, ...] = ()
    looks: Look | None = None
    model: str = ""                         # where it was written
    file: str = ""
    seconds: float = 0.0
    lines: tuple[str, ...] = ()             # the requirements themselves
    minimised: bool = False                 # whether less of the objective is better; `Tried` has it turned around
    frontier: Frontier = field(default_factory=Frontier)
    ready: Readiness | None = None          # what was found of the training rows before the search
    bought: tuple[Bought, ...] = ()         # what each option came to, by the part of the configurations
    faults: tuple[Fault, ...] = ()          # `failed` by its reasons

    def __str__(self) -> str:
        return text.build(self)

    @property
    def found(self) -> bool:
        """Whether a model was certified: every requirement is met, or waived."""
        return bool(self.verdicts) and worst([v.verdict for v in self.verdicts]) in (Finding.MET, Finding.WAIVED)


def build(material: Material, look: Callable[[str], Look | None], on: datetime.date,
          progress: Progressing | None = None) -> BuildResult:
    """Search, choose, and put one candidate to the gate; ``look`` is asked for leave with the digest of the model."""
    began = time.monotonic()
    progress = progress or Progressing()
    material = replace(material, objective=material.objective or OBJECTIVE[material.binding.kind])
    ready = _ready(material, progress)
    if ready is not None:
        train, features = ready.remedied(material.train)
        material = replace(material, train=train, features=features)
    material, stand_on = _weighed(material.searched)
    task = task_of(material, began)
    for sentence in spoken(task.aims, material.gate.num_rows, task.objective):
        progress.say(sentence)
    floor = floor_of(material, task.ground.sample.label)
    space = space_of(material.binding.kind, material.wanted, bool(task.aims.targets(1.0)))
    found = Search(minimised=task.minimised, floor=floor,
                   notes=[*stand_on, *([] if ready is None else _left_out(ready))])
    budget = Budget(material.trials or TRIALS, began, material.searching, material.workers, material.on)
    try:
        search(found, task, space, budget, (_name(material), material.study), progress.step)
    except KeyboardInterrupt:
        if not found.tried:
            raise
        found.notes.append(f"interrupted after {found.trials} trials; the best so far goes on")
    left = math.inf if material.seconds is None else material.seconds - (time.monotonic() - began)
    found.tried += blended(task, found.members, left)
    result = _certified(found, task, material, floor, look, on)
    return replace(result, ready=ready, seconds=time.monotonic() - began)


def _ready(material: Material, progress: Progressing) -> Readiness | None:
    """What is wrong with the training rows; what is grave is told at once."""
    if not material.readiness:
        return None
    progress.step("looking at the rows", 0)
    ready = readiness(material.train, material.gate, material.binding, material.features, material.requirements,
                      material.confidence)
    for finding in ready.findings:
        if finding.severity == "high":
            progress.say(f"{finding.name}: {finding.what}; {'done' if finding.applied else 'to do'}: {finding.remedy}")
    return ready


def _weighed(material: Material) -> tuple[Material, tuple[str, ...]]:
    """Training and gate rows with the weights of each population that a line names, and what those stand on."""
    if material.other is None:
        return material, ()
    how = (material.at_gate, material.binding, material.other)
    train, about = material.train, tuple[str, ...]()
    if referenced.METHOD in material.wanted.mitigations:
        train, told = referenced.weighed(train, material.binding, material.other)
        about = (told,)
    train, of_train = weighed_table(train, "training rows", *how)
    gate, of_gate = weighed_table(material.gate, "gate rows", *how)
    return replace(material, train=train, gate=gate), (*about, *of_train, *of_gate)


def _left_out(ready: Readiness) -> list[str]:
    """Which rows and columns do not go on."""
    rows = [f"{ready.rows - ready.kept:,} of {ready.rows:,} training rows are left out: copies, or rows of the gate"]
    columns = [f"the column {name} is left out: {why}" for name, why in ready.without.items()]
    return [*(rows if ready.kept < ready.rows else []), *columns]


def _name(material: Material) -> str:
    """The name of the study: of what it starts from, so that another search never goes on with it."""
    told = [FORMAT, [str(line) for line in material.requirements], material.confidence, material.features,
            material.objective, material.looks, material.seed, asdict(material.wanted), material.by, material.digest,
            material.gate.num_rows, asdict(material.binding)]
    if material.other is not None:
        named = dict.fromkeys(line.population for line in material.requirements if line.population is not None)
        used = (referenced.NAME,) if referenced.METHOD in material.wanted.mitigations else ()
        told += [material.other(name).digest() for name in (*named, *used)]
    return f"shall {hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:24]}"


def _certified(found: Search, task: Task, material: Material, floor: float, look: Callable[[str], Look | None],
               on: datetime.date) -> BuildResult:
    """One look at the gate for the chosen candidate; none where no candidate kept its limits on the held-out rows."""
    if not found.tried:
        reasons = "; ".join(f"{name}: {why}" for name, why in found.failed[:3]) or "the budget allowed for no trial"
        raise InputError(f"no trial came to an end, so there is nothing to choose from ({reasons})")
    place = choose(found.tried, floor)
    tried = tuple(replace(one, chosen=index == place) for index, one in enumerate(found.tried))
    result = BuildResult(
        subject="", rows=material.gate.num_rows, train_rows=len(task.ground.fold), objective=material.objective,
        aims=_aims(task.aims, task.objective), requirements=tuple(line.name for line in material.requirements),
        tried=tried, verdicts=(), candidate=None, notes=tuple(found.notes), failed=tuple(found.failed),
        importance=tuple(found.importance), trials=found.trials,
        lines=tuple(str(line) for line in material.requirements),
        minimised=task.minimised,
        frontier=frontier_of(tried, _of_requirements(task), floor), bought=bought_of(tried, floor),
        faults=grouped(found.failed))
    if place is None:
        return replace(result, in_the_way=in_the_way(tried, material.requirements),
                       helps=would_help(tried, material.requirements, task.aims))
    model = refit(task, found.tried[place])
    try:
        taken = look(model.digest)
    except LooksSpent as spent:             # what the search found is told all the same
        return replace(result, candidate=model, in_the_way=str(spent))
    size = float(sum(map(len, model.files().values())))
    binding = replace(task.aims.examination.binding, facts=(("size", size),))
    gate = prepare(material.at_gate, binding, material.confidence)
    verdicts = judge(gate, tally_of(gate, model, material.gate), {}, on=on, phase="build", looks=material.looks)
    return replace(result, candidate=model, verdicts=verdicts, looks=taken, helps=_settles(verdicts))


def _of_requirements(task: Task) -> list[tuple[Aim, ...]]:
    return [some for place, some in enumerate(task.aims.each) if place != task.objective]


def _aims(aims: Aims, objective: int) -> tuple[Aim, ...]:
    return tuple(aim for place, some in enumerate(aims.each) for aim in some if place != objective)


def _settles(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What the gate would have to have more of."""
    return tuple(f"{verdict.name}: {part.settles}" for verdict in verdicts for part in verdict.evidence
                 if verdict.verdict is Finding.UNDECIDED and part.settles)
