"""The columns of several Parquet files: which all of them have, in a type that holds every value as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from shall.adapters.frames import is_text
from shall.core.errors import DataError


class FileColumns(NamedTuple):
    """``fields``: every column that some file has, as it is read; ``apart``: those that not all files have, or not in
    types that go together: why, and what to do; ``clashing``: the latter."""

    fields: dict[str, pa.Field]
    apart: dict[str, str]
    clashing: frozenset[str] = frozenset()


class _Seen(NamedTuple):
    path: Path
    kind: pa.DataType                       # as it is written there


def columns_of(files: Iterable[Path], schema_of: Callable[[Path], pa.Schema]) -> FileColumns:
    """The columns of all files, in the order in which they come."""
    fields, seen = dict[str, pa.Field](), dict[str, _Seen]()
    apart, clashing = dict[str, str](), dict[str, str]()
    first: tuple[Path, pa.Schema] | None = None
    for path in files:
        schema = schema_of(path)
        if first is None:
            first = path, schema
        elif schema.equals(first[1]):
            continue
        if twice := [name for name in schema.names if schema.names.count(name) > 1]:
            raise DataError(f"{path} has two columns called {twice[0]}")
        for name in fields.keys() - {*schema.names}:
            apart.setdefault(name, lacks(path, name, seen[name].path))
        for field in schema:
            name, kind = field.name, as_read(field.type)
            if name not in fields:
                fields[name], seen[name] = pa.field(name, kind, field.nullable), _Seen(path, field.type)
                if path != first[0]:
                    apart[name] = lacks(first[0], name, path)
            elif (wide := wider(fields[name].type, kind)) is None:
                clashing.setdefault(name, clash(name, seen[name], _Seen(path, field.type)))
            elif wide != fields[name].type:
                fields[name], seen[name] = pa.field(name, wide), _Seen(path, field.type)
    apart |= clashing
    return FileColumns(fields, {name: apart[name] for name in fields if name in apart}, frozenset(clashing))


def as_read(kind: pa.DataType) -> pa.DataType:
    """The type in which a column comes: text as dictionaries."""
    return pa.dictionary(pa.int32(), pa.string()) if is_text(kind) else kind


def wider(one: pa.DataType, other: pa.DataType) -> pa.DataType | None:
    """A type that holds the values of both as they are; None where there is none. A whole number that a float64 cannot
    hold is refused where it is read."""
    if one == other:
        return one
    if not is_text(one) and not is_text(other):
        one, other = _values(one), _values(other)
    if pa.types.is_null(one) or pa.types.is_null(other):
        return other if pa.types.is_null(one) else one
    if any(of_kind(one) != of_kind(other) for of_kind in (is_text, pa.types.is_decimal)):
        return None                         # the library makes bytes of text, and floats of decimals
    try:
        both = [pa.schema([("", kind)]) for kind in (one, other)]
        return pa.unify_schemas(both, promote_options="permissive").field(0).type
    except pa.ArrowException:
        return None


def lacks(path: Path, name: str, there: Path) -> str:
    """That one file has not a column that another has."""
    return (f"{path} has no column {name}, and {there} has one: write it into every file (empty where it is not "
            "known), or keep what was written from then on in a folder of its own")


def clash(name: str, one: tuple[Path, pa.DataType], other: tuple[Path, pa.DataType]) -> str:
    """That a column is of types in two files that no type holds both."""
    return (f"column {name} is {one[1]} in {one[0]} and {other[1]} in {other[0]}: write one type, or keep what was "
            "written from then on in a folder of its own")


def _values(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
