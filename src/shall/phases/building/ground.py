"""The rows that a search learns from, and what every model says of those that it did not learn from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import registry
from shall.core.log import GroupDef
from shall.methods.blend import Step
from shall.methods.model import given_label
from shall.methods.prepare.encode import Encoding
from shall.methods.task import Floats, Group, Ints, Learned, Recipe, Sample, Target
from shall.phases.building.space import Config, settings_of

GROUPS: Final = "lightgbm"                  # what learns P(group | x, label)
FEWEST: Final = 50                          # rows of a combination of groups that is learned on its own
LARGE: Final = 60_000                       # rows from which on one fold is held out, and is enough
MANY: Final = 30_000                        # and here two of three, which leaves 20,000 to choose on
SMALL: Final = 6_000                        # rows up to which there are five folds, and not three

Targets = Callable[[float], tuple[Target, ...]]


class OutOfTime(Exception):
    """What is being learned would not come to an end in time."""


@dataclass(frozen=True)
class Cells:
    """The combinations of groups that are told apart; one more for the rest: cell int64[n], shares [G, 2]."""

    names: tuple[Group, ...]
    cell: Ints
    shares: Floats

    @property
    def classes(self) -> int:
        """How many there are, the rest included."""
        return len(self.shares)


@dataclass(frozen=True)
class Ground:
    """What every trial starts from. ``fold`` int64[n]; the first ``held`` of the ``folds`` are held out in turn."""

    table: pa.Table
    sample: Sample
    encoding: Encoding
    classes: tuple[str, ...]                # none: a number is learned
    by: tuple[GroupDef, ...]                # groups that a rule may know
    fold: Ints
    folds: int
    held: int
    cells: Cells | None = None              # where rates of groups are to be moved
    fixed: Mapping[str, str] = field(default_factory=dict)      # constraints of features, as settings of learners
    given: Floats | None = None             # P(group | x, label) of held-out rows, float64[m, G, 2]

    @property
    def rows(self) -> Ints:
        """int64[m]: the rows that are held out in some fold."""
        return np.flatnonzero(self.fold < self.held)

    def turns(self) -> Iterator[tuple[Ints, Ints]]:
        """For each fold the rows to learn from, and those that are held out."""
        for number in range(self.held):
            yield np.flatnonzero(self.fold != number), np.flatnonzero(self.fold == number)


@dataclass(frozen=True)
class Learnt:
    """The steps of a preparation and what was learned behind them."""

    steps: tuple[tuple[str, Step], ...]
    target: Learned

    def says(self, X: Floats, classes: int) -> Floats:
        """float64[n, classes] probabilities, or float64[n, 1] values."""
        for _, step in self.steps:
            X = step(X)
        return self.target.probabilities(X) if classes else self.target.values(X)[:, None]


def folds_for(rows: int, classes: int = 2) -> tuple[int, int]:
    """How many folds there are, and how many of them are held out in turn; many classes are as dear as many rows."""
    if rows >= LARGE:
        return 5, 1
    if rows >= MANY:
        return 3, 2
    return (5, 5) if rows * max(classes, 2) < 2 * SMALL else (3, 3)


def cells_of(sample: Sample) -> Cells | None:
    """The combinations of groups of some rows; None where there is but one."""
    names = sorted(sample.groups)
    if not names:
        return None
    rows = np.stack([sample.groups[name] for name in names], axis=1)
    values, cell, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    large = np.flatnonzero(counts >= FEWEST)
    place = np.full(len(values), len(large))
    place[large] = np.arange(len(large))
    cell = place[cell.ravel()]
    shares = np.zeros((len(large) + int((cell == len(large)).any()), 2))
    np.add.at(shares, (cell, sample.label), 1 / len(cell))
    named = tuple(tuple(zip(names, (str(value) for value in values[index]), strict=True)) for index in large)
    return Cells(named, cell, shares) if len(shares) > 1 else None


def learn_groups(ground: Ground, rows: Ints | None = None, seed: int = 0) -> Learned:
    """P(group | x, label), from some rows or all."""
    assert ground.cells is not None
    rows = np.arange(len(ground.fold)) if rows is None else rows
    some = ground.sample.take(rows)
    fit = registry.find("methods", GROUPS).fit
    learned: Learned = fit(np.column_stack([some.X, some.label]), ground.cells.cell[rows], (*ground.encoding.sizes, 0),
                           classes=ground.cells.classes, seed=seed)
    return learned


def given_of(ground: Ground, seed: int = 0) -> Floats | None:
    """P(group | x, label) of every held-out row, by models that did not learn from it; float64[m, G, 2]."""
    if ground.cells is None:
        return None
    found = np.empty((len(ground.fold), ground.cells.classes, 2))
    for rest, held in ground.turns():
        found[held] = given_label(learn_groups(ground, rest, seed), ground.sample.X[held])
    return found[ground.rows]


def learn(ground: Ground, config: Config, targets: Targets, seed: int, rows: Ints | None = None) -> Learnt:
    """Prepare and learn as a configuration says, from some rows or all."""
    some = ground.sample if rows is None else ground.sample.take(rows)
    X, sizes, steps = some.X, ground.encoding.sizes, list[tuple[str, Step]]()
    classes = len(ground.classes)
    for name in filter(None, [str(config.get("prepare", ""))]):
        module: Any = registry.find("methods", name)
        how = {"classes": classes, "seed": seed, "settings": settings_of(config, name)}
        if hasattr(module, "training"):         # what it gives training rows is not what it gives others
            step, X = module.training(X, some.label, sizes, **how)
        else:
            step = module.fit(X, some.label, sizes, **how)
            X = step(X)
        steps.append((name, step))
        sizes = step.sizes
    learner = str(config["learner"])
    method: Any = registry.find("methods", learner)
    given = {name: value for name, value in ground.fixed.items() if name in getattr(method, "CONSTRAINTS", ())}
    recipe = Recipe(learner, method.fit, sizes, classes, seed, {**settings_of(config, learner), **given})
    prepared = replace(some, X=X)
    mitigation = str(config.get("mitigate", ""))
    if not mitigation:
        return Learnt(tuple(steps), recipe(X, some.label, some.weight))
    fit: Any = registry.find("methods", mitigation).fit
    return Learnt(tuple(steps), fit(prepared, targets(1.0), recipe, settings=settings_of(config, mitigation)))


def cross_fitted(ground: Ground, config: Config, targets: Targets, seed: int, most: float | None = None,
                 late: Callable[[float], bool] = lambda ahead: False) -> Floats | None:
    """What models say of every held-out row, none of which learned from it: float64[m, classes], or float64[m, 1].

    None where the first fold loses more than ``most`` (log loss, or squared error). OutOfTime where ``late`` says so of
    the seconds that the other folds will take.
    """
    classes, began = len(ground.classes), time.time()
    found = np.empty((len(ground.fold), max(classes, 1)))
    for number, (rest, held) in enumerate(ground.turns()):
        if number and late((time.time() - began) / number * (ground.held - number)):
            raise OutOfTime
        found[held] = learn(ground, config, targets, seed, rest).says(ground.sample.X[held], classes)
        if not number and most is not None and loss(found[held], ground.sample.label[held]) > most:
            return None
    return found[ground.rows]


def first_loss(ground: Ground, says: Floats) -> float:
    """The loss on the first fold alone."""
    first = ground.fold[ground.rows] == 0
    return loss(says[first], ground.sample.label[ground.rows][first])


def loss(says: Floats, label: NDArray[Any]) -> float:
    """Log loss of probabilities, mean squared error of values."""
    if says.shape[1] == 1:
        return float(np.mean((says[:, 0] - label) ** 2))
    return float(-np.mean(np.log(np.maximum(says[np.arange(len(label)), label], 1e-12))))
