"""What a tally says of a part of its rows, without the rows: the tally that a narrower plan would have counted.

A cube holds the values of its groups, so the rows of some of them can be taken out of it, as long as a filter says the
same of every row of a value. The counts are whole numbers: the tally is equal to one that was counted, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.filters import And, Comparison, Filter, Missing, OneOf, Or, columns_of
from shall.core.log import MISSING, GroupDef
from shall.tally.codes import band_names
from shall.tally.counts import Counts, Key
from shall.tally.filters import selected
from shall.tally.plan import Cube, Plan
from shall.tally.seen import Seen
from shall.tally.tally import Tally

What = Literal["whole", "number", "text", "truth"]
Types = Mapping[str, What]                  # of the columns of a log, those that are one of these
_ARROW: Final = {"whole": pa.int64(), "number": pa.float64(), "text": pa.string(), "truth": pa.bool_()}
_MADE: Final[Mapping[str, Callable[[str], object]]] = {"whole": int, "number": float, "text": str,
                                                       "truth": lambda name: name == "true"}
_EXACT: Final = 2.0**53                     # from here on whole numbers and floats do not compare without loss


def type_of(kind: pa.DataType) -> What | None:
    """What the values of a column are; None where they are none of these."""
    if pa.types.is_dictionary(kind):
        return type_of(kind.value_type)
    if pa.types.is_integer(kind):
        return "whole"
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_boolean(kind):
        return "truth"
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return "text" if text else None


def derived(tally: Tally, plan: Plan, types: Types) -> Tally | None:
    """What counting all rows of a tally by another plan would give; None where that cannot be told from it.

    ``types`` says what a filter compares with. DataError where a filter compares with what a column cannot hold.
    """
    if plan.binding != tally.plan.binding:
        return None
    cubes = [_cube(cube, tally, types) for cube in plan.cubes]
    found = tuple(cube for cube in cubes if cube is not None)
    if len(found) < len(cubes):
        return None
    seen = Seen(tuple(role for role in tally.seen.roles if plan.roles.get(role[0]) in plan.columns))
    return Tally(plan, found, tally.rows, seen)


def _cube(wanted: Cube, tally: Tally, types: Types) -> Counts | None:
    """From the smallest cube that has it."""
    order = sorted(zip(tally.plan.cubes, tally.cubes, strict=True), key=lambda pair: len(pair[1].place))
    for cube, counts in order:
        rest = _beyond(wanted.where, cube.where)
        if rest is None or not ({*wanted.keys} <= {*cube.keys} and {*wanted.axes} <= {*cube.axes}
                                and {*wanted.sums} <= {*cube.sums}):
            continue
        kept = _kept(rest, cube, counts.keys, tally.plan.binding.groups, types)
        if kept is not None:
            return _projected(wanted, cube, counts, kept)
    return None


def terms(where: Filter | None) -> tuple[Filter, ...]:
    """The parts of a filter that all must hold."""
    if where is None:
        return ()
    return where.terms if isinstance(where, And) else (where,)


def joined(some: Sequence[Filter]) -> Filter | None:
    """Filters that all must hold, as one; None of none."""
    return None if not some else some[0] if len(some) == 1 else And(tuple(some))


def _beyond(wanted: Filter | None, had: Filter | None) -> tuple[Filter, ...] | None:
    """What a filter asks besides another one; None where it does not ask all of that."""
    asked, given = terms(wanted), terms(had)
    return tuple(term for term in asked if term not in given) if {*given} <= {*asked} else None


def _kept(rest: Sequence[Filter], cube: Cube, keys: Sequence[Key], groups: Sequence[GroupDef],
          types: Types) -> NDArray[np.bool_] | None:
    """bool[keys]: those whose rows a filter selects; None where it may select some rows of a key and not others."""
    names = list(dict.fromkeys(column for term in rest for column in columns_of(term)))
    if not names:
        return np.ones(len(keys), dtype=bool)
    columns: list[pa.Array] = []
    doubtful = np.zeros(len(keys), dtype=bool)
    for name in names:
        group = next((one for one in groups if one.column == name and one.name in cube.keys), None)
        if group is None or name not in types:
            return None
        column = _values([key[cube.keys.index(group.name)] for key in keys], group, types[name], rest)
        if column is None:
            return None
        columns.append(column)
        if types[name] == "text":
            doubtful |= column.is_null().to_numpy(zero_copy_only=False)
    where = joined(rest)
    assert where is not None
    batch = pa.RecordBatch.from_arrays(columns, names=names)
    chosen = selected(where, batch)
    return chosen if np.array_equal(chosen[doubtful], selected(where, _written(batch))[doubtful]) else None


def _written(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same with the text that says "(missing)" where a text is missing: in a group both are one value."""
    columns = [pc.fill_null(column, MISSING) if pa.types.is_string(column.type) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _values(names: Sequence[str], group: GroupDef, what: What, rest: Sequence[Filter]) -> pa.Array | None:
    """A value of the column for each key, such that the filter says the same of all others; None where none is."""
    try:
        if group.cut:
            return _bands(names, group, [one for one in _atoms(rest) if one.column == group.column])
        return pa.array([None if name == MISSING else _MADE[what](name) for name in names], _ARROW[what])
    except (ValueError, OverflowError, pa.ArrowInvalid):
        return None


def _bands(names: Sequence[str], group: GroupDef, atoms: Sequence[Comparison | OneOf]) -> pa.Array | None:
    """A number inside of each band, where no comparison parts one."""
    edges = (-math.inf, *group.cut, math.inf)
    inside = [math.nextafter(group.cut[0], -math.inf), *group.cut]
    parted = any(_parts(atom, low, high) for atom in atoms for low, high in pairwise(edges))
    if parted or max(map(abs, group.cut)) >= _EXACT:
        return None
    value = dict(zip(band_names(group.cut), inside, strict=True))
    return pa.array([None if name == MISSING else value[name] for name in names], pa.float64())


def _parts(atom: Comparison | OneOf, low: float, high: float) -> bool:
    """Whether a comparison holds for some of the numbers from ``low`` to below ``high``, and not for others."""
    if isinstance(atom, OneOf) or atom.operator in ("=", "!="):
        values = atom.values if isinstance(atom, OneOf) else (atom.value,)
        return any(not isinstance(value, int | float) or low <= value < high for value in values)
    if not isinstance(atom.value, int | float):
        return True
    return low < atom.value < high or (atom.operator in (">", "<=") and atom.value == low)


def _atoms(rest: Sequence[Filter]) -> list[Comparison | OneOf]:
    """The comparisons of a filter."""
    found: list[Comparison | OneOf] = []
    for term in rest:
        if isinstance(term, Comparison | OneOf):
            found.append(term)
        elif not isinstance(term, Missing):
            found += _atoms(term.terms if isinstance(term, And | Or) else (term.term,))
    return found


def _projected(wanted: Cube, cube: Cube, counts: Counts, kept: NDArray[np.bool_]) -> Counts:
    """The counts of some keys by fewer groups, axes and sums."""
    rows = kept[counts.place] if len(kept) else np.zeros(0, dtype=bool)
    cell = np.zeros(int(rows.sum()), dtype=np.int64)
    for axis, size in zip(wanted.axes, wanted.sizes, strict=True):
        place = cube.axes.index(axis)
        cell = cell * size + counts.cell[rows] // math.prod(cube.sizes[place + 1:]) % size
    limbs = [slice(0, 1), *(cube.limbs(text) for text in wanted.sums)]
    values = np.concatenate([counts.values[rows, some] for some in limbs], axis=1)
    places = [cube.keys.index(name) for name in wanted.keys]
    names = {number: tuple(counts.keys[number][place] for place in places)
             for number in np.unique(counts.place[rows]).tolist()}
    return Counts.canonical(names, counts.place[rows], cell, values)
