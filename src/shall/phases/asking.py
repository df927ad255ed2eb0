"""What probes answer of the rows of a table: one function a probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import registry
from shall.core.errors import DataError
from shall.core.log import Binding, GroupDef
from shall.phases import coded
from shall.tally.codes import group_codes

LEARNER: Final = "lightgbm"
NOT_OF_THE_ROW: Final = ("id", "score", "decision", "weight", "lower", "upper", "set", "abstained")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    codes = [coded.exactly(_joined(material.table.column(name), other.column(name))) for name in names]
    return np.asarray(probe("shared").answers(codes, len(other)))


def _joined(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
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
    if not material.features:
        raise DataError("no column is left to learn from; every one is a role or a group")
    label = material.label
    name = material.binding.column("label")
    if len(np.unique(coded.exactly(material.table.column(name)))) > coded.CLASSES + 1:
        raise DataError("the label is a number of many values, and only classes can be suspicious")
    X, learn = material.learned_from(material.features)
    return np.asarray(probe("label_noise").answers(X, label, learn))


def _distinct(question: Question, material: Material) -> Floats:
    return np.asarray(probe("columns").new(coded.exactly(material.table.column(question.column))))


def _repeated(question: Question, material: Material) -> Floats:
    if question.column not in material.repeats:
        raise DataError("it is no feature")
    return np.full(len(material.table), float(material.repeats[question.column] is not None))


ANSWERS: Final[Mapping[str, Callable[[Question, Material], Floats]]] = {
    "proxy": _proxy, "duplicates": _duplicates, "near_duplicates": _near_duplicates, "conflicts": _conflicts,
    "shared": _shared, "majority": _majority, "leakage": _leakage, "label_noise": _label_noise, "distinct": _distinct,
    "repeated": _repeated,
}
