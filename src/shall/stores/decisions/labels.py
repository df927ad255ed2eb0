"""Labels that come later: one by one, or from any log that has them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from shall.core.decisions import Label
from shall.core.errors import DataError
from shall.core.log import Log
from shall.journal.rows import MOMENT


class Read(NamedTuple):
    """Labels of some rows; ``rows``: where each stood, from 0. Of the others ``nameless`` have no id of a decision, and
    ``unsaid`` no label."""

    labels: list[Label]
    rows: list[int]
    nameless: list[int]
    unsaid: list[int]


def checked(labels: Sequence[Label], rows: Sequence[int] = ()) -> None:
    """DataError where a label is of no decision, or is no label."""
    for place, one in zip(rows or range(len(labels)), labels, strict=True):
        said = one.label
        if not isinstance(one.decision, str) or not one.decision:
            raise DataError(f"label {place}: it names no decision: give the id of one, or what the request was called")
        if not isinstance(said, str | bool | int | float) or (isinstance(said, float) and math.isnan(said)):
            raise DataError(f"label {place}, of {one.decision}: {said!r} is no label: a label is text, a number, true "
                            "or false")


def labels_from(log: Log, *, now: int, on: str = "id", label: str = "label", time: str | None = None,
                source: str = "") -> Iterator[Read]:
    """The labels of a log, some thousands of rows at a time, and which rows have no id or no label.

    Args:
        log: any log: a file, a table or a query of a database, a frame.
        now: microseconds since 1970, UTC: when they became known, where no column says so.
        on: the column of the ids of decisions, or of what their requests were called.
        label: the column of the labels.
        time: the column that says when a label became known.
        source: who says so.

    Raises DataError where a column is missing or holds something else.
    """
    columns = [*dict.fromkeys([on, label, *([] if time is None else [time])])]
    if strange := [name for name in columns if name not in log.schema.names]:
        raise DataError(f"{log.name} has no column {strange[0]}; it has {', '.join(log.schema.names)}")
    start = 0
    for batch in log.batches(columns):
        ids, said = _texts(batch.column(on), on), _plain(batch.column(label)).to_pylist()
        times = [now] * len(ids) if time is None else _moments(batch.column(time), time, now)
        found = Read([], [], [], [])
        for row, (name, told, when) in enumerate(zip(ids, said, times, strict=True), start):
            if not name:
                found.nameless.append(row)
            elif told is None or told == "" or told != told:
                found.unsaid.append(row)
            else:
                found.labels.append(Label(name, told, when, source))
                found.rows.append(row)
        checked(found.labels, found.rows)
        yield found
        start += len(ids)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _texts(column: pa.Array, name: str) -> list[Any]:
    column = _plain(column)
    if not (pa.types.is_string(column.type) or pa.types.is_integer(column.type) or pa.types.is_null(column.type)):
        raise DataError(f"the column {name} is {column.type}: an id is text or a whole number")
    return list(column.cast(pa.string()).to_pylist())


def _moments(column: pa.Array, name: str, now: int) -> list[int]:
    try:
        times = _plain(column).cast(MOMENT).cast(pa.int64())
    except pa.ArrowException as problem:
        raise DataError(f"the column {name} is {column.type}, and no time") from problem
    return [now if time is None else time for time in times.to_pylist()]
