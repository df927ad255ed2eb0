"""Records as bytes of a frame, and as columns: what a journal holds and what becomes of it in a segment."""

from __future__ import annotations

import datetime
import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import pyarrow as pa

from shall.core.decisions import Field, Label, Record
from shall.core.errors import MissingExtra
from shall.journal.frames import Frame

FIXED: Final = ("id", "time", "request", "model", "bundle", "mode", "weight")
MOMENT: Final = pa.timestamp("us", "UTC")
FIXED_TYPES: Final = (pa.string(), MOMENT, pa.string(), pa.string(), pa.string(), pa.string(), pa.float64())
UNFIT: Final = "unfit"                      # values that are not what their field says, as JSON; where there are some
AT_A_TIME: Final = 2048                     # rows that are made columns of at once: other threads run in between
LABELS: Final = pa.schema([("id", pa.string()), ("label_number", pa.float64()), ("label_text", pa.string()),
                           ("label_truth", pa.bool_()), ("time", MOMENT), ("source", pa.string()),
                           ("order", pa.int64())])
T = TypeVar("T")
ARRAY: Final = b"\xdd"                      # msgpack: a list with a length of four bytes


def _plain(value: Any) -> Any:
    """A scalar of numpy as Python has it."""
    if hasattr(value, "item"):
        return value.item()
    raise NotImplementedError(f"a {type(value).__name__} cannot be logged")


class _Codec(NamedTuple):
    encode: Callable[[Any], bytes]
    record: Callable[[bytes], list[Record]]
    records: Callable[[bytes], list[list[Record]]]
    labels: Callable[[bytes], list[list[Label]]]


@functools.cache
def _codec() -> _Codec:
    try:
        import msgspec.msgpack as packed  # sealed segments are read without it
    except ImportError as missing:
        raise MissingExtra("msgspec", "serve", "a journal of decisions") from missing
    return _Codec(packed.Encoder(enc_hook=_plain).encode, packed.Decoder(list[Record]).decode,
                  packed.Decoder(list[list[Record]]).decode, packed.Decoder(list[list[Label]]).decode)


class Header(NamedTuple):
    """What the first frame of a journal says."""

    writer: str
    number: int
    kind: str
    fields: tuple[Field, ...]
    previous: str                           # the digest that the journal before it ended with
    first: int                              # number of the first record that may come
    log: str                                # name of the log


def encoded(records: Sequence[Record] | Sequence[Label]) -> bytes:
    """Some records that are kept together. TypeError, OverflowError or NotImplementedError where one cannot be."""
    return _codec().encode(records)


def together(parts: Sequence[bytes]) -> bytes:
    """What several submitted, as the payload of one frame."""
    return b"".join((ARRAY, len(parts).to_bytes(4, "big"), *parts))


def decoded(part: bytes) -> list[Record]:
    """The records of one that submitted them."""
    return _codec().record(part)


def records_of(frame: Frame) -> list[list[Record]]:
    """The decisions of a frame, by who submitted them."""
    return _codec().records(frame.payload)


def labels_of(frame: Frame) -> list[Label]:
    """The labels of a frame."""
    return list(itertools.chain.from_iterable(_codec().labels(frame.payload)))


def header_bytes(header: Header) -> bytes:
    """The payload of the first frame."""
    return json.dumps([*header[:3], [[one.name, one.what] for one in header.fields], *header[4:]]).encode()


def header_of(frame: Frame) -> Header:
    """What a first frame says. ValueError where it is none."""
    writer, number, kind, fields, previous, first, log = json.loads(frame.payload)
    return Header(writer, number, kind, tuple(Field(*pair) for pair in fields), previous, first, log)


def columns_of(fields: Iterable[Field]) -> dict[str, str]:
    """What the fixed columns are called beside these fields, which keep their names."""
    taken = {one.name for one in fields}
    found = {}
    for name in (*FIXED, UNFIT):
        column = name
        while column in taken:
            column = f"decision_{column}"
        taken.add(column)
        found[name] = column
    return found


