"""One trial: a configuration learned, and every rule that decides on what it says is a candidate."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall import registry
from shall.adapters.workers import one_thread
from shall.methods.blend import BLEND, Blend, Prepared
from shall.methods.model import Answer, Map, Model, joint_of, values_of
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Floats, Ints
from shall.phases.building.aims import Aims
from shall.phases.building.answers import tally_answer
from shall.phases.building.candidates import Tried, judged
from shall.phases.building.ground import Ground, Learnt, OutOfTime, cross_fitted, first_loss, learn, learn_groups, loss
from shall.phases.building.space import Config, bare, named

MOST: Final = 1_000_000                     # numbers that are kept of a trial
LATE: Final = "the time was over"
FAR: Final = "given up after the first fold: far behind the best"
ASKED: Final = {"abstain": ("selective_risk", "selective_coverage"), "group_thresholds": ()}   # on request only


@dataclass(frozen=True)
class Task:
    """What the trials of one search share; it goes to each worker."""

    ground: Ground
    aims: Aims
    objective: int                          # the place of the requirement that is maximised
    makers: tuple[str, ...]                 # what makes rules
    seed: int = 0
    deadline: float | None = None           # of time.time(), which all processes share
    stand_in: tuple[Config, Floats, float] | None = None    # what the aims were made of, what it says, its seconds
    blend: bool = False                     # whether a blend of the trials is a candidate too

    @property
    def minimised(self) -> bool:
        """Whether less of the objective is better; candidates then have it with a minus."""
        return self.aims.examination.parts[self.objective][0].card.better == "lower"

    def late(self, ahead: float = 0.0) -> bool:
        """Whether the time is over, or will be after so many seconds."""
        return self.deadline is not None and time.time() + ahead > self.deadline


@dataclass(frozen=True)
class Outcome:
    """What a trial came to: candidates, or why there are none."""

    tried: tuple[Tried, ...] = ()
    failed: str = ""
    loss: float = float("inf")              # on the first fold
    seconds: float = 0.0
    notes: tuple[str, ...] = field(default=())
    says: str = ""                          # what it says of the held-out rows, before any calibration: `packed`


def run(task: Task, number: int, config: Config, most: float | None = None) -> Outcome:
    """A trial, given up where its first fold loses more than ``most``; what goes wrong in it stops nothing else."""
    began = time.monotonic()
    try:
        if number == 0 and task.stand_in is not None and bare(config) == bare(task.stand_in[0]):
            says: Floats | None = task.stand_in[1]
            began -= task.stand_in[2]
        else:
            says = cross_fitted(task.ground, config, task.aims.targets, task.seed + number, most, task.late)
        if says is None:
            return Outcome(failed=FAR, seconds=time.monotonic() - began)
        seconds = time.monotonic() - began
        found = tuple(candidates(task, number, config, says))
        return Outcome(found, "", first_loss(task.ground, says), seconds, says=packed(says) if task.blend else "")
    except OutOfTime:
        return Outcome(failed=LATE, seconds=time.monotonic() - began)
    except Exception as error:              # of a library or a plug-in, which may raise anything
        return Outcome(failed=f"{type(error).__name__}: {error}", seconds=time.monotonic() - began)


def candidates(task: Task, number: int, config: Config, says: Floats) -> Iterator[Tried]:
    """Every candidate on what a configuration says of the held-out rows."""
    ground = task.ground
    table = ground.table if len(says) == len(ground.fold) else ground.table.take(ground.rows)
    name = named(config)
    if not ground.classes:
        answer = Answer(says[:, 0], np.zeros(len(says), dtype=np.int64), np.zeros(len(says), dtype=bool))
        tally = tally_answer(task.aims.examination, answer, table, ())
        tried = judged(name, task.aims, tally, task.objective, (number, {"config": dict(config)}))
        yield replace(tried, loss=loss(says, ground.sample.label[ground.rows]))
        return
    label = ground.sample.label[ground.rows]
    calibrate, lost, made = str(config.get("calibrate", "")), loss(says, label), dict[str, Any](config=dict(config))
    if calibrate:
        lost = loss(_calibrated_in_folds(ground, calibrate, says), label)
        mapped = _calibration(ground, calibrate, says, np.arange(len(says)))
        says, made["calibration"] = mapped(says), mapped.described()
    held = _with_risks(held_out(ground, says), task.aims, table)
    for words, rule in _rules(task, held):
        decision, abstained = rule.decide(held)
        tally = tally_answer(task.aims.examination, Answer(says, decision, abstained), table, ground.classes)
        called = " + ".join(filter(None, (name, words))).replace("+ threshold", "· threshold")
        yield replace(judged(called, task.aims, tally, task.objective, (number, {**made, "rule": rule.described()})),
                      loss=lost)


def _calibration(ground: Ground, name: str, says: Floats, some: Ints) -> Map:
    """A calibration of what is said of the held-out rows, from some of them."""
    rows, weight = ground.rows[some], ground.sample.weight
    found: Map = registry.find("methods", name).fit(says[some], ground.sample.label[rows],
                                                   None if weight is None else weight[rows])
    return found


def _calibrated_in_folds(ground: Ground, name: str, says: Floats) -> Floats:
    """What calibrations make of rows that they did not learn from; as it was where there is but one fold."""
    fold = ground.fold[ground.rows]
    if ground.held < 2:
        return says
    found = np.empty_like(says)
    for number in range(ground.held):
        mapped = _calibration(ground, name, says, np.flatnonzero(fold != number))
        found[fold == number] = mapped(says[fold == number])
    return found


def held_out(ground: Ground, says: Floats) -> HeldOut:
    """The held-out rows as the makers of rules see them."""
    rows = ground.rows
    everyone = {name: values[rows] for name, values in ground.sample.groups.items()}
    by = {group.name: everyone[group.name] for group in ground.by}
    cells = ground.cells
    joint = joint_of(ground.given, says[:, 1]) if ground.given is not None and says.shape[1] == 2 else None
    return HeldOut(says, joint, by, label=ground.sample.label[rows], everyone=everyone,
                   cells=cells.names if cells else (), shares=cells.shares if cells else np.zeros((1, 2)))


def _with_risks(held: HeldOut, aims: Aims, table: pa.Table) -> HeldOut:
    """The same rows with the risks that are asked for, and the groups that they are asked for in."""
    risks = aims.risks
    names = {name for one in risks for name in one.names} - {*held.everyone}
    more = values_of(table, [group for group in aims.examination.binding.groups if group.name in names])
    return replace(held, risks=risks, everyone={**held.everyone, **more})


def _rules(task: Task, held: HeldOut) -> Iterator[tuple[str, Rule]]:
    kind = "binary" if held.probabilities.shape[1] == 2 else "multiclass"
    if kind == "multiclass" or not task.makers:
        yield "", Rule()
    for maker in task.makers:
        module: Any = registry.find("methods", maker)
        if kind in module.KINDS:
            yield from module.rules(held, task.aims.targets)


def makers_of(measures: Sequence[str], use_groups: bool) -> tuple[str, ...]:
    """What makes rules for these requirements."""
    names = [name for name in registry.within("methods", "adjust") if name not in ASKED]
    if {*ASKED["abstain"]} & {*measures}:
        names.append("abstain")
    if use_groups and "group_thresholds" in registry.ids("methods"):
        names.append("group_thresholds")
    return tuple(sorted(names, key=lambda name: (name != "threshold", name)))


def refit(task: Task, tried: Tried) -> Model:
    """The model of a candidate, learned from all rows."""
    ground, made = task.ground, tried.made
    config: Config = made["config"]
    rule = Rule.of(made["rule"]) if "rule" in made else Rule()
    with one_thread():
        learnt = _blend(task, made[BLEND]) if BLEND in made else learn(
            ground, config, task.aims.targets, task.seed + tried.trial)
        group = learn_groups(ground, seed=task.seed) if rule.events else None
    calibration = None
    if "calibration" in made:
        name = str(config["calibrate"])
        calibration = (name, registry.find("methods", name).of(made["calibration"]))
    return Model(str(config["learner"]), ground.encoding, learnt.target, group, rule, learnt.steps, calibration,
                 ground.classes, ground.by if rule.by_group else ())


def _blend(task: Task, parts: Sequence[tuple[Config, int, float]]) -> Learnt:
    """The trials of a blend, learned from all rows."""
    learned = []
    for config, number, _ in parts:
        one = learn(task.ground, config, task.aims.targets, task.seed + number)
        learned.append(Prepared(str(config["learner"]), one.steps, one.target))
    return Learnt((), Blend(tuple(learned), tuple(weight for *_, weight in parts)))


def packed(says: Floats) -> str:
    """As text, in single precision; of two classes the second one alone. Nothing where that is too much to keep."""
    told = says[:, 1] if says.shape[1] == 2 else says
    return "" if told.size > MOST else base64.b64encode(told.astype("<f4").tobytes()).decode()


def unpacked(text: str, rows: int, classes: int) -> Floats | None:
    """What was `packed`: float64[rows, classes] or [rows, 1]; None where nothing was."""
    told = np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float64)
    if not told.size:
        return None
    return np.column_stack([1 - told, told]) if classes == 2 else told.reshape(rows, -1)
