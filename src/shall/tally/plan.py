"""What is to be counted: the cubes that answer every need of a shall file in one pass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from shall.core.errors import InputError
from shall.core.filters import Filter
from shall.core.log import Binding
from shall.tally import grid
from shall.tally.axes import columns_of, columns_of_axis, columns_of_quantity, size_of
from shall.tally.expressions import of_class, quantities
from shall.tally.sums import places

_OF_CLASS: Final = ("label", "decision", "score")
MOST_GROUPS: Final = 5                      # order of interaction of one grouping
NAMED: Final = ("category:", "group:")      # axes whose values are texts
REPLICATES: Final = 10                      # of a weight that was learned


@dataclass(frozen=True, slots=True)
class Need:
    """What one part of a requirement wants: rows, groups, axes, and sums of expressions.

    Axes: ``label`` (0, 1, 2 = not yet known), ``decision`` (0, 1, 2 = missing), ``correct`` (the same, whether both
    agree), ``score`` (the cells of `grid`), ``value:COLUMN`` (any number by its high bits), ``category:COLUMN`` (any
    text), ``group:NAME`` (the values of a group), ``filter:TEXT`` and ``missing:COLUMN`` (0, 1, 2 = not known),
    ``covered`` (whether a set or an interval holds the label), ``abstained``; of a multiclass subject ``own`` and
    ``top`` (the score of the row's own class, the highest, as cells of `grid`) and ``rank`` (how many classes have a
    higher score than its own).

    ``of``: a class; label, decision and score are then those of this class against all others.
    ``weight``: a column that a row counts for, times its weight where the log has weights; `noise_of` and
    `replicates_of` it name others.
    """

    where: Filter | None = None
    groups: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    of: str = ""
    weight: str = ""

    def counts_for(self, binding: Binding) -> tuple[str, ...]:
        """What a row counts for, as expressions: 1 (empty), its weight, and its square, from which noise is known.

        Where the weight was learned, also what it counts for in each replicate.
        """
        given = "weight" if binding.column("weight") else ""
        if not self.weight:
            return "", given, given and f"{given} * {given}"
        names = self.weight, *replicates_of(self.weight)
        weight, *replicates = (weighed(f"column[{name!r}]", given) for name in names)
        return "", weight, f"{weight} * ({weight} + column[{noise_of(self.weight)!r}])", *replicates

    def axis(self, name: str) -> str:
        """What an axis is called in the plan."""
        return f"{name}@{self.of}" if self.of and name in _OF_CLASS else name

    def sum(self, text: str) -> str:
        """What a sum is called in the plan."""
        return of_class(text, self.of) if self.of else text


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
        return tuple(map(size_of, self.axes))

    @property
    def width(self) -> int:
        """Numbers a cell: its rows, and the limbs of each sum."""
        return 1 + sum(len(places(text)) for text in self.sums)

    def limbs(self, text: str) -> slice:
        """Where the limbs of a sum stand; InputError where it is not summed."""
        if text not in self.sums:
            raise InputError(f"this tally does not sum {text!r}")
        start = 1 + sum(len(places(other)) for other in self.sums[:self.sums.index(text)])
        return slice(start, start + len(places(text)))

    def serves(self, other: Cube) -> bool:
        """Whether everything that the other counts can be read off this one."""
        return (self.where == other.where and {*other.keys} <= {*self.keys}
                and {*other.axes} <= {*self.axes} and {*other.sums} <= {*self.sums})


@dataclass(frozen=True)
class Plan:
    """The cubes of a file and how the rows are read. Tallies of different plans never add."""

    binding: Binding
    cubes: tuple[Cube, ...]

    def counts(self, need: Need) -> bool:
        """Whether some cube serves a need."""
        return bool(self._serving(need))

    def cube_of(self, need: Need) -> int:
        """The index of the smallest cube that serves a need."""
        serving = self._serving(need)
        if not serving:
            raise InputError(f"this plan does not count {need}")
        return min(serving, key=lambda place: (len(self.cubes[place].keys), len(self.cubes[place].axes)))

    def _serving(self, need: Need) -> list[int]:
        wanted = _cube(need, self.binding)
        return [place for place, cube in enumerate(self.cubes) if cube.serves(wanted)]

    @cached_property
    def roles(self) -> dict[str, str]:
        """The column of each role."""
        return {role: column.name for role, column in self.binding.roles}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that have to be read."""
        return tuple(dict.fromkeys(self._columns()))

    def _columns(self) -> Iterator[str]:
        for cube in self.cubes:
            yield from columns_of(cube.where)
            for key in cube.keys:
                yield key.removeprefix("category:") if key.startswith("category:") else self.group(key).column
            for axis in cube.axes:
                yield from columns_of_axis(axis, self.binding)
            for text in cube.sums:
                for quantity in quantities(text):
                    yield from columns_of_quantity(quantity, self.binding)

    def group(self, name: str) -> Any:
        """The definition of a group."""
        return next(group for group in self.binding.groups if group.name == name)

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
            "kind": binding.kind, "classes": list(binding.classes), "scores": [list(pair) for pair in binding.scores],
            "groups": [[g.name, g.column, list(g.cut)] for g in binding.groups],
            **({"units": [list(pair) for pair in binding.units]} if binding.units else {}),
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
    of_axes = (axis.removeprefix("group:") for axis in need.axes if axis.startswith("group:"))
    if strange := [name for name in (*need.groups, *of_axes) if name not in known]:
        raise InputError(f"there is no group called {strange[0]}; there are: {', '.join(sorted(known)) or 'none'}")
    categories = tuple(axis.removeprefix("group:") for axis in need.axes if axis.startswith(NAMED))
    wanted = {need.axis(axis) for axis in need.axes if not axis.startswith(NAMED)}
    if binding.kind == "binary" and "correct" in wanted:         # is read off these two
        wanted = wanted - {"correct"} | {"label", "decision"}
    axes = sorted(wanted | {*(["bucket"] if binding.column("unit") else [])})
    keys, sums = tuple(sorted({*need.groups, *categories})), tuple(sorted(_sums(need, binding)))
    return Cube(need.where, keys, tuple(axes), sums)


def _sums(need: Need, binding: Binding) -> set[str]:
    """The sums of a need, by each kind of weight that is counted."""
    sums = {need.sum(text) for text in need.sums}
    return {weighed(text, kind) for kind in need.counts_for(binding) for text in ("", *sums)} - {""}


def weighed(text: str, kind: str) -> str:
    """A sum in which a row counts for its weight, or its square; ``text`` may be empty, which is 1."""
    return f"{kind} * ({text})" if kind and text else kind or text


def noise_of(weight: str) -> str:
    """The column that is added to a weight that was estimated, in its square: what its own noise adds to that of rows.

    Weights that make n rows like m others have n / m here: the square of k rows of weight 1 is then k + k n / m, so
    that they are worth as many rows as n and m together allow, 1 / (1 / n + 1 / m) of all.
    """
    return f"noise of {weight}"


def replicates_of(weight: str) -> tuple[str, ...]:
    """The columns of a weight as it was learned again, from rows that were drawn anew."""
    return tuple(f"{weight}, drawn {number}" for number in range(REPLICATES))
