"""What a foreign model answers, as columns of a log: a score and a decision, scores of classes, or a prediction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.tally.codes import equals

SCORE: Final = "shall_score"
DECISION: Final = "shall_decision"
ABSTAINED: Final = "shall_abstained"
SET: Final = "shall_set"
LOWER: Final = "shall_lower"
UPPER: Final = "shall_upper"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of n rows: labels, values or both."""

    labels: pa.Array | None = None          # [n]: the class that it decides for
    values: NDArray[np.float64] | None = None   # [n, k]: probabilities of k classes, one probability, or a prediction
    classes: tuple[str, ...] = ()           # of the columns of `values`, where the model says
    positive: NDArray[np.bool_] | None = None   # [n]: whether it decides for the positive class, in place of labels
    abstained: NDArray[np.bool_] | None = None  # [n], where it may abstain
    sets: NDArray[np.bool_] | None = None   # [n, C]: whether each of `held` is in its set
    held: tuple[str, ...] = ()
    ends: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None     # [n]: of its intervals


class Scorer(Protocol):
    """A model that was not built here."""

    name: str

    @property
    def digest(self) -> str:
        """What tells it from another model; known at the latest when it has answered."""
        ...

    def inputs(self, columns: pa.Schema) -> list[str]:
        """The columns that it wants of those that it may have; DataError where it cannot be content."""
        ...

    def answer(self, rows: pa.RecordBatch) -> Answer:
        """What it says of some rows of these columns."""
        ...


def columns_of(answer: Answer, binding: Binding, threshold: float | None, name: str) -> dict[str, pa.Array]:
    """The columns of a log that an answer makes, by the kind of the subject."""
    if answer.values is not None and not np.isfinite(answer.values).all():
        raise DataError(f"{name} answers with a value that is no finite number")
    if binding.kind == "regressor":
        ends = answer.ends or ()
        return {SCORE: pa.array(_one(answer, name)), **dict(zip((LOWER, UPPER), map(pa.array, ends), strict=False))}
    made = _several(answer, binding, name) if binding.kind == "multiclass" else _two(answer, binding, threshold, name)
    if answer.sets is not None and _told(answer.held, binding):
        made[SET] = lists_of(answer.sets, pa.array(answer.held, pa.string()))
    return made if answer.abstained is None else {**made, ABSTAINED: pa.array(answer.abstained)}


def lists_of(sets: NDArray[np.bool_], names: pa.Array) -> pa.ListArray:
    """For each row the names [C] of the classes that are in its set bool[n, C]."""
    ends = np.concatenate([[0], np.cumsum(sets.sum(axis=1))])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), names.take(pa.array(np.nonzero(sets)[1])))


def _told(held: tuple[str, ...], binding: Binding) -> bool:
    """Whether classes are called as the labels are; sets of others would seem to hold none."""
    return set(held) == set(binding.classes) if binding.kind == "multiclass" else binding.positive in held


def _one(answer: Answer, name: str) -> NDArray[np.float64]:
    if answer.values is None and answer.labels is not None and pa.types.is_integer(answer.labels.type):
        return np.asarray(answer.labels.cast(pa.float64()).to_numpy(zero_copy_only=False))
    if answer.values is None or answer.values.shape[1] != 1:
        wide = 0 if answer.values is None else answer.values.shape[1]
        raise DataError(f"{name} answers with {wide} numbers a row, and a regressor gives one")
    return np.ascontiguousarray(answer.values[:, 0])


def _two(answer: Answer, binding: Binding, threshold: float | None, name: str) -> dict[str, pa.Array]:
    made: dict[str, pa.Array] = {}
    if answer.values is not None:
        score = answer.values[:, _positive(answer, binding, name)]
        if ((score < 0) | (score > 1)).any():
            raise DataError(f"{name} answers with values outside of 0 to 1, and a score is a probability: export the "
                            "model with its probabilities")
        made[SCORE] = pa.array(np.ascontiguousarray(score))
    if answer.positive is not None:
        made[DECISION] = pa.array(answer.positive.astype(np.int8))
    elif answer.labels is not None and threshold is None:
        decision = equals(answer.labels, binding.positive)
        made[DECISION] = pa.array(decision, mask=decision == 2)
    elif answer.values is not None:
        made[DECISION] = pa.array((score >= (0.5 if threshold is None else threshold)).astype(np.int8))
    else:
        raise DataError(f"{name} gives no probabilities, so no threshold can be laid to them: leave `threshold` out")
    return made


def _positive(answer: Answer, binding: Binding, name: str) -> int:
    """The column of the positive class; the last, where the model names no classes."""
    assert answer.values is not None
    wide = answer.values.shape[1]
    if wide > 2:
        raise DataError(f"{name} answers with {wide} classes, and the file with one positive class: name them all, "
                        "[subject] classes = […]")
    if wide == 1 or not answer.classes:
        return int(wide) - 1
    found = np.flatnonzero(equals(pa.array(answer.classes), binding.positive) == 1)
    if not len(found):
        found = np.flatnonzero(equals(_numbers(answer.classes), binding.positive) == 1)
    if len(found) != 1:
        raise DataError(f"{name} knows the classes {', '.join(answer.classes)}, and the positive one of the file, "
                        f"{binding.positive}, is not among them")
    return int(found[0])


def _numbers(classes: tuple[str, ...]) -> pa.Array:
    try:
        return pa.array([float(text) for text in classes])
    except ValueError:
        return pa.array(classes)


def _several(answer: Answer, binding: Binding, name: str) -> dict[str, pa.Array]:
    classes = answer.classes or binding.classes
    made: dict[str, pa.Array] = {}
    if answer.values is not None:
        if answer.values.shape[1] != len(classes):
            raise DataError(f"{name} answers with {answer.values.shape[1]} numbers a row, and there are {len(classes)} "
                            f"classes: {', '.join(classes)}")
        if strange := set(classes) - set(binding.classes):
            raise DataError(f"{name} knows the class {min(strange)}, which is not one of {', '.join(binding.classes)}: "
                            "name all, [subject] classes = […]")
        places = {text: place for place, text in enumerate(classes)}
        zeros = np.zeros(len(answer.values))
        made = {f"{SCORE}_{text}": pa.array(np.ascontiguousarray(
            answer.values[:, places[text]] if text in places else zeros)) for text in binding.classes}
    if answer.labels is not None:
        made[DECISION] = answer.labels.cast(pa.string())
    elif answer.values is not None:
        made[DECISION] = pa.array(np.asarray(classes, dtype=object)[answer.values.argmax(axis=1)], pa.string())
    return made
