"""Columns as numbers: numbers as they are, text as codes that the training rows give, dates by their parts.

A value that training never saw is missing, and so is a number that is not finite. A date (with or without the time
of day) becomes days since the first day of training, year, month, weekday (Monday is 0) and hour, as far as they
vary; zoned ones are read in UTC. Text that is an ISO 8601 date in every training row is a date too. A time of day
and a duration become seconds. Text that nearly every row has its own of (ids, free text) is left out.

Reference: categories are left to the learner (LightGBM: Fisher 1958, "On grouping for maximum homogeneity").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.graph import Columns, Value, stack
from shall.methods import nodes as said
from shall.methods.prepare import _times
from shall.methods.prepare._times import Times, is_text, kind_of

MOST: Final = 500                           # categories of a column; rarer ones are missing
FEW: Final = 100                            # different texts that are always categories
OWN: Final = 0.5                            # more different texts a known row are no categories
How = tuple[str, ...] | Times | None        # the values of a text column, the parts of a date; None: a number


@dataclass(frozen=True, slots=True)
class Encoding:
    """The columns in their order; text columns with their values, the code of a value is its place.

    ``left_out``: columns that are no features, each with the reason; told by `fit` only.
    """

    columns: tuple[tuple[str, How], ...]
    left_out: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the table."""
        return tuple(name for name, _ in self.columns)

    @property
    def features(self) -> tuple[str, ...]:
        """The columns of the matrix: a date has one for each of its parts, such as `opened.month`."""
        return tuple(feature for name, how in self.columns for feature in
                     ((f"{name}.{part}" for part in how.parts) if isinstance(how, Times) else (name,)))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many categories each feature has; 0 for a number."""
        return tuple(size for _, how in self.columns for size in
                     ((0,) * len(how.parts) if isinstance(how, Times) else (len(how or ()),)))

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """float64[n, p]; nan where missing. DataError where a column is missing or of another type."""
        if absent := [name for name in self.names if name not in table.column_names]:
            raise DataError(f"the model needs the column {absent[0]}, which is not there; "
                            f"there are {', '.join(table.column_names)}")
        columns = [_encoded(_plain(table.column(name)) if isinstance(how, Times) else table.column(name), name, how)
                   for name, how in self.columns]
        return np.column_stack(columns) if columns else np.zeros((table.num_rows, 0))

    def described(self) -> list[list[Any]]:
        """As plain data."""
        return [[name, how.described() if isinstance(how, Times) else None if how is None else list(how)]
                for name, how in self.columns]

    @staticmethod
    def of(described: Sequence[Sequence[Any]]) -> Encoding:
        """From plain data."""
        return Encoding(tuple((name, None if how is None else Times.of(how) if isinstance(how, Mapping)
                               else tuple(how)) for name, how in described))


def asked(encoding: Encoding) -> dict[str, str | Sequence[str]]:
    """The columns as a graph takes them: numbers, dates, or the texts that training saw; durations in seconds."""
    return {name: how if isinstance(how, tuple) else "date" if how is not None and how.kind == "date" else "number"
            for name, how in encoding.columns}


def nodes(encoding: Encoding, columns: Columns) -> Value:
    """The same in a graph: the columns of `asked` give [p]."""
    places = {name: place for place, (name, _) in enumerate(encoding.columns)}
    texts = {name: how for name, how in encoding.columns if isinstance(how, tuple)}
    dates = {name: how for name, how in encoding.columns if isinstance(how, Times) and how.kind == "date"}
    numbers = [name for name in encoding.names if name not in texts and name not in dates]
    blocks, owner = list[Value](), list[int]()          # columns of one kind are one node
    if numbers:
        blocks.append(said.finite(stack(*(columns[name] for name in numbers))))
        owner += [places[name] for name in numbers]
    if texts:
        blocks.append(said.codes(stack(*(columns[name] for name in texts)), list(texts.values())))
        owner += [places[name] for name in texts]
    for name, how in dates.items():
        blocks += _times.nodes(how, columns[name])
        owner += [places[name]] * len(how.parts)
    return stack(*blocks)[:, np.argsort(owner, kind="stable").tolist()].named(*encoding.features)


def fit(table: pa.Table, names: Sequence[str]) -> Encoding:
    """Learn the categories and dates among ``names``; columns that say nothing are left out, each with its reason."""
    columns: list[tuple[str, How]] = []
    left_out: list[tuple[str, str]] = []
    for name in names:
        reason, how = _learned(table.column(name))
        if reason:
            left_out.append((name, reason))
        else:
            columns.append((name, how))
    if not columns:
        raise DataError("no column is left to learn from: " + (
            "; ".join(f"{name}: {reason}" for name, reason in left_out) or "every one is a role or a group"))
    return Encoding(tuple(columns), tuple(left_out))


def usable(kind: pa.DataType) -> bool:
    """Whether a column can be a feature."""
    if pa.types.is_dictionary(kind):
        return usable(kind.value_type)
    return _is_number(kind) or is_text(kind) or kind_of(kind) is not None


def _learned(column: pa.ChunkedArray) -> tuple[str, How]:
    """Why a column is left out, or how it is encoded."""
    plain = _plain(column)
    different = pc.unique(plain)
    if len(different) < 2:
        return "it has one value only", None
    if kind_of(plain.type) or (is_text(plain.type) and _times.are_dates(different)):
        times = _times.fit(plain)
        return ("" if times.parts else "all its values are within one second"), times
    if _is_number(column.type):
        return "", None
    count = len(different) - (plain.null_count > 0)
    if is_text(plain.type) and count > max(FEW, OWN * (len(plain) - plain.null_count)):
        return f"it has {count:,} different texts in {len(plain):,} rows, so it tells one row only", None
    return "", _categories(column)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
                or pa.types.is_decimal(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return plain.cast(pa.string()) if pa.types.is_string_view(plain.type) else plain    # few kernels take views


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As text; always by Arrow, so that 1.0 and true are written alike in training and afterwards."""
    plain = _plain(column)
    return plain if is_text(plain.type) else plain.cast(pa.string())


def _categories(column: pa.ChunkedArray) -> tuple[str, ...]:
    """The values, the most frequent first; ties by name, so that the order of rows does not matter."""
    entries = pc.value_counts(_text(column).drop_null()).to_pylist()
    counted: Mapping[str, int] = {entry["values"]: entry["counts"] for entry in entries}
    return tuple(sorted(counted, key=lambda value: (-counted[value], value))[:MOST])


def _encoded(column: pa.ChunkedArray, name: str, how: How) -> NDArray[np.float64]:
    if isinstance(how, Times):
        return how(column, name)
    return _numbers(column, name) if how is None else _codes(column, how)


def _numbers(column: pa.ChunkedArray, name: str) -> NDArray[np.float64]:
    if not (_is_number(column.type) or pa.types.is_null(column.type)):      # null: all missing, as in a small batch
        raise DataError(f"column {name} was made of numbers when the model was trained, and is {column.type} now")
    # not safe: integers beyond 2**53 are rounded; no learner tells them apart
    numbers = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _codes(column: pa.ChunkedArray, values: tuple[str, ...]) -> NDArray[np.float64]:
    text = _text(column)
    codes = pc.index_in(text, value_set=pa.array(values, type=text.type))
    return np.asarray(codes.cast(pa.float64()).to_numpy(), dtype=np.float64)
