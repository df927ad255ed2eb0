"""What probes answer of the rows of a table: one function a probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import registry
from shall.core.errors import DataError
from shall.core.log import Binding, GroupDef
from shall.phases.datasets import coded, effects, versions
from shall.tally.codes import group_codes

LEARNER: Final = "lightgbm"
NOT_OF_THE_ROW: Final = ("id", "score", "decision", "weight", "lower", "upper", "set", "abstained")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Progress = Callable[[str, int], None]         # what is being done, and how much of it since the last call


@dataclass(frozen=True, slots=True)
class Question:
    """One column that a probe adds."""

    probe: str
    answer: str                             # the name of the column
    call: str                               # the measure as it was written, for messages
    column: str = ""
    against: str = ""


@dataclass(frozen=True)
class Material:
    """Rows in memory, and what may be asked of them."""

    table: pa.Table
    binding: Binding
    features: tuple[str, ...] = ()          # that may be learned from
    other: Callable[[str], pa.Table] | None = None      # another log of the file

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The columns that make a row: all but its id and what a model said of it."""
        said = {self.binding.column(role) for role in NOT_OF_THE_ROW} | {name for _, name in self.binding.scores}
        return tuple(name for name in self.table.column_names if name not in said)

    @cached_property
    def codes(self) -> Mapping[str, Ints]:
        """int64[rows] of each column that makes a row."""
        return {name: coded.exactly(self.table.column(name)) for name in self.compared}

    @cached_property
    def label(self) -> Ints:
        """int64[rows]: the classes of the target, -1 where it is missing; DataError without one."""
        name = self.binding.column("label")
        if name is None:
            raise DataError("there is no label")
        return coded.classes_of(self.table.column(name))

    @cached_property
    def repeats(self) -> Mapping[str, str | None]:
        """For each feature the earlier one that says the same."""
        names = [name for name in self.table.column_names if name in self.features]
        found = probe("columns").answers([coded.exactly(self.table.column(name)) for name in names])
        return {name: None if place is None else names[place] for name, place in zip(names, found, strict=True)}

    def learned_from(self, names: tuple[str, ...]) -> tuple[Floats, Any]:
        """float64[rows, features] and how a learner learns classes of it."""
        encoding = registry.find("methods", "encode").fit(self.table, names)
        learner = registry.find("methods", LEARNER)

        def learn(X: Floats, y: Ints, classes: int) -> object:
            return learner.fit(X, y, encoding.sizes, classes=classes, seed=0).probabilities

        return encoding(self.table), learn


def probe(name: str) -> Any:
    """The module of a probe."""
    return registry.find("probes", name)


def ask(question: Question, material: Material) -> Floats:
    """float64[rows]: the answer in each row, nan where there is none; DataError where there is none at all."""
    answers = ANSWERS[question.probe]
    return answers(question, material)


def _proxy(question: Question, material: Material) -> Floats:
    used = tuple(name for name in material.features if name != question.column)
    if not used:
        raise DataError("no column is left that could tell of it; every one is a role or a group")
    X, learn = material.learned_from(used)
    column = material.table.column(question.column).combine_chunks()
    codes, names = group_codes(column, GroupDef(question.column, question.column))
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    value = np.array([place[name] for name in names], dtype=np.int64)[codes]
    return np.asarray(probe("proxy").answers(X, dense(value), learn))


def dense(value: Ints) -> Ints:
    """Codes without gaps: a dictionary may hold values that no row has."""
    return np.unique(value, return_inverse=True)[1].astype(np.int64)


def _duplicates(question: Question, material: Material) -> Floats:
    return np.asarray(probe("duplicates").answers(list(material.codes.values())))


def _near_duplicates(question: Question, material: Material) -> Floats:
    codes = [coded.nearly(material.table.column(name)) for name in material.compared]
    return np.asarray(probe("near_duplicates").answers(codes))


def _conflicts(question: Question, material: Material) -> Floats:
    label, name = material.label, material.binding.column("label")
    return np.asarray(probe("conflicts").answers([code for one, code in material.codes.items() if one != name], label))


def _shared(question: Question, material: Material) -> Floats:
    if material.other is None:
        raise DataError("there is no other log here to compare with")
    return shared(material, material.other(question.against))


def shared(material: Material, other: pa.Table) -> Floats:
    """float64[rows]: 1 where the row is in another table too; by the columns of both."""
    names = [name for name in material.compared if name in other.column_names]
    if not names:
        raise DataError("the other log has no column in common with it")
    codes = [coded.exactly(joined(material.table.column(name), other.column(name))) for name in names]
    return np.asarray(probe("shared").answers(codes, len(other)))


def _domain(question: Question, material: Material) -> Floats:
    if material.other is None:
        raise DataError("there is no other log here to compare with")
    other, groups = material.other(question.against), {group.column for group in material.binding.groups}
    names = tuple(name for name in material.table.column_names
                  if name in other.column_names and name in {*material.features, *groups})
    if not names:
        raise DataError("the other log has no feature in common with it")
    both = pa.table({name: joined(material.table.column(name), other.column(name)) for name in names})
    X, learn = replace(material, table=both).learned_from(names)
    return np.asarray(probe("domain").answers(X[:len(material.table)], X[len(material.table):], learn))


