"""The rows behind a slice, a page at a time, and the rows that are nearest to one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.api.opening import Opened
from shall.core.errors import InputError
from shall.core.filters import Filter, columns_of
from shall.phases.slices.nearest import Near, embeddings, nearest
from shall.phases.slices.slice_columns import features
from shall.phases.slices.small_cells import refused
from shall.spec.problems import did_you_mean
from shall.tally.filters import selected

MOST: Final = 200                           # rows of a page
WIDE: Final = 60                            # columns of a row
LETTERS: Final = 200                        # of a value
LONG: Final = 18                            # digits of a number that no log has rows for


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its place in the log, from 0, as texts; ``near``: how far it is, where it is a neighbour."""

    place: int
    values: tuple[str, ...]
    near: Near | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """Some rows of a slice. ``of``: rows of the whole slice; ``first``: the place among them of the first one here."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    first: int
    of: int
    total: int                              # rows of the log
    roles: Mapping[str, str]
    embeddings: tuple[str, ...] = ()
    refused: str = ""                       # why no row of it is shown


def behind(opened: Opened, where: Filter | None, first: int = 0, most: int = 50, least: int = 1) -> Behind:
    """Up to 200 rows of a slice, in the order of the log; none where the slice has fewer than ``least`` rows.

    InputError for a column that the log has not.
    """
    names = columns_to_show(opened)
    log, most = opened.log, min(max(most, 1), MOST)
    if where is not None and (strange := [one for one in columns_of(where) if one not in log.schema.names]):
        meant = did_you_mean(strange[0], log.schema.names, "its columns are")
        raise InputError(f"the log has no column {strange[0]}; {meant}")
    read = list(dict.fromkeys([*names, *(columns_of(where) if where is not None else ())]))
    found: list[Row] = []
    before = seen = 0
    for batch in log.batches(read):
        places = range(batch.num_rows) if where is None else selected(where, batch).nonzero()[0].tolist()
        here = places[max(first - seen, 0):max(first + most - seen, 0)]
        found += _rows(batch.select(list(names)), here, before)
        before, seen = before + batch.num_rows, seen + len(places)
    why = refused(seen, [] if where is None else [before], least)
    return Behind(names, () if why else tuple(found), first, 0 if why else seen, before, _roles(opened),
                  embeddings(log.schema), why)


def neighbours(opened: Opened, place: int, by: str = "", most: int = 10) -> Behind:
    """A row, and the rows nearest to it: by all features, or ``by`` a column that is an embedding."""
    log, names = opened.log, columns_to_show(opened)
    if by and by not in embeddings(log.schema):
        raise InputError(f"the column {by} is no embedding: that is a list of numbers in each row")
    kinds = dict(zip(log.schema.names, log.schema.types, strict=True))
    columns = (by,) if by else tuple(name for name in _features(opened) if not pa.types.is_nested(kinds[name]))
    found = {one.place: one for one in nearest(log, place, columns, min(most, MOST))}
    rows: list[Row] = []
    before = 0
    for batch in log.batches(list(names)):
        here = [one - before for one in (place, *found) if 0 <= one - before < batch.num_rows]
        rows += _rows(batch, here, before)
        before += batch.num_rows
    order = {one: rank for rank, one in enumerate((place, *found))}
    rows.sort(key=lambda row: order[row.place])
    return Behind(names, tuple(Row(row.place, row.values, found.get(row.place)) for row in rows), 0, before, before,
                  _roles(opened), embeddings(log.schema))


def columns_to_show(opened: Opened) -> tuple[str, ...]:
    """Roles first, then groups, then everything else; embeddings are too long for eyes."""
    had = opened.log.schema.names
    roles = [column.name for _, column in opened.binding.roles]
    groups = [group.column for group in opened.binding.groups]
    hidden = {*embeddings(opened.log.schema)}
    return tuple(dict.fromkeys(name for name in (*roles, *groups, *had) if name in had and name not in hidden))[:WIDE]


def _features(opened: Opened) -> Sequence[str]:
    said = {*(column.name for column in opened.file.columns.values()), *opened.file.scores.values()}
    return [name for name in features(opened.log.schema, opened.binding, None) if name not in said]


def _roles(opened: Opened) -> Mapping[str, str]:
    return {column.name: role for role, column in opened.binding.roles}


def _rows(batch: pa.RecordBatch, places: Sequence[int], before: int) -> Iterator[Row]:
    some = batch.take(pa.array(places, pa.int64())) if len(places) else batch.slice(0, 0)
    columns = [[_text(value) for value in _plain(column).to_pylist()] for column in some.columns]
    return (Row(before + place, tuple(column[at] for column in columns)) for at, place in enumerate(places))


def _plain(column: pa.Array) -> pa.Array:
    return pc.cast(column, column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    text = f"{value:.6g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LETTERS else text[:LETTERS - 1] + "…"


def inputs_at(opened: Opened, said: str) -> Mapping[str, Any]:
    """The values of one row: that of an id, where the log has ids, else that of a place, from 1. InputError."""
    log, name = opened.log, opened.binding.column("id")
    columns = [one for one in log.schema.names if one not in embeddings(log.schema)]
    before = 0
    for batch in log.batches(columns):
        place = _place(batch, name, said, before)
        if place is not None:
            return {one: _plain(batch.column(at).slice(place, 1))[0].as_py() for at, one in enumerate(columns)}
        before += batch.num_rows
    raise InputError(f"the log has no row with the id {said[:LETTERS]!r}" if name else
                     f"the log has {before:,} rows, and no row {said[:LETTERS]!r}")


def _place(batch: pa.RecordBatch, name: str | None, said: str, before: int) -> int | None:
    if name is not None:
        place = pc.index(pc.cast(_plain(batch.column(batch.schema.get_field_index(name))), pa.string()), said).as_py()
        return place if place >= 0 else None
    place = int(said) - 1 - before if said.isdecimal() and len(said) < LONG else -1
    return place if 0 <= place < batch.num_rows else None
