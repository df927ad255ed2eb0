"""Tables in and out of a scorer. Arrow and polars are loaded when a table comes, never for a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from shall.core.errors import DataError, InputError
from shall.graph.kinds import MISSING, Array

if TYPE_CHECKING:
    import pyarrow as pa

SPARK: Final = {"double": "double", "bool": "boolean", "string": "string", "int64": "bigint"}
ARROW: Final = {"tensor(double)": "double", "tensor(float)": "float", "tensor(bool)": "bool",
                "tensor(string)": "string", "tensor(int64)": "int64"}


@contextmanager
def readable() -> Iterator[None]:
    """What Arrow says of damaged rows, as a DataError."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise DataError(f"the rows cannot be read: {str(error).splitlines()[0] if str(error) else error!r}") from error


def schema_of(types: Mapping[str, tuple[str, int]], classes: Sequence[Any]) -> pa.Schema:
    """A column for each output; one a class, or a place, where an output is wider than one."""
    import pyarrow as pa

    fields = []
    for name, (kind, width) in types.items():
        arrow = pa.type_for_alias(ARROW[kind])
        labels = classes if len(classes) == width else range(width)
        fields += [pa.field(name, arrow)] if width == 1 else [pa.field(f"{name}_{label}", arrow) for label in labels]
    return pa.schema(fields)


def ddl_of(schema: pa.Schema) -> str:
    """The columns as Spark writes them."""
    return ", ".join(f"`{field.name.replace('`', '``')}` {SPARK.get(str(field.type), str(field.type))}"
                     for field in schema)


def batch_of(found: Mapping[str, Array], schema: pa.Schema) -> pa.RecordBatch:
    """Outputs [n, width] as columns."""
    import pyarrow as pa

    columns = [value[:, place] for value in found.values() for place in range(value.shape[1])]
    arrays = [pa.array(column, field.type, mask=column == MISSING if column.dtype.kind == "O" else None)
              for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def beside(batch: pa.RecordBatch, keep: Sequence[str], parts: Sequence[pa.RecordBatch], schema: pa.Schema,
           ) -> Iterator[pa.RecordBatch]:
    """The kept columns of a batch and what was said of it, as one batch."""
    import pyarrow as pa

    if both := [name for name in keep if name in schema.names]:
        raise InputError(f"the column {both[0]} cannot be kept: an output of the graph is called so too")
    said = pa.Table.from_batches(parts, schema).combine_chunks()
    columns = [batch.column(name) for name in keep]
    arrays = [*columns, *(column.combine_chunks() for column in said.columns)]
    fields = [*(batch.schema.field(name) for name in keep), *schema]
    yield pa.RecordBatch.from_arrays([_one(array) for array in arrays], schema=pa.schema(fields))


def batches_of(frame: Any) -> Iterable[pa.RecordBatch]:
    """The record batches of a frame that speaks Arrow."""
    import pyarrow as pa

    batches: list[pa.RecordBatch] = pa.table(frame).to_batches()
    return batches


def as_polars(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Any:
    """Record batches as a frame of polars."""
    import polars
    import pyarrow as pa

    return polars.DataFrame(pa.Table.from_batches(list(batches), schema))


def _one(array: Any) -> Any:
    """A chunked array of no or one chunk as an array."""
    import pyarrow as pa

    if not isinstance(array, pa.ChunkedArray):
        return array
    return array.chunk(0) if array.num_chunks else pa.array([], array.type)