def _propensity(question: Question, material: Material) -> Floats:
    action = effects.had(material.table.column(question.column), question.column)
    result = effects.outcome(material.table, material.binding)
    groups = {group.column for group in material.binding.groups}
    names = tuple(name for name in material.table.column_names
                  if name in {*material.features, *groups} and name != question.column)
    if not names:
        raise DataError("no column is left that could be a common cause; every one is a role, or the action")
    X, learn = material.learned_from(names)
    learner, encoding = registry.find("methods", LEARNER), registry.find("methods", "encode")
    sizes = encoding.fit(material.table, names).sizes

    def learn_number(some: Floats, y: Floats) -> object:
        return learner.fit(some, y, sizes, classes=0, seed=0).values

    return np.asarray(probe("propensity").answers(X, action, result, learn, learn_number))


def joined(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """One column of two, of a type that holds both."""
    one, other = (column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
                  for column in (one, other))
    if one.type != other.type:
        kind = pa.float64() if coded.numeric(one.type) and coded.numeric(other.type) else pa.string()
        one, other = (column.cast(kind, safe=False) for column in (one, other))
    return pa.chunked_array([*one.chunks, *other.chunks], one.type)


def _majority(question: Question, material: Material) -> Floats:
    label = material.label
    counts = np.bincount(label[label >= 0])
    if len(counts) < 2:
        raise DataError("there are labels of one class only, or none")
    return np.where(label >= 0, label == counts.argmax(), np.nan)


def _leakage(question: Question, material: Material) -> Floats:
    codes = coded.binned(material.table.column(question.column))
    return np.asarray(probe("leakage").answers(codes, material.label))


def _label_noise(question: Question, material: Material) -> Floats:
    label = _labels_of_classes(material)
    X, learn = material.learned_from(material.features)
    return np.asarray(probe("label_noise").answers(X, label, learn))


def confident(material: Material, progress: Progress | None = None) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Of each row: how likely its label is to be wrong, the likeliest other class, and whether it is suspicious;
    nan, -1 and False where it is missing. DataError where there is no answer."""
    label, asked = _labels_of_classes(material), probe("label_noise")
    X, learn = material.learned_from(material.features)
    known = label >= 0
    chance, said = asked.chances(X[known], label[known], _told(learn, progress)), label[known]
    wrong, other, found = np.full(len(label), np.nan), np.full(len(label), -1), np.zeros(len(label), dtype=bool)
    wrong[known], other[known] = asked.doubts(chance, said), asked.likelier(chance, said)
    found[known] = asked.suspicious(chance, said) > 0
    return wrong, other, found


def _told(learn: Any, progress: Progress | None) -> Any:
    """The same, and told of each time it is called."""
    if progress is None:
        return learn

    def told(X: Floats, y: Ints, classes: int) -> object:
        progress("learning from the rows what their labels should be", 0)
        found = learn(X, y, classes)
        progress("learning from the rows what their labels should be", 1)
        return found
    return told


def _labels_of_classes(material: Material) -> Ints:
    if not material.features:
        raise DataError("no column is left to learn from; every one is a role or a group")
    name = material.binding.column("label")
    label = material.label
    if len(np.unique(coded.exactly(material.table.column(name)))) > coded.CLASSES + 1:
        raise DataError("the label is a number of many values, and only classes can be suspicious")
    return label


def _flips(question: Question, material: Material) -> Floats:
    now = versions.decisions(material.table, material.binding)
    label = versions.labels(material.table, material.binding)
    return np.asarray(probe("flips").answers(label, now, _before(question, material)))


def _churn(question: Question, material: Material) -> Floats:
    now = versions.decisions(material.table, material.binding)
    return np.asarray(probe("churn").answers(now, _before(question, material)))


def _before(question: Question, material: Material) -> Ints:
    """What another version decided on the same rows."""
    if material.other is None:
        raise DataError("there is no other log here to compare with")
    other = material.other(question.against)
    codes = {name: partial(_both, material.table, other, name) for name in material.compared
             if name in other.column_names}
    return versions.others(material.table, material.binding, other, codes)


def _both(table: pa.Table, other: pa.Table, name: str) -> Ints:
    return coded.exactly(joined(table.column(name), other.column(name)))


def _distinct(question: Question, material: Material) -> Floats:
    return np.asarray(probe("columns").new(coded.exactly(material.table.column(question.column))))


def _repeated(question: Question, material: Material) -> Floats:
    if question.column not in material.repeats:
        raise DataError("it is no feature")
    return np.full(len(material.table), float(material.repeats[question.column] is not None))


ANSWERS: Final[Mapping[str, Callable[[Question, Material], Floats]]] = {
    "proxy": _proxy, "duplicates": _duplicates, "near_duplicates": _near_duplicates, "conflicts": _conflicts,
    "shared": _shared, "majority": _majority, "leakage": _leakage, "label_noise": _label_noise, "distinct": _distinct,
    "repeated": _repeated, "flips": _flips, "churn": _churn, "domain": _domain,
    "propensity": _propensity,
}
