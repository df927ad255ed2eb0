"""The decisions of two versions of a model on the same rows: rows by id, else by their place where they are equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import Binding
from shall.subjects.classifier import guessed_roles
from shall.tally import classes
from shall.tally.codes import UNKNOWN, equals, floats

Ints = NDArray[np.int64]
NO_DECISION: Final = "the other log has no decisions: it needs a column {}, with what that version decided"


def labels(table: pa.Table, binding: Binding) -> Ints:
    """int64[rows]: the class of each row, 1 and 0 where there are two; -1 where it is missing."""
    name = binding.column("label")
    if name is None:
        raise DataError("there is no label")
    return _classes(table.column(name), binding, binding.positive)


def decisions(table: pa.Table, binding: Binding) -> Ints:
    """int64[rows]: the class that was decided, by the decision or by scores; -1 where it is missing."""
    name = binding.column("decision")
    if name is not None:
        return _classes(table.column(name), binding, _positive(table.column(name), binding))
    if binding.scores:
        scores = np.stack([floats(_whole(table.column(column))) for _, column in binding.scores], axis=1)
        return np.asarray(classes.highest(scores), dtype=np.int64)
    score = binding.column("score")
    if score is None or binding.threshold is None:
        raise DataError(NO_DECISION.format("decision"))
    values = floats(_whole(table.column(score)))
    return np.where(np.isnan(values), -1, values >= binding.threshold)


def others(table: pa.Table, binding: Binding, other: pa.Table, codes: Mapping[str, Callable[[], Ints]]) -> Ints:
    """int64[rows]: what the other version decided on each row of ``table``; -1 where it did not, or nobody knows.

    ``codes``: of each column that makes a row and that both have, int64[rows of both] codes, when asked.

    Raises DataError where the rows of both cannot be told to be the same ones.
    """
    decided = decisions(other, _of(other, binding))
    name = binding.column("id")
    if name is not None and name in other.column_names:
        place = _places(table.column(name), other.column(name), name)
        _expect_alike(place, codes, binding)
        return np.where(place < 0, -1, decided[place]) if len(decided) else np.full(len(place), -1)
    _same(len(table), len(other), codes)
    return decided


def _of(other: pa.Table, binding: Binding) -> Binding:
    """The columns of the other log: those of the same names, else a decision by the name that it has."""
    there = {*other.column_names}
    roles = tuple((role, column) for role, column in binding.roles if column.name in there)
    scores = binding.scores if {column for _, column in binding.scores} <= there else ()
    names = dict(roles)
    if "decision" not in names and ("decision" in dict(binding.roles) or not (scores or "score" in names)):
        found = {role: column for role, column in guessed_roles(other).items() if role == "decision"}
        if not found and not scores and "score" not in names:
            raise DataError(NO_DECISION.format(binding.column("decision") or "decision"))
        roles += tuple(found.items())
    return Binding(roles, binding.positive, 0.5 if binding.threshold is None else binding.threshold,
                   decided=binding.decided, kind=binding.kind, classes=binding.classes, scores=scores)


def _positive(column: pa.ChunkedArray, binding: Binding) -> str:
    """How the positive decision is written here: as the other decisions, or as the label."""
    for one in (binding.decided, binding.positive):
        if one is not None and (equals(_whole(column), one) == 1).any():
            return one
    return binding.decided or binding.positive


def _classes(column: pa.ChunkedArray, binding: Binding, positive: str) -> Ints:
    if binding.kind == "multiclass":
        return np.asarray(classes.index_of(_whole(column), binding.classes), dtype=np.int64)
    codes = equals(_whole(column), positive).astype(np.int64)
    return np.where(codes == UNKNOWN, -1, codes)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _places(mine: pa.ChunkedArray, theirs: pa.ChunkedArray, name: str) -> Ints:
    """int64[rows]: where each row is in the other log, by its id; -1 where it is not."""
    one, other = (_text(column) for column in (mine, theirs))
    known = pc.drop_null(other)
    if pc.count_distinct(known).as_py() < len(known):
        raise DataError(f"the other log has rows of the same {name}: which of them is meant is not known")
    place = pc.fill_null(pc.index_in(one, other, skip_nulls=True), -1).to_numpy(zero_copy_only=False)
    if not (place >= 0).any():
        raise DataError(f"the other log has none of these rows: no {name} is in both. Have both versions decide the "
                        "same rows")
    return np.asarray(place, dtype=np.int64)


def _expect_alike(place: Ints, codes: Mapping[str, Callable[[], Ints]], binding: Binding) -> None:
    """DataError where the ids of both are of other rows, as places in two files are: where labels, units and groups of
    the rows that they join go together no better than half-way from chance to certainty."""
    here = np.flatnonzero(place >= 0)
    names = [name for name in map(binding.column, ("label", "unit")) if name is not None]
    otherwise = []
    for name in dict.fromkeys([*names, *(group.column for group in binding.groups)]):
        if name not in codes:
            continue
        code = codes[name]()
        one, other = code[:len(place)][here], code[len(place):][place[here]]
        known = (one > 0) & (other > 0)     # 0: missing
        shares = [np.bincount(some[known], minlength=code.max(initial=0) + 1) / max(known.sum(), 1)
                  for some in (one, other)]
        chance = float(shares[0] @ shares[1])
        if known.any() and chance < 1:
            if (one == other)[known].mean() >= (1 + chance) / 2:
                return
            otherwise.append(name)
    if otherwise:
        raise DataError(f"rows of the same {binding.column('id')} are other rows in the other log: "
                        f"{', '.join(otherwise)} differ{'s' * (len(otherwise) == 1)}. An id has to tell a row, and not "
                        "its place in a file")


def _text(column: pa.ChunkedArray) -> pa.Array:
    whole = _whole(column)
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    if pa.types.is_floating(whole.type):    # whole numbers become floats where some are missing
        whole = pc.if_else(pc.is_nan(whole), None, whole).cast(pa.int64(), safe=False)
    return whole.cast(pa.string())


def _same(rows: int, others: int, codes: Mapping[str, Callable[[], Ints]]) -> None:
    """DataError unless both have the same rows in the same order, by all columns that both have."""
    mend = "name the column of ids that both have: [columns] id = \"…\""
    if rows != others:
        raise DataError(f"the other log has {others:,} rows and this one {rows:,}, and no id joins them; {mend}")
    if not codes:
        raise DataError(f"the other log has neither an id nor another column in common with this one; {mend}")
    for name, both in codes.items():
        code = both()
        differ = code[:rows] != code[rows:]
        if differ.any():
            raise DataError(f"the other log has other rows: row {int(differ.argmax()) + 1:,} differs in {name}; {mend}")
