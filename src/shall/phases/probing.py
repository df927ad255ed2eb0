"""Columns that a measure needs and a log has not: made by asking, before anything is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall import adapters, registry
from shall.core.errors import DataError
from shall.core.log import GroupDef, Log
from shall.core.requirement import Requirement
from shall.tally.codes import group_codes

MOST: Final = 1_000_000                     # rows that are asked about: the first ones
LEARNER: Final = "lightgbm"


def probed(log: Log, requirements: Sequence[Requirement], features: Sequence[str]) -> tuple[Log, tuple[str, ...]]:
    """The log, wider by what its requirements ask of it, and what had no answer, as sentences.

    ``features`` are the columns that may be learned from. Where there is no answer the column is empty, and a measure
    that stands on it is not available.
    """
    asked = dict.fromkeys(call.columns[0] for requirement in requirements for call in requirement.measures
                          if registry.card(call.name).probe)
    if not asked:
        return log, ()
    wanted = [*asked, *(name for name in features if name not in asked)]
    table = pa.Table.from_batches(log.batches(wanted), pa.schema([log.schema.field(name) for name in wanted]))
    made, notes = {}, []
    for column in asked:
        try:
            made[f"told of {column}"] = _told(table, column, features)
        except DataError as error:
            made[f"told of {column}"] = pa.nulls(len(table), pa.float64())
            notes.append(f"proxy({column}) has no answer: {error}")
    content = "\n".join((*asked, "--", *features)).encode()
    wider = adapters.WiderLog(log, pa.table(made), hashlib.sha256(content).hexdigest(), log.name)
    return wider, tuple(notes)


def _told(table: pa.Table, column: str, features: Sequence[str]) -> pa.Array:
    """What the features tell of a column in each row; null beyond the first rows. DataError without an answer."""
    used = [name for name in features if name != column]
    if not used:
        raise DataError("no column is left that could tell of it; every one is a role or a group")
    some = table.slice(0, MOST)
    encoding = registry.find("methods", "encode").fit(some, used)
    codes, names = group_codes(some.column(column).combine_chunks(), GroupDef(column, column))
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    value = np.array([place[name] for name in names], dtype=np.int64)[codes]
    learner = registry.find("methods", LEARNER)

    def learn(X: NDArray[np.float64], y: NDArray[np.int64], classes: int) -> object:
        return learner.fit(X, y, encoding.sizes, classes=classes, seed=0).probabilities

    told = registry.find("probes", "proxy").answers(encoding(some), _dense(value), learn)
    return pa.concat_arrays([pa.array(told), pa.nulls(len(table) - len(some), pa.float64())])


def _dense(value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes without gaps: a dictionary may hold values that no row has."""
    return np.unique(value, return_inverse=True)[1].astype(np.int64)
