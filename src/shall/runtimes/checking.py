"""Rows that came from outside, held against what a graph takes: packed, or every fault of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.decisions import Field
from shall.core.errors import DataError, Fault, Faults
from shall.graph import fields
from shall.graph.fields import WrongField
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input
from shall.runtimes.foreign import BESIDE, is_table, listed
from shall.runtimes.score import Scorer
from shall.runtimes.unseen import NOTHING, Unseen

MOST: Final = 100                           # faults that are told
PART: Final = 4096                          # rows of a table that are looked through at a time
TEXTS: Final = ("string", "large_string", "dictionary<values=string")
EXACT: Final[dict[str, tuple[str, ...]]] = {    # types of Arrow whose every value can be taken
    "number": ("int", "uint", "bool"), "text": TEXTS, "hashed": TEXTS, "truth": ("bool",),
    "date": ("date", "timestamp")}
LOGGED: Final = {"number": "number", "text": "text", "hashed": "text", "date": "date"}


class Checked(NamedTuple):
    """Rows that a graph takes: ``packed`` for it, ``values`` for the log: numbers and dates, texts, context.

    ``unseen``: of rows with a text that training never saw, by their place, a sentence that says so.
    """

    packed: dict[str, Array]
    values: list[list[Any]]
    unseen: Mapping[int, str]


class Checking:
    """What a graph and its requirements take of a row; ``also`` are names that other versions take."""

    def __init__(self, scorer: Scorer, context: tuple[Field, ...] = (), also: frozenset[str] = frozenset()) -> None:
        numbers = [one for one in scorer.inputs if one.what != "text"]
        self.inputs = (*numbers, *(one for one in scorer.inputs if one.what == "text"))
        self.context = context
        self.fields = (*(Field(one.name, LOGGED[one.what]) for one in self.inputs),     # type: ignore[arg-type]
                       *self.context)
        self._scorer, self._width = scorer, len(self.inputs)
        self.known = frozenset(one.name for one in self.fields) | also
        self._dates = [place for place, one in enumerate(numbers) if one.what == "date"]
        texts = [one for one in self.inputs if one.what == "text"]
        self._unseen = Unseen(texts) if any(one.values for one in texts) else None
        self._more = bool(context) or any(one.what == "hashed" for one in numbers)
        self._hashed = [(place, one.name) for place, one in enumerate(numbers) if one.what == "hashed"]

    def __call__(self, rows: Any) -> Checked:
        """Rows that are right: a list of mappings, or a table of Arrow. Faults with every fault of them."""
        try:
            if is_table(rows):
                return self._table(rows)
            packed = self._scorer.packed(rows)
            values, unseen = self._values(packed)
            if self._more or any([len(row) != self._width for row in rows]):
                self._beside(rows, values)
            return Checked(packed, values, unseen)
        except (DataError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
            raise Faults(self.faults(rows) or (Fault(None, "", f"the rows cannot be read: {error}"),)) from None

    def faults(self, rows: Any) -> tuple[Fault, ...]:
        """Everything that is wrong with some rows, up to `MOST` faults."""
        found: list[Fault] = []
        for place, row in enumerate(listed(rows)):
            found += self._of_row(row, place)
            if len(found) >= MOST:
                return (*found[:MOST], Fault(None, "", f"there may be more than these {MOST} faults", "mend these"))
        return tuple(found)

    def refuse(self, table: Any) -> None:
        """Faults where some row of a table of Arrow is wrong, by its place in all of it.

        It takes much less than to pack it, since what a column of its type cannot hold is told by the first rows.
        """
        asked: tuple[Input | Field, ...] = (*self.inputs, *self.context)
        wanted = {one.name: one for one in asked}
        if not any(_may_be_wrong(table.column(name), wanted[name]) for name in table.schema.names if name in wanted):
            return
        found: list[Fault] = []
        for start in range(0, table.num_rows, PART):
            some = self.faults(table.slice(start, PART))
            found += [one if one.row is None else replace(one, row=one.row + start) for one in some]
            if len(found) >= MOST:
                break
        if found:
            raise Faults(tuple(found[:MOST]))

    def _table(self, table: Any) -> Checked:
        names: list[str] = list(table.schema.names)
        if strange := [name for name in names if name not in self.known]:
            raise Faults(tuple(self._unknown(None, name, ()) for name in strange))
        packed = self._scorer.packed(table)
        values, unseen = self._values(packed)
        beside = [name for _, name in self._hashed] + [one.name for one in self.context]
        if beside:
            columns = {name: table.column(names.index(name)).to_pylist() for name in beside if name in names}
            rows = [{name: column[place] for name, column in columns.items()} for place in range(len(values))]
            self._beside(rows, values)
        return Checked(packed, values, unseen)

    def _values(self, packed: dict[str, Array]) -> tuple[list[list[Any]], Mapping[int, str]]:
        """Of each row what its inputs are, as they are logged, and what of them training never saw; ValueError for an
        endless number."""
        values: list[list[Any]] = []
        unseen: Mapping[int, str] = NOTHING
        if "numbers" in packed:
            values = packed["numbers"].tolist()
            for row in values:
                if not isfinite(sum(row)):
                    _missing(row)
            for place in self._dates:
                for row in values:
                    row[place] = None if row[place] is None else int(row[place])
        if "texts" in packed:
            texts: list[list[Any]] = packed["texts"].tolist()
            if self._unseen is not None:
                unseen = self._unseen(texts)
            for row in texts:
                if MISSING in row:
                    row[:] = [None if one == MISSING else one for one in row]
            values = [[*one, *other] for one, other in zip(values, texts, strict=True)] if values else texts
        return values, unseen

    def _beside(self, rows: Sequence[Mapping[str, Any]], values: list[list[Any]]) -> None:
        """Context behind the inputs. ValueError where something is wrong with it, or where a field is not known."""
        for row, known in zip(rows, values, strict=True):
            if len(row) != self._width and not row.keys() <= self.known:
                raise ValueError("a field is not known")
            for place, name in self._hashed:
                value = row.get(name)
                known[place] = None if value is None else str(value)
            for one in self.context:
                value = row.get(one.name)
                known.append(None if value is None or value != value else BESIDE[one.what](value))

    def _of_row(self, row: Any, place: int) -> list[Fault]:
        if not isinstance(row, Mapping):
            return [_fault(fields.strange(row, place))]
        lacking = [one.name for one in self.inputs if one.name not in row]
        strange = [self._unknown(place, name, lacking) for name in row if name not in self.known]
        meant = {fault.field: fault for fault in strange}
        found = [_fault(fields.unnamed(name, list(meant), place)) for name in lacking]
        found += [fault for one in self.inputs if one.name in row for fault in _of_value(row[one.name], one, place)]
        return [*strange, *found, *(fault for one in self.context if row.get(one.name) is not None
                                    for fault in _of_context(row[one.name], one, place))]

    def _unknown(self, place: int | None, name: Any, lacking: Sequence[str]) -> Fault:
        near = fields.nearest(str(name), lacking or tuple(self.known))
        fix = f"did you mean {near}?" if near else f"the fields are {', '.join(one.name for one in self.fields)}"
        return Fault(place, str(name), f"the field {str(name)[:60]} is not known", fix)


def _of_value(value: Any, asked: Input, place: int) -> list[Fault]:
    try:
        found = fields.FIELDS[asked.what](asked)([value])
    except WrongField as error:
        return [_fault(error, place)]
    except (DataError, TypeError, ValueError, OverflowError, AttributeError) as error:
        return [Fault(place, asked.name, f"the field {asked.name} cannot be read: {str(error)[:100]}",
                      f"give a {fields.WANTED[asked.what]}, or nothing (null)")]
    if asked.what == "number" and abs(float(found[0])) == inf:
        return [Fault(place, asked.name, f"the field {asked.name} is endless", "give a finite number, or null")]
    return []


def _of_context(value: Any, asked: Field, place: int) -> list[Fault]:
    try:
        BESIDE[asked.what](value)
    except (DataError, TypeError, ValueError, OverflowError) as error:
        what = str(error).partition(";")[0].removeprefix("row 0: the field  is ")
        return [Fault(place, asked.name, f"the field {asked.name} is {what}",
                      f"give {'true or false' if asked.what == 'truth' else f'a {asked.what}'}, or leave it out")]
    return []


def _may_be_wrong(column: Any, asked: Input | Field) -> bool:
    """Whether a column of Arrow has a value that cannot be taken."""
    kind = str(column.type)
    if asked.what == "number" and kind.endswith(("float", "double")):
        return bool(np.isinf(column.to_numpy()).any())
    if kind.startswith(EXACT.get(asked.what, ())):
        return False
    values = [one for one in column.unique().to_pylist() if one is not None]
    return any(_of_value(one, asked, 0) if isinstance(asked, Input) else _of_context(one, asked, 0) for one in values)


def _missing(row: list[Any]) -> None:
    if inf in row or -inf in row:
        raise ValueError("a number is endless")
    row[:] = [None if one != one else one for one in row]


def _fault(error: WrongField, place: int | None = None) -> Fault:
    return Fault(error.row if place is None else place, error.field, error.what, error.fix.replace("None", "null"))
