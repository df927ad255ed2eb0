"""From rows to fitted candidates: what is learned once, and the rules that meet constraints on held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import registry
from shall.core.log import REST, Binding
from shall.methods.adjust.plug_in import Constraint, Held, multipliers
from shall.methods.model import Event, Model, Rule
from shall.methods.prepare.encode import Encoding
from shall.tally import Plan
from shall.tally.rows import Rows

Group = tuple[tuple[str, str], ...]
Chances = tuple[NDArray[np.float64], NDArray[np.float64]]
FEWEST: Final = 50                          # training rows of a combination of groups that is learned on its own


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows: features float64[n, p], label int64[n] (0 or 1), and the value of each group name, text[n]."""

    X: NDArray[np.float64]
    label: NDArray[np.int64]
    groups: dict[str, NDArray[np.str_]]


@dataclass(frozen=True, slots=True)
class Target:
    """Rates that a rule shall move: of the rows of ``label`` (None: all) in each group, within a constraint."""

    kind: str                               # of `Constraint`
    label: int | None
    groups: tuple[Group, ...]
    limit: float

    @property
    def names(self) -> set[str]:
        """The names of the groups."""
        return {name for group in self.groups for name, _ in group}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with a plain rule, and how its rows are told apart by combinations of groups."""

    model: Model
    cells: tuple[Group, ...]                # the combinations that `model.group` knows; one more for the rest
    shares: NDArray[np.float64]             # [G + 1, 2]: shares of the training rows by cell and label


def labelled(table: pa.Table, binding: Binding) -> tuple[pa.Table, NDArray[np.int64]]:
    """The rows whose label is known, and the labels int64[n]."""
    batch = table.unify_dictionaries().combine_chunks().to_batches()[0]
    codes = np.asarray(Rows(Plan(binding, ()), batch).axis("label"), dtype=np.int64)
    return table.filter(pa.array(codes < 2)), codes[codes < 2]


def sample(table: pa.Table, binding: Binding, encoding: Encoding, names: Sequence[str]) -> Sample:
    """Encode the rows of a table, all of whose labels are known."""
    rows = Rows(Plan(binding, ()), table.unify_dictionaries().combine_chunks().to_batches()[0])
    groups = {}
    for name in names:
        codes, labels = rows.key(name)
        groups[name] = np.array(labels, dtype=np.str_)[codes]
    return Sample(encoding(table), np.asarray(rows.axis("label"), dtype=np.int64), groups)


def fit(learner: str, encoding: Encoding, train: Sample, seed: int = 0) -> Fitted:
    """Learn the label and, where groups are to be told apart, the group given the label."""
    learn = registry.find("methods", learner)
    model = Model(learner, encoding, learn.fit(train.X, train.label, encoding.sizes, seed=seed))
    names = sorted(train.groups)
    if not names:
        return Fitted(model, (), np.zeros((1, 2)))
    rows = np.stack([train.groups[name] for name in names], axis=1)
    values, cell, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    large = np.flatnonzero(counts >= FEWEST)
    place = np.full(len(values), len(large))
    place[large] = np.arange(len(large))
    cell = place[cell.ravel()]
    shares = np.zeros((len(large) + 1, 2))
    np.add.at(shares, (cell, train.label), 1 / len(cell))
    classes = len(large) + int((cell == len(large)).any())
    if classes > 1:
        with_label = np.column_stack([train.X, train.label])
        group = learn.fit(with_label, cell, (*encoding.sizes, 0), classes=classes, seed=seed)
        model = replace(model, group=group)
    cells = tuple(tuple(zip(names, (str(value) for value in values[index]), strict=True)) for index in large)
    return Fitted(model, cells, shares[:classes])


def chances(fitted: Fitted, held: Sample) -> Chances:
    """Score float64[n] and P(group, label | x) float64[n, G, 2] of held-out rows; the dear part of a search."""
    score = fitted.model.target.probabilities(held.X)[:, 1]
    return score, fitted.model.joint(held.X, score)


def rule_for(fitted: Fitted, held: Sample, targets: Sequence[Target], threshold: float = 0.5,
             seen: Chances | None = None) -> Model | None:
    """The model with the multipliers that keep every target on held-out rows; None where none were found.

    ``seen`` are the `chances` of these rows, where they are known already.
    """
    if fitted.model.group is None:
        return None
    score, joint = seen or chances(fitted, held)
    events: list[Event] = []
    weights, members, constraints = [], [], []
    for target in targets:
        first = len(events)
        for group in target.groups:
            event = _event(fitted, group, target)
            events.append(event)
            weights.append(event.weight(joint))
            members.append(_members(held, group, target))
        constraints.append(Constraint(target.kind, tuple(range(first, len(events))), target.limit))  # type: ignore[arg-type]
    rows = Held(score, np.stack(weights, axis=1), np.stack(members, axis=1), held.label)
    found = multipliers(rows, constraints, threshold)
    if found is None or len(np.unique(rows.decided(found, threshold))) < 2:     # deciding all alike is no rule
        return None
    return replace(fitted.model, rule=Rule(threshold, tuple(events), tuple(found.tolist())))


def _event(fitted: Fitted, group: Group, target: Target) -> Event:
    """The event of a group; cells that training was too small for belong to `(rest)`, or to nobody."""
    cells = [_matches(dict(cell), group, target) for cell in fitted.cells]
    cells += [any(value == REST for _, value in group)] * (len(fitted.shares) - len(cells))
    inside = fitted.shares[np.array(cells)]
    share = float(inside.sum() if target.label is None else inside[:, target.label].sum())
    return Event(tuple(cells), target.label, max(share, 1e-6))


def _matches(cell: dict[str, str], group: Group, target: Target) -> bool:
    named = {(name, value) for each in target.groups for name, value in each}
    return all(cell[name] == value or (value == REST and (name, cell[name]) not in named) for name, value in group)


def _members(held: Sample, group: Group, target: Target) -> NDArray[np.bool_]:
    """bool[n]: the rows of a group with the label that the target is about."""
    inside = np.ones(len(held.label), dtype=bool) if target.label is None else held.label == target.label
    named = {(name, value) for each in target.groups for name, value in each}
    for name, value in group:
        values = held.groups[name]
        if value == REST:
            known = [other for key, other in named if key == name and other != REST]
            inside &= ~np.isin(values, known)
        else:
            inside &= values == value
    return inside
