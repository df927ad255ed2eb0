"""What is to be counted: the cubes that answer every need of a shall file in one pass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from shall.core.errors import InputError
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, Or
from shall.core.log import Binding
from shall.tally import grid
from shall.tally.expressions import quantities
from shall.tally.units import BUCKETS

FIXED: Final = {"label": 3, "decision": 3, "score": grid.SIZE, "bucket": BUCKETS}
VALUE: Final = 2**23                        # codes of `value:COLUMN`, missing included
MOST_GROUPS: Final = 5                      # order of interaction of one grouping


@dataclass(frozen=True, slots=True)
class Need:
    """What one part of a requirement wants: rows, groups, axes, and sums of expressions.

    Axes: ``label`` (0, 1, 2 = not yet known), ``decision`` (0, 1, 2 = missing), ``score`` (the cells
    of `grid`), ``value:COLUMN`` (any number by its high bits), ``category:COLUMN`` (any text).
    """

    where: Filter | None = None
    groups: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cube:
    """Counts keyed by groups and categories (as they come) and by axes of fixed size."""

    where: Filter | None
    keys: tuple[str, ...]                   # names of groups, and "category:COLUMN"
    axes: tuple[str, ...]
    sums: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The size of each axis."""
        return tuple(FIXED.get(axis, VALUE) for axis in self.axes)

    def serves(self, other: Cube) -> bool:
        """Whether everything that the other counts can be read off this one."""
        return (self.where == other.where and {*other.keys} <= {*self.keys}
                and {*other.axes} <= {*self.axes} and {*other.sums} <= {*self.sums})


@dataclass(frozen=True)
class Plan:
    """The cubes of a file and how the rows are read. Tallies of different plans never add."""

    binding: Binding
    cubes: tuple[Cube, ...]

    def cube_of(self, need: Need) -> int:
        """The index of the smallest cube that serves a need."""
        wanted = _cube(need, self.binding)
        serving = [place for place, cube in enumerate(self.cubes) if cube.serves(wanted)]
        if not serving:
            raise InputError(f"this plan does not count {need}")
        return min(serving, key=lambda place: (len(self.cubes[place].keys), len(self.cubes[place].axes)))

    @cached_property
    def roles(self) -> dict[str, str]:
        """The column of each role."""
        return {role: column.name for role, column in self.binding.roles}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that have to be read."""
        names: dict[str, None] = {}
        for cube in self.cubes:
            names.update(dict.fromkeys(columns_of(cube.where)))
            for key in cube.keys:
                names[key.removeprefix("category:") if key.startswith("category:") else self.group(key).column] = None
            for axis in (*cube.axes, *(name for text in cube.sums for name in quantities(text))):
                names.update(dict.fromkeys(self._columns_of_axis(axis)))
        return tuple(names)

    def group(self, name: str) -> Any:
        """The definition of a group."""
        return next(group for group in self.binding.groups if group.name == name)

    def _columns_of_axis(self, axis: str) -> tuple[str, ...]:
        if axis.startswith("value:"):
            return (axis.removeprefix("value:"),)
        role = "unit" if axis == "bucket" else axis
        if role == "decision" and self.binding.column("decision") is None:
            role = "score"
        column = self.binding.column(role)
        return (column,) if column else ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is counted and how the rows are read, hexadecimal."""
        return hashlib.sha256(json.dumps(self.described(), sort_keys=True).encode()).hexdigest()

    def described(self) -> dict[str, Any]:
        """The plan as plain data."""
        binding = self.binding
        return {
            "grid": grid.VERSION,
            "roles": {role: [column.name, column.unit] for role, column in binding.roles},
            "positive": binding.positive, "decided": binding.decided, "threshold": binding.threshold,
            "groups": [[g.name, g.column, list(g.cut)] for g in binding.groups],
            "cubes": [[str(cube.where or ""), cube.keys, cube.axes, cube.sums] for cube in self.cubes],
        }


def compile_plan(needs: Iterable[Need], binding: Binding) -> Plan:
    """One plan for all needs: a need that a larger cube serves costs nothing.

    Grouping sets, never one giant cross: groups are crossed only where a requirement crosses them.
    """
    everybody = Need(axes=("label",) if binding.column("label") else ())
    cubes = dict.fromkeys(_cube(need, binding) for need in [*needs, everybody])
    kept = [cube for cube in cubes if not any(other.serves(cube) for other in cubes if other != cube)]
    return Plan(binding, tuple(sorted(kept, key=lambda cube: (str(cube.where or ""), cube.keys, cube.axes, cube.sums))))


def _cube(need: Need, binding: Binding) -> Cube:
    if len(need.groups) > MOST_GROUPS:
        raise InputError(f"{' by '.join(need.groups)} crosses {len(need.groups)} groups; the most is {MOST_GROUPS}")
    known = {group.name for group in binding.groups}
    if strange := [name for name in need.groups if name not in known]:
        raise InputError(f"there is no group called {strange[0]}; there are: {', '.join(sorted(known)) or 'none'}")
    categories = tuple(axis for axis in need.axes if axis.startswith("category:"))
    axes = sorted({*need.axes, *(["bucket"] if binding.column("unit") else [])} - {*categories})
    return Cube(need.where, tuple(sorted({*need.groups, *categories})), tuple(axes), tuple(sorted({*need.sums})))


def columns_of(where: Filter | None) -> Sequence[str]:
    """The columns that a filter reads."""
    if where is None:
        return ()
    if isinstance(where, Comparison | OneOf | Missing):
        return (where.column,)
    terms = (where.term,) if isinstance(where, Not) else where.terms
    assert isinstance(where, Not | And | Or)
    return [name for term in terms for name in columns_of(term)]
