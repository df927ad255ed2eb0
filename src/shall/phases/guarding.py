"""Which answers of a model may leave, found on rows that it did not learn from: one half places the lines of training
and of the sets, the other half that of the risk, on the rows that the first two let pass."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.frames import is_text
from shall.core.errors import DataError
from shall.methods.conform import split
from shall.methods.selective import risk_control
from shall.runtimes.guard import VERSION, Guard
from shall.stats import novelty

ROWS: Final = 50_000                        # of training that are looked at: counts of more say hardly more
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a guard shall let pass; see `shall.guard`."""

    classes: Sequence[Any]
    threshold: float | None = None
    alpha: float = 0.05
    coverage: float | None = None
    risk: float | None = None
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """Rows that a model learned from, those of their columns to look at (or all), and perhaps their labels [n]."""

    rows: pa.Table
    columns: Sequence[str] | None = None
    label: Any = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a model says of rows with known labels: outputs by name, labels [n], the rows, perhaps groups [n]."""

    said: Mapping[str, Any]
    label: Any
    rows: pa.Table | None = None
    groups: Any = None


def guard_of(asked: Asked, known: Known, training: Trained | None) -> Guard:
    """A guard. DataError where rows do not fit together."""
    plain: dict[str, Any] = {"classes": list(asked.classes), "shall_guard": VERSION, "threshold": asked.threshold}
    y = _places(known.label, asked.classes)
    if len(y) < 2:
        raise DataError(f"a guard is made of rows that the model did not learn from, some hundred at best and two at "
                        f"least: `said` and `label` have {len(y)}")
    P = Guard(plain).probabilities(known.said, len(y))
    if known.rows is not None and len(known.rows) != len(y):
        raise DataError(f"{len(known.rows):,} rows, and {len(y):,} labels of them")
    first, second = np.array_split(np.random.default_rng(asked.seed).permutation(len(y)), 2)
    if training is not None and known.rows is not None:
        plain["novelty"] = _covered(training, known.rows.take(pa.array(first)), asked)
    if asked.coverage is not None:
        limit = split.fit(P[first], y[first], asked.coverage).limit
        plain["sets"] = {"coverage": asked.coverage, "limit": limit if math.isfinite(limit) else None}
    if asked.risk is not None:
        plain["control"] = _control(Guard(plain), known, y, second, (asked.risk, asked.confidence))
    return Guard(plain)


def _places(label: Any, classes: Sequence[Any]) -> Ints:
    """int64[n]: the place of each label among the classes."""
    known = {str(one): place for place, one in enumerate(classes)}
    told = label.to_pylist() if hasattr(label, "to_pylist") else np.asarray(label).tolist()
    if strange := [one for one in told if str(one) not in known]:
        raise DataError(f"the label {strange[0]!r} is none of the classes {', '.join(known)}")
    return np.array([known[str(one)] for one in told], dtype=np.int64)


def _covered(training: Trained, line: pa.Table, asked: Asked) -> dict[str, Any]:
    both = [name for name in training.rows.column_names if name in line.column_names]
    names = [name for name in both if training.columns is None or name in training.columns]
    if lacking := [name for name in training.columns or () if name not in names]:
        raise DataError(f"there is no column {', '.join(lacking)} in both tables")
    label = None if training.label is None else _places(training.label, asked.classes)
    if label is not None and len(label) != len(training.rows):
        raise DataError(f"{len(training.rows):,} rows of training, and {len(label):,} labels of them")
    chosen = np.sort(np.random.default_rng(asked.seed).permutation(len(training.rows))[:ROWS])
    known = novelty.fit(by_column(training.rows.take(pa.array(chosen)), names),
                        None if label is None else label[chosen], asked.seed)
    return known.calibrated(by_column(line, names), asked.alpha).described()


def _control(guard: Guard, known: Known, y: Ints, some: Ints, promise: tuple[float, float]) -> dict[str, Any]:
    rows = [{}] * len(some) if known.rows is None else known.rows.take(pa.array(some)).to_pylist()
    said = {name: np.asarray(values)[some] for name, values in known.said.items()}
    rulings = guard(rows, said)
    kept = np.array([one.answered for one in rulings], dtype=bool)
    truth = [str(guard.classes[place]) for place in y[some]]
    wrong = np.array([str(one.decision) != true for one, true in zip(rulings, truth, strict=True)], dtype=bool)
    sure = guard.sureness(guard.probabilities(said, len(some)))
    groups = None if known.groups is None else np.asarray(known.groups)[some][kept]
    found = risk_control.fit(sure[kept], wrong[kept], *promise, groups)
    line = found.line if math.isfinite(found.line) else None
    return {"line": line, "risk": found.risk, "confidence": found.confidence}


def by_column(table: pa.Table, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The columns of numbers and of words, each [n]; others, such as dates, are left out."""
    found: dict[str, NDArray[Any]] = {}
    for name in names:
        column = table.column(name).combine_chunks()
        column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        if is_text(column.type):
            found[name] = np.array(column.to_pylist(), dtype=object)
        elif pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type):
            found[name] = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found
