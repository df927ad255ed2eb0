"""The rules of a log: every row, once, the same at every reading."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa

from shall.core.log import Log
from shall.testing._faults import refuse


def check_log(log: Log, rows: int | None = None) -> None:
    """Check an adapter on one of its logs; ``rows``, where given, is how many there are.

    Raises AssertionError with every broken rule.
    """
    refuse(f"the log {log.name!r}", _faults(log, rows))


def _faults(log: Log, rows: int | None) -> Iterator[str]:
    names = log.schema.names
    if not log.name:
        yield "it has no name to call it by in a message"
    if len(set(names)) != len(names):
        yield f"column names are not unique: {names}"
    first = _read(log, names)
    if rows is not None and first.num_rows != rows:
        yield f"it gives {first.num_rows} rows of {rows}"
    if first.schema.remove_metadata() != log.schema.remove_metadata():
        yield f"batches have the schema {first.schema}, not {log.schema}"
    if not _read(log, names).equals(first):
        yield "a second reading gives other rows, or another order"
    for name in names:
        alone = _read(log, [name])
        if alone.schema.names != [name]:
            yield f"asked for column {name} alone, it gives {alone.schema.names}"
        elif not alone.column(name).equals(first.column(name)):
            yield f"column {name} read alone is not the column read with the others"
    backwards = names[::-1]
    if _read(log, backwards).schema.names != backwards:
        yield "columns do not come in the order in which they were asked for"
    yield from _digest_faults(log)


def _digest_faults(log: Log) -> Iterator[str]:
    digest = log.digest()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        yield f"its digest is not a SHA-256 in hexadecimal: {digest!r}"
    if log.digest() != digest:
        yield "its digest changes from one call to the next"


def _read(log: Log, columns: list[str]) -> pa.Table:
    batches = list(log.batches(columns))
    return pa.Table.from_batches(batches) if batches else log.schema.empty_table().select(columns)
