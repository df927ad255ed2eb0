"""The search: rounds of trials, each trial asked of a sampler, told back in order, and kept where it can be resumed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from shall import registry
from shall.adapters.workers import WorkerLost, side_by_side
from shall.methods.task import Scalar
from shall.phases.building.blending import Member, joined
from shall.phases.building.candidates import Tried, best_of
from shall.phases.building.space import Space, fitting, named
from shall.phases.building.told import read, written
from shall.phases.building.trial import LATE, Outcome, Task, run

ROUND: Final = 4                            # trials that are asked for together, however many workers there are
TRIALS: Final = 16                          # where the file says nothing
NEAR: Final = 1.05                          # a trial whose first fold loses so many times the least is given up,
WORSE: Final = 1.5                          # under a mitigation one that loses so many times
SAMPLER: Final = "tpe"
Asked = tuple[int, Mapping[str, Scalar]]    # the number and the settings of a trial


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a search goes on, and with how many workers."""

    trials: int = TRIALS
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    workers: int = 1
    on: str = ""                            # of `side_by_side`

    def spent(self, ahead: float = 0.0) -> bool:
        """Whether the time is over, or will be after so many seconds."""
        return self.seconds is not None and time.monotonic() - self.began + ahead > self.seconds


@dataclass(slots=True)
class Search:
    """What a search has found so far; an interrupted one keeps it."""

    tried: list[Tried] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)    # the trial, and why it came to nothing
    importance: list[tuple[str, float]] = field(default_factory=list)
    trials: int = 0
    resumed: int = 0
    losses: list[float] = field(default_factory=list)       # of each trial on the first fold
    members: list[Member] = field(default_factory=list)     # of a blend
    took: list[float] = field(default_factory=list)         # seconds of one fold, of each trial
    seen: set[int] = field(default_factory=set)             # numbers of trials
    minimised: bool = False                 # whether less of the objective is better
    floor: float = -math.inf                # of the objective, below which nothing is chosen

    @property
    def ahead(self) -> float:
        """The seconds of one fold, in the mean: with less time than that no trial is begun."""
        return sum(self.took) / max(len(self.took), 1)

    def frontier(self) -> str:
        """The best candidate so far, in a few words."""
        best = best_of(self.tried, self.floor)
        if best is None:
            return "searching"
        state = "within every aim" if best.shortfall <= 0 else f"but {best.furthest}"
        return f"best {-best.objective if self.minimised else best.objective:.4f}, {state}"


def search(found: Search, task: Task, space: Space, budget: Budget, kept: tuple[str, str | None],
           tell: Callable[[str, int], None]) -> None:
    """Fill ``found`` with candidates until the budget is spent; ``kept``: the name of the study, and where it is."""
    name, storage = kept
    study = registry.find("methods", SAMPLER).study(name, space.branches, task.seed, storage)
    _catch_up(found, task, study, budget)
    found.resumed = found.trials
    study.enqueue(space.first)
    if found.resumed:
        found.notes.append(f"{found.resumed} trials are those of an earlier run of the same search")
    begun = bool(found.trials)
    try:
        while not (begun and budget.spent(found.ahead)) and (asked := _asked(found, study, budget)):
            for outcome in _round(found, task, study, budget, asked):
                tell(found.frontier(), len(outcome.tried))
            begun = True
            _catch_up(found, task, study, budget)
    finally:
        study.forget()
        found.tried.sort(key=lambda one: one.trial)
        found.importance = study.importance()
    if budget.spent(found.ahead):
        found.notes.append(f"the time was over after {found.trials} trials")


def _asked(found: Search, study: Any, budget: Budget) -> list[Asked]:
    """The next trials: the rest of a round that was stopped, and no more than the budget and others leave."""
    asked: list[Asked] = []
    while len(asked) < ROUND - found.trials % ROUND and (
            found.trials + len(asked) + study.elsewhere(found.seen) < budget.trials):
        asked += study.ask(1)
    return asked


def _catch_up(found: Search, task: Task, study: Any, budget: Budget) -> None:
    """Take the trials of an earlier run, and of other processes that share the study."""
    for number, config, told in study.past():
        if number not in found.seen and found.trials < budget.trials:
            _take(found, task, (number, config), read(told))


def _round(found: Search, task: Task, study: Any, budget: Budget, asked: Sequence[Asked]) -> Iterator[Outcome]:
    """Some trials side by side; what they come to, in order. None sees the loss of another one of its round.

    The first of all is begun however little time is left: what it says is mostly there already, from making the aims.
    """
    together, losses = max(budget.workers, 1), found.losses[:found.trials // ROUND * ROUND]
    work = partial(_tried, task, min(losses, default=math.inf))
    for first in range(0, len(asked), together):
        if (first or found.trials) and budget.spent(found.ahead):
            return
        some = asked[first:first + together]
        for (number, config), told in zip(some, _together(work, some, budget), strict=True):
            outcome = read(told)
            if outcome.failed == LATE:      # it is tried again where the search goes on
                continue
            best = best_of(outcome.tried, found.floor)
            study.tell(number, math.nan if best is None else best.objective,
                       math.inf if best is None else best.shortfall,
                       told if study.place else written(replace(outcome, says="")))     # it is here already
            _take(found, task, (number, config), outcome)
            yield outcome


def _together(work: Callable[[Asked], str], some: Sequence[Asked], budget: Budget) -> list[str]:
    """What trials come to; where one takes its worker with it, the others are tried again without it."""
    try:
        return side_by_side(work, some, budget.workers, budget.on)
    except WorkerLost:
        return [_alone(work, one, budget) for one in some]


def _alone(work: Callable[[Asked], str], one: Asked, budget: Budget) -> str:
    try:
        return side_by_side(work, [one], budget.workers, budget.on)[0]
    except WorkerLost as error:
        return written(Outcome(failed=str(error)))


def _tried(task: Task, least: float, asked: Asked) -> str:
    number, config = asked[0], fitting(asked[1])
    most = least * (WORSE if config.get("mitigate") else NEAR)      # a mitigation may cost what it buys
    return written(run(task, number, config, most if math.isfinite(most) else None))


def _take(found: Search, task: Task, asked: Asked, outcome: Outcome) -> None:
    number, config = asked[0], fitting(asked[1])
    found.members = joined(found.members, task.ground, number, config, outcome)
    found.seen.add(number)
    found.trials += 1
    found.tried += outcome.tried
    found.losses.append(outcome.loss)
    found.took.append(outcome.seconds / (task.ground.held if outcome.tried else 1))
    if outcome.failed:
        found.failed.append((f"trial {number}, {named(config)}", outcome.failed))
