"""Batches as Arrow IPC streams, in and out: bounded before they are read, checked before they are used."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from shall.core.errors import Fault, Faults
from shall.http.calls import Call
from shall.http.problems import Refusal
from shall.http.reading import Body
from shall.http.replies import Reply
from shall.runtimes.labelling import text_of

if TYPE_CHECKING:
    from shall.http.app import App

MEDIA: Final = b"application/vnd.apache.arrow.stream"
SLICE: Final = 4096                         # rows that are decided and kept at a time
COLUMNS: Final = 4096
HEADER: Final = 2                           # its place in the table Message of a flatbuffer
FIXED: Final = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_string,
                pa.types.is_large_string, pa.types.is_date, pa.types.is_timestamp, pa.types.is_null)
OUT: Final = pa.schema([("id", pa.string()), ("model", pa.string()), ("decision", pa.string()), ("score", pa.float64()),
                        ("abstained", pa.bool_()), ("code", pa.string()), ("why", pa.string())])


async def decide(app: App, call: Call) -> Reply:
    """A stream of rows in, a stream of answers out: one row of `OUT` for each."""
    call.most = app.limits.stream
    body = await call.body()
    request = call.request()
    digest = blake2b(body, digest_size=16).digest() if request else b""
    table = read(body, app.limits.rows)
    del body
    if table.num_rows > SLICE:              # all of it before any of it is decided
        await app.deciding.in_thread(partial(app.service.refuse, call.name, table, version=call.version))
    sink = pa.BufferOutputStream()
    headers: tuple[tuple[bytes, bytes], ...] = ()
    with pa.ipc.new_stream(sink, OUT) as writer:
        for place, rows in enumerate(_slices(table)):
            name = request and (f"{request}/{place}" if table.num_rows > SLICE else request)
            try:
                given = await app.deciding((call.name, call.version), rows, name, digest)
            except (Refusal, Faults) as error:
                raise _late(error, place * SLICE) from None
            writer.write_batch(_batch(given.answers))
            headers = headers or given.headers
            if given.later is not None:
                app.later(given.later)
            del given, rows                 # before the next ones are made
    return Reply(200, MEDIA, memoryview(sink.getvalue()), headers)


def _late(error: Refusal | Faults, before: int) -> Refusal | Faults:
    """The same, where ``before`` rows were decided and kept already."""
    if not before:
        return error
    told = (f" The first {before:,} rows of the stream were decided and logged before that; under the same "
            "Idempotency-Key they are not decided again.")
    if isinstance(error, Refusal):
        return Refusal(error.status, error.word, error.detail + told, *error.headers, faults=error.faults)
    faults = [one if one.row is None else replace(one, row=one.row + before) for one in error.faults]
    return Refusal(422, "input", "The rows are not what the model takes." + told, faults=faults)


def read(body: Body, most: int) -> pa.Table:
    """The rows of a stream. Refusal (400, 422): no stream, compressed, too many rows or columns, or damaged."""
    buffer = pa.py_buffer(body)
    try:
        _bounded(buffer, most)
        with pa.ipc.open_stream(buffer) as reader:
            _allowed(reader.schema)
            table = reader.read_all()
        table.validate(full=True)           # a stranger's offsets may lead out of the buffers
    except (pa.ArrowException, OSError, ValueError, struct.error, IndexError, OverflowError, MemoryError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise Refusal(400, "malformed", f"The body is no Arrow IPC stream, or a damaged one: {why}.") from None
    if not table.num_rows:
        raise _wrong("", "there is no row", "send at least one")
    return table


def _slices(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Record batches of `SLICE` rows, the last one with the rest, whatever the batches were."""
    for start in range(0, table.num_rows, SLICE):
        yield table.slice(start, SLICE).combine_chunks().to_batches()[0]


def _batch(answers: Sequence[Any]) -> pa.RecordBatch:
    columns = [[one.id for one in answers], [one.model for one in answers],
               [text_of(one.decision) for one in answers],
               [one.score for one in answers], [one.abstained for one in answers],
               [one.code for one in answers], [one.why for one in answers]]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, OUT, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=OUT)


def _allowed(schema: pa.Schema) -> None:
    if len(schema) > COLUMNS:
        raise _wrong("", f"there are {len(schema):,} columns", f"at most {COLUMNS:,}")
    if len(set(schema.names)) != len(schema):
        raise _wrong("", "a name of a column stands there twice", "each name once")
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if not any(fits(kind) for fits in FIXED):
            raise _wrong(field.name, f"the column has the type {str(field.type)[:60]}",
                         "numbers, texts, truths, dates and times, or dictionaries of them")


def _bounded(buffer: pa.Buffer, most: int) -> None:
    """Refusal for what is compressed, or tells too many rows: both cost nothing to write, and much to read."""
    rows = 0
    reader = pa.ipc.MessageReader.open_stream(buffer)
    for message in iter(reader.read_next_message, None):
        if message.type not in ("record batch", "dictionary"):
            continue
        length, compressed = _declared(memoryview(message.metadata), message.type == "dictionary")
        rows += length
        if compressed:
            raise Refusal(415, "media", "Compressed Arrow buffers are not taken: write the stream without compression.")
        if length < 0 or rows > most:
            raise _wrong("", f"there are more than {most:,} rows", "fewer rows at a time")


def _declared(metadata: memoryview, dictionary: bool) -> tuple[int, bool]:
    """How many rows a batch tells, and whether it is compressed: two fields of its flatbuffer."""
    table = _field(metadata, _follow(metadata, 0), HEADER)
    table = 0 if table is None else _follow(metadata, table)
    if dictionary and table:
        place = _field(metadata, table, 1)
        table = 0 if place is None else _follow(metadata, place)
    if not table:
        raise ValueError("a batch without a header")
    length = _field(metadata, table, 0)
    return (0 if length is None else struct.unpack_from("<q", metadata, length)[0],
            _field(metadata, table, 3) is not None)


def _follow(metadata: memoryview, place: int) -> int:
    return place + int(struct.unpack_from("<I", metadata, place)[0])


def _field(metadata: memoryview, table: int, number: int) -> int | None:
    """Where a field of a table is; None where it has none."""
    listed = table - int(struct.unpack_from("<i", metadata, table)[0])
    if listed < 0 or 4 + 2 * number >= struct.unpack_from("<H", metadata, listed)[0]:
        return None
    offset = int(struct.unpack_from("<H", metadata, listed + 4 + 2 * number)[0])
    return table + offset if offset else None


def _wrong(name: str, what: str, fix: str) -> Refusal:
    return Refusal(422, "input", "The rows of the stream cannot be taken.", faults=[Fault(None, name[:200], what, fix)])