def table_of(kind: str, fields: Sequence[Field], frames: Iterable[Frame]) -> pa.Table:
    """The rows of some frames, as a segment holds them."""
    if kind == "labels":
        return pa.concat_tables([_labels_table(chunk) for chunk in _chunks(map(_numbered, frames))]
                                or [LABELS.empty_table()])
    tables = [_table(chunk, fields) for chunk in _chunks(map(_records, frames))]
    return _together(tables or [_table([], fields)])


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    """One table; whole numbers are floats where some others are, rounded as `_number` rounds them."""
    floats = {field.name for table in tables for field in table.schema if pa.types.is_float64(field.type)}
    return pa.concat_tables([table.cast(pa.schema([
        pa.field(field.name, pa.float64()) if field.name in floats else field for field in table.schema]), safe=False)
        for table in tables], promote_options="permissive")


def _chunks(frames: Iterable[Iterable[T]]) -> Iterator[list[T]]:
    waiting: list[T] = []
    for rows in frames:
        waiting.extend(rows)
        while len(waiting) >= AT_A_TIME:
            yield waiting[:AT_A_TIME]
            waiting = waiting[AT_A_TIME:]
    if waiting:
        yield waiting


def _records(frame: Frame) -> Iterable[Record]:
    return itertools.chain.from_iterable(records_of(frame)) if frame.rows else ()


def _numbered(frame: Frame) -> Iterable[tuple[Label, int]]:
    return zip(labels_of(frame), itertools.count(frame.first)) if frame.rows else ()


def _table(records: Sequence[Record], fields: Sequence[Field]) -> pa.Table:
    columns = [*zip(*records, strict=True)] or [()] * 8
    names = columns_of(fields)
    ids, times, requests, models, digests, modes, values, weights = columns
    fixed = zip(FIXED, (ids, times, requests, models, digests, modes, weights), FIXED_TYPES, strict=True)
    arrays = {names[name]: pa.array(column, kind) for name, column, kind in fixed}
    unfit: list[dict[str, Any]] = [{} for _ in records]
    by_field = [*zip(*values, strict=True)] or [()] * len(fields)
    for field, column in zip(fields, by_field, strict=True):
        arrays[field.name] = _column(field, column, unfit)
    if any(unfit):
        arrays[names[UNFIT]] = pa.array([json.dumps(one, default=str) if one else None for one in unfit])
    return pa.table(arrays)


def _column(field: Field, values: Sequence[Any], unfit: list[dict[str, Any]]) -> pa.Array:
    try:
        return ARRAYS[field.what](values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        kept = [_fitting(field, value) for value in values]
        for row, value in enumerate(values):
            if value is not None and kept[row] is None:
                unfit[row][field.name] = value
        return ARRAYS[field.what](kept)


def _fitting(field: Field, value: Any) -> Any:
    """The value where it is what its field says, alone; else None."""
    try:
        ARRAYS[field.what]([value])
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return float(value) if field.what == "number" and value is not None else value


def _numbers(values: Sequence[Any]) -> pa.Array:
    found = pa.array(values)                # whole numbers stay whole where all are, and nothing fits both
    if pa.types.is_int64(found.type) or pa.types.is_float64(found.type) or pa.types.is_null(found.type):
        return found
    return pa.array([None if value is None else _number(value) for value in values], pa.float64())


def _number(value: Any) -> float:
    if isinstance(value, bool | str):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _moments(values: Sequence[Any]) -> pa.Array:
    return pa.array([_moment(value) for value in values], MOMENT)


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value)
        return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    return int(value) if isinstance(value, float) else value


ARRAYS: Final[Mapping[str, Callable[[Sequence[Any]], pa.Array]]] = {
    "number": _numbers, "date": _moments,
    "text": lambda values: pa.array(values, pa.string()), "truth": lambda values: pa.array(values, pa.bool_()),
}


def _labels_table(rows: Sequence[tuple[Label, int]]) -> pa.Table:
    said = [label.label for label, _ in rows]
    truths = [one if isinstance(one, bool) else None for one in said]
    numbers = [float(one) if isinstance(one, int | float) and not isinstance(one, bool) else None for one in said]
    texts = [one if isinstance(one, str) else None for one in said]
    rest = ([label.time for label, _ in rows], [label.source for label, _ in rows], [order for _, order in rows])
    columns = ([label.decision for label, _ in rows], numbers, texts, truths, *rest)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, LABELS, strict=True)],
                    schema=LABELS)
