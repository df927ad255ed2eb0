"""Labels that came later, from a second log, joined by id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.frames import TableLog
from shall.core.errors import DataError
from shall.core.log import Log


def with_labels(log: Log, labels: Log, on: str, label: str) -> tuple[TableLog, str]:
    """The log with a label column from another, and a sentence that says how many rows found theirs.

    A row without a label keeps an unknown one. Raises DataError where a column is missing, the log has
    labels already, or an id has more than one label.
    """
    for source, column in ((log, on), (labels, on), (labels, label)):
        if column not in source.schema.names:
            raise DataError(f"{source.name} has no column {column}; it has {', '.join(source.schema.names)}")
    if label in log.schema.names:
        raise DataError(f"{log.name} has a column {label} already, so labels of {labels.name} are not joined to it")
    left = pa.Table.from_batches(log.batches(log.schema.names), schema=None) if log.schema.names else pa.table({})
    right = pa.Table.from_batches(labels.batches([on, label]))
    left, right = _keyed(left, on), _keyed(right, on)
    counts = right.group_by(on).aggregate([(label, "count_distinct")])
    ambiguous = counts.filter(pc.greater(counts.column(f"{label}_count_distinct"), 1))
    if ambiguous.num_rows:
        raise DataError(f"{labels.name}: {ambiguous.num_rows:,} ids have more than one label, "
                        f"for example {on} = {ambiguous.column(on)[0]}")
    once = right.group_by(on, use_threads=False).aggregate([(label, "first")]).rename_columns([on, label])
    place = "__place"
    joined = left.append_column(place, pa.array(range(left.num_rows))).join(once, on).sort_by(place).drop_columns([place])
    found = left.num_rows - joined.column(label).null_count
    return (TableLog(joined, log.name),
            f"labels of {labels.name}, joined by {on}: {found:,} of {left.num_rows:,} rows have one")


def _keyed(table: pa.Table, on: str) -> pa.Table:
    """Text as it is, whole numbers as int64, so that both sides of the join have one type."""
    plain = {name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
             for name, column in zip(table.column_names, table.columns, strict=True)}
    if pa.types.is_integer(plain[on].type):
        plain[on] = plain[on].cast(pa.int64())
    return pa.table(plain)
