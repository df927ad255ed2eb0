"""Small logs that a measure is tried on: an ordinary one, and every odd one that has gone wrong somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall.core.log import Kind

ROWS: Final = 240
COLUMN: Final = "amount"                    # what a measure of a column is asked about
CLASSES: Final = ("a", "b", "c")
ANSWERS: Final = ("is duplicate", "is near duplicate", "label conflicts", "label suspicious", "majority label",
                  "shared with train", "unlike train", "flip against train", "changed since train",
                  f"new value of {COLUMN}", f"{COLUMN} is repeated")
Columns = dict[str, Any]


def ordinary(seed: int = 0, rows: int = ROWS, kind: Kind = "binary") -> pa.Table:
    """A log with every role, a column of numbers, some missing values, and three groups of unequal size."""
    table = _answered(_ordinary(seed, rows), seed)
    chance = np.random.default_rng(seed + 1000)
    if kind == "multiclass":
        scores = chance.dirichlet([1.0] * len(CLASSES), rows)
        label = np.array(CLASSES)[[int(chance.choice(len(CLASSES), p=row)) for row in scores]]
        table = table.set_column(table.column_names.index("label"), "label", pa.array(label))
        for place, name in enumerate(CLASSES):
            table = table.append_column(f"score_{name}", pa.array(scores[:, place]))
    if kind == "regressor":
        target = chance.gamma(4, 2, rows)
        for name, values in (("label", target), ("score", target + chance.normal(0, 1, rows))):
            table = table.set_column(table.column_names.index(name), name,
                                     pa.array(values, mask=chance.random(rows) < 0.05))
    return table


def _ordinary(seed: int, rows: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    score = chance.beta(2, 3, rows)
    missing = chance.random((4, rows)) < 0.05
    places = np.arange(rows)
    return pa.table({
        "score": pa.array(score, mask=missing[0]),
        "decision": pa.array((score >= 0.4).astype(np.int64), mask=missing[1]),
        "label": pa.array((chance.random(rows) < score).astype(np.int64), mask=missing[2]),
        "id": pa.array(np.arange(rows)),
        "time": pa.array(np.arange(rows), pa.timestamp("s", tz="UTC")),
        COLUMN: pa.array(chance.lognormal(0, 1, rows), mask=missing[3]),
        f"told of {COLUMN}": pa.array(chance.normal(0.2, 0.5, rows)),      # what probes add
        "lower": pa.array(score - 0.5),
        "upper": pa.array(score + 0.7),
        "abstained": pa.array((chance.random(rows) < 0.2).astype(np.int64)),
        "set": pa.array([[0, 1][first:last] for first, last in zip(places % 2, 1 + places % 3, strict=True)],
                        pa.list_(pa.int64())),
        "sex": pa.array(chance.choice(["F", "M", "X"], rows, p=[0.5, 0.4, 0.1])),
    })


def _answered(table: pa.Table, seed: int) -> pa.Table:
    """With what probes of the data add."""
    chance = np.random.default_rng(seed + 2000)
    for name in (f"leak of {COLUMN}", f"effect of {COLUMN}"):
        table = table.append_column(name, pa.array(chance.normal(0.2, 0.5, len(table))))
    for name in ANSWERS:
        found = (chance.random(len(table)) < 0.2).astype(np.float64)
        table = table.append_column(name, pa.array(found, mask=chance.random(len(table)) < 0.05))
    return table


ODD: Final[Mapping[str, Callable[[Columns], Columns]]] = {
    "no row": lambda columns: {name: array[:0] for name, array in columns.items()},
    "one row": lambda columns: {name: array[:1] for name, array in columns.items()},
    "labels of one class, positive": lambda columns: {**columns, "label": _same(columns, 1)},
    "labels of one class, negative": lambda columns: {**columns, "label": _same(columns, 0)},
    "every decision positive": lambda columns: {**columns, "decision": _same(columns, 1)},
    "every decision negative": lambda columns: {**columns, "decision": _same(columns, 0)},
    "labels missing": lambda columns: {**columns, "label": _same(columns, None, pa.int64())},
    "decisions missing": lambda columns: {**columns, "decision": _same(columns, None, pa.int64())},
    "scores missing": lambda columns: {**columns, "score": _same(columns, None, pa.float64())},
    "scores nan": lambda columns: {**columns, "score": _same(columns, float("nan"))},
    "scores infinite": lambda columns: {**columns, "score": _same(columns, float("inf"))},
    "scores minus infinite": lambda columns: {**columns, "score": _same(columns, float("-inf"))},
    "scores out of range": lambda columns: {**columns, "score": _same(columns, 17.0)},
    "scores constant": lambda columns: {**columns, "score": _same(columns, 0.5)},
    "scores 0": lambda columns: {**columns, "score": _same(columns, 0.0)},
    "scores 1": lambda columns: {**columns, "score": _same(columns, 1.0)},
    "column missing": lambda columns: {**columns, COLUMN: _same(columns, None, pa.float64())},
    "column nan": lambda columns: {**columns, COLUMN: _same(columns, float("nan"))},
    "column infinite": lambda columns: {**columns, COLUMN: _same(columns, float("inf"))},
    "column huge": lambda columns: {**columns, COLUMN: _same(columns, 1.7e308)},
    "column denormal": lambda columns: {**columns, COLUMN: _same(columns, 5e-324)},
    "sets empty": lambda columns: {**columns, "set": _same(columns, [], pa.list_(pa.int64()))},
    "sets missing": lambda columns: {**columns, "set": _same(columns, None, pa.list_(pa.int64()))},
    "groups missing": lambda columns: {**columns, "sex": _same(columns, None, pa.string())},
    "one group": lambda columns: {**columns, "sex": _same(columns, "F")},
    "a group a row": lambda columns: {**columns, "sex": pa.array([str(n) for n in range(len(columns["sex"]))])},
}
# All of a role is missing: a measure that needs the role has nothing to stand on.
WITHOUT: Final = {"label": ("labels missing",), "decision": ("decisions missing",),
                  "score": ("scores missing", "scores nan", "scores infinite", "scores minus infinite"),
                  "set": ("sets missing",)}


def odd(rows: int = 60, kind: Kind = "binary") -> Iterator[tuple[str, pa.Table]]:
    """The ordinary log with one thing odd, and what it is."""
    table = ordinary(rows=rows, kind=kind)
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    for what, change in ODD.items():
        yield what, pa.table(change(columns))


def _same(columns: Columns, value: object, type: pa.DataType | None = None) -> pa.Array[Any]:
    return pa.array([value] * len(columns["sex"]), type)
