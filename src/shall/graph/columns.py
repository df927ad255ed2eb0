"""Columns of different kinds side by side, as a table has them: what a graph takes, or a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import overload

from shall.core.errors import InputError
from shall.graph.value import Value, faulty, value_of


class Columns(Mapping[str, Value]):
    """Named columns in their order, each a value of width 1."""

    def __init__(self, columns: Mapping[str, Value]) -> None:
        self._columns = dict(columns)

    @overload
    def __getitem__(self, name: str) -> Value: ...

    @overload
    def __getitem__(self, name: list[str]) -> Columns: ...

    def __getitem__(self, name: str | list[str]) -> Value | Columns:
        """One column, or some by a list of names; where there is none, a problem that is told with all others."""
        if isinstance(name, list):
            return self.only(name)
        if not isinstance(name, str):
            first = next(iter(self._columns), "name")
            raise InputError(f"{name!r} is no name of a column: columns are taken by name, x[\"{first}\"] or "
                             f"x[[\"{first}\", …]]; there are {', '.join(self._columns)}")
        if name not in self._columns:
            near = get_close_matches(name, self._columns, 1)
            return faulty("inputs", f"there is no column {name}",
                          f"did you mean {near[0]}?" if near else f"there are {', '.join(self._columns)}")
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def only(self, names: Sequence[str]) -> Columns:
        """Some of them, in this order; one name is one column."""
        names = [names] if isinstance(names, str) else names
        return Columns({name: self[name] for name in names})

    @property
    def numeric(self) -> Value:
        """All numbers (and truths as numbers, dates) as one value, in their order."""
        return self._block("number")

    @property
    def texts(self) -> Value:
        """All texts as one value, in their order."""
        return self._block("text")

    def _block(self, what: str) -> Value:
        some = {name: value for name, value in self._columns.items() if value.kind.what == what}
        return stack(*some.values()).named(*some)


def stack(*parts: Value | float) -> Value:
    """Several values of one kind beside each other, as numpy's `column_stack`; a number counts for every row.

    Columns of the same value are picked at once: the packed inputs of a row cost one node.
    """
    values = _for_every_row([value_of(one) for one in parts])
    if values and all(one.op == "pick" and one.inputs[0] is values[0].inputs[0] for one in values):
        places = [place for one in values for place in one.settings["columns"]]
        made = Value("pick", values[0].inputs, {"columns": tuple(places)})
    else:
        made = Value("stack", values, {})
    made.parts = values
    names = [name for one in values for name in one.names]
    return made.named(*names) if len(names) == made.kind.width else made


def _for_every_row(values: Sequence[Value]) -> tuple[Value, ...]:
    """Constants are one row; beside others they need as many as these have."""
    if all(one.op != "constant" for one in values) or all(one.op == "constant" for one in values):
        return tuple(values)
    rows = next(one for one in values if one.op != "constant")[:, 0]
    truth = rows if rows.kind.what == "truth" else rows.isna()
    return tuple(Value("where", (truth, one, one), {}) if one.op == "constant" else one for one in values)
