"""Labels that came later, from a second log, joined by id."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.frames import TableLog, apart_of, is_text, require_columns
from shall.adapters.wider import WiderLog
from shall.core.errors import DataError
from shall.core.log import Log

LATE: Final = ["id", "label", "time", "source"]     # columns of labels that were sent to a service
EVIDENCE: Final = ("decision_id", "id")             # in a log of decisions: the first where an input is called `id`


def is_label_log(labels: Log) -> bool:
    """Whether these are labels that were sent to a service, which name decisions by their evidence id."""
    names: list[str] = labels.schema.names
    return names == LATE


def with_late_labels(log: Log, labels: Log, label: str) -> tuple[WiderLog, str]:
    """A log of decisions with a label column of what was sent to the service later. DataError as `with_labels`."""
    on = next((name for name in EVIDENCE if name in log.schema.names), EVIDENCE[-1])
    known = pa.Table.from_batches(labels.batches(LATE[:2]), pa.schema([labels.schema.field(name) for name in LATE[:2]]))
    return with_labels(log, TableLog(known.rename_columns([on, label]), labels.name), on, label)


def with_labels(log: Log, labels: Log, on: str, label: str) -> tuple[WiderLog, str]:
    """The log with a label column from another, and a sentence that says how many rows found theirs.

    A row without a label keeps an unknown one. Raises DataError where a column is missing, the log has
    labels already, the ids are of different types, or an id has more than one label.
    """
    for source, column in ((log, on), (labels, on), (labels, label)):
        require_columns([column], source.schema.names, source.name, apart_of(source))
    if label in (*log.schema.names, *apart_of(log)):
        raise DataError(f"{log.name} has a column {label} already, so labels of {labels.name} are not joined to it")
    wanted = _ids(log, on)
    known = known_labels(labels, on, label)
    ids = known.column(on).combine_chunks()
    if len(wanted) and len(ids) and wanted.type != ids.type:
        raise DataError(f"ids cannot be joined: {on} is {wanted.type} in {log.name} and {ids.type} in {labels.name}")
    places = pc.index_in(wanted, ids, skip_nulls=True) if wanted.type == ids.type else pa.nulls(len(wanted), pa.int32())
    column = known.column(label).take(places)
    note = _note(labels.name, on, wanted, places, len(ids))
    return WiderLog(log, pa.table({label: pa.chunked_array(column)}), labels.digest()), note


def _ids(log: Log, on: str) -> pa.ChunkedArray:
    """The ids of a log: text, or whole numbers of 64 bits."""
    column = pa.chunked_array([id_column(batch.column(on), on, log.name) for batch in log.batches([on])]
                              or [pa.nulls(0)])
    return column


def id_column(column: pa.Array, on: str, name: str) -> pa.Array:
    """Ids as text, or as whole numbers of 64 bits. DataError where they are neither."""
    if is_text(column.type):
        return column.cast(pa.string())
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        if pa.types.is_floating(column.type):       # whole numbers become floats where some are missing
            column = pc.if_else(pc.is_nan(column), None, column)
        return column.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{on} of {name} is {column.type}: an id is text or a whole number") from error


def known_labels(labels: Log, on: str, label: str) -> pa.Table:
    """Each id with its label once; DataError where an id has two."""
    parts = [pa.table({on: id_column(batch.column(on), on, labels.name), label: _label(batch.column(label))})
             for batch in labels.batches([on, label])]
    if not parts:
        return pa.table({on: pa.nulls(0), label: pa.nulls(0)})
    pairs = pa.concat_tables(parts).drop_null().group_by([on, label], use_threads=False).aggregate([])
    counted = pairs.group_by(on, use_threads=False).aggregate([([], "count_all")])
    twice = counted.filter(pc.greater(counted.column("count_all"), 1))
    if len(twice):
        raise DataError(f"{labels.name}: {len(twice):,} ids have more than one label, "
                        f"for example {on} = {twice.column(on)[0]}: write the files with the one that counts")
    return pairs


def _label(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return pc.if_else(pc.is_nan(column), None, column) if pa.types.is_floating(column.type) else column


def _note(labels: str, on: str, wanted: pa.ChunkedArray, places: pa.ChunkedArray, known: int) -> str:
    found = len(places) - places.null_count
    used = pc.count_distinct(places).as_py()
    repeated = len(wanted) - wanted.null_count - pc.count_distinct(wanted).as_py()
    parts = [f"labels of {labels}, joined by {on}: {found:,} of {len(wanted):,} rows have one"]
    if known > used:
        parts.append(f"{known - used:,} labels belong to no row")
    if repeated:
        parts.append(f"{repeated:,} rows repeat the {on} of another")
    return "; ".join(parts)
