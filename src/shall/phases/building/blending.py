"""A blend of what was tried: trials are taken in, again and again, as long as their mean loses less.

Reference: Caruana et al. (2004), "Ensemble selection from libraries of models", section 2.1: greedy, with replacement.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.methods.blend import BLEND
from shall.methods.task import Floats
from shall.phases.building.candidates import Tried
from shall.phases.building.ground import Ground, loss
from shall.phases.building.space import Config
from shall.phases.building.trial import Outcome, Task, candidates, unpacked

KEPT: Final = 20                            # trials that may be taken in,
EACH: Final = 2                             # of each learner its best ones first
STEPS: Final = 30                           # how often one is taken in
PARTS: Final = 8                            # different ones at the most
LARGEST: Final = 200_000                    # numbers up to which errors are counted too
GAIN: Final = 0.005                         # of the loss of the best one, at least, or it is not worth it


@dataclass(frozen=True)
class Member:
    """A trial that may be taken in: what it says of the held-out rows, float64[m, classes] or [m, 1]."""

    number: int
    config: Config
    says: Floats
    loss: float
    seconds: float                          # of learning it in folds


def joined(members: Sequence[Member], ground: Ground, number: int, config: Config, outcome: Outcome) -> list[Member]:
    """The members with another trial, where it said anything: no more than `KEPT`, in whatever order they come."""
    says = unpacked(outcome.says, len(ground.rows), len(ground.classes))
    if says is None:
        return list(members)
    another = Member(number, config, says, loss(says, ground.sample.label[ground.rows]), outcome.seconds)
    return _best([*members, another])


def blended(task: Task, members: Sequence[Member], seconds: float = math.inf) -> Iterator[Tried]:
    """Every candidate on blends that take no more than ``seconds`` to learn: one for the least loss, and one for the
    fewest errors where these count. None where it gains nothing."""
    ground, seen = task.ground, list[list[float]]()
    label, costs = ground.sample.label[ground.rows], [one.seconds * _share(ground) for one in members]
    for told, lost in _views(task, members, label):
        weights = weights_of(told, costs, lost, seconds)
        mean = sum(weight * one for weight, one in zip(weights, told, strict=True))
        if weights.count(0) > len(told) - 2 or weights in seen or lost(mean) > (1 - GAIN) * min(map(lost, told)):
            continue
        seen.append(weights)
        yield from _candidates(task, [(one, weight) for one, weight in zip(members, weights, strict=True) if weight])


def weights_of(told: Sequence[Floats], costs: Sequence[float], lost: Callable[[Any], float],
               most: float = math.inf) -> list[float]:
    """The weight of each of k members, so that the mean of what they tell loses little; 0 for most.

    Those with a weight cost no more than ``most`` together.
    """
    taken, best, least, total = Counter[int](), Counter[int](), math.inf, 0.0 * told[0]
    for step in range(1, STEPS + 1):
        spent = sum(costs[place] for place in taken)
        able = [place for place in range(len(told)) if place in taken
                or (len(taken) < PARTS and spent + costs[place] <= most)]
        if not able:
            break
        losses = [lost((total + told[place]) / step) for place in able]
        place = able[int(np.argmin(losses))]
        taken[place] += 1
        total = total + told[place]
        if min(losses) < least:
            best, least = taken.copy(), min(losses)
    return [best[place] / max(best.total(), 1) for place in range(len(told))]


def _views(task: Task, members: Sequence[Member], label: NDArray[Any]
           ) -> Iterator[tuple[list[Floats], Callable[[Any], float]]]:
    """What each member tells that counts, and how much of it is lost: of an error, of a probability, of decisions."""
    if len(members) < 2:
        return
    rows = np.arange(len(label))
    if not task.ground.classes:
        yield [one.says[:, 0] - label for one in members], lambda error: float(np.mean(error ** 2))
        return
    yield [one.says[rows, label] for one in members], _log_loss
    measured = task.aims.examination.parts[task.objective][0].measure
    if measured == "accuracy" and members[0].says.size <= LARGEST:
        yield ([one.says for one in members], lambda says: float(
            (says.argmax(axis=1) != label).mean() + _log_loss(says[rows, label]) / len(label)))     # of ties the better


def _candidates(task: Task, parts: Sequence[tuple[Member, float]]) -> Iterator[Tried]:
    says = np.asarray(sum(weight * one.says for one, weight in parts))
    made: list[Any] = [[dict(one.config), one.number, weight] for one, weight in parts]
    for tried in candidates(task, max(one.number for one, _ in parts), {"learner": BLEND}, says):
        yield replace(tried, name=tried.name.replace(BLEND, f"{BLEND} of {len(parts)}", 1),
                      made={**tried.made, BLEND: made})


def _log_loss(told: Floats) -> float:
    return float(-np.mean(np.log(np.maximum(told, 1e-12))))


def _best(members: Sequence[Member]) -> list[Member]:
    """The best of each learner first, then the others."""
    seen: Counter[str] = Counter()
    ranked = []
    for one in sorted(members, key=lambda one: (one.loss, one.number)):
        learner = str(one.config["learner"])
        ranked.append((seen[learner] >= EACH, one.loss, one.number, one))
        seen[learner] += 1
    return [one for *_, one in sorted(ranked, key=lambda rank: rank[:3])[:KEPT]]


def _share(ground: Ground) -> float:
    """How much learning from all rows takes, of learning in folds."""
    return 1 / (ground.held * (1 - 1 / ground.folds))
