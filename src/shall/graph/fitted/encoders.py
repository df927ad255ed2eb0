"""scikit-learn's encoders of categories: OneHotEncoder, OrdinalEncoder, TargetEncoder.

What a category becomes is asked of the fitted encoder itself, one category at a time: so dropped, rare and unknown ones
are as it has them. A category that it refuses is *missing* in the graph.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, columns, missing, refused, text
from shall.graph.kinds import MISSING, Array
from shall.graph.value import Value

CLASSES: Final = ("sklearn.OneHotEncoder", "sklearn.OrdinalEncoder", "sklearn.TargetEncoder")
NEVER: Final = "\x00never seen"


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, all codes]."""
    return coded(fitted, columns(fitted, x))


def coded(fitted: Any, given: Sequence[Value]) -> Value:
    """The same for columns that need not be all text, or all numbers."""
    seen = [list(one) for one in fitted.categories_]
    if any(sum(missing(one) for one in here) > 1 for here in seen):
        raise refused(fitted, "tells None from NaN", "replace one by the other before it is fitted")
    blocks = _blocks(fitted, seen)
    told = [(given[place], _told(fitted, given[place], seen, place, block))
            for place, block in enumerate(blocks) if block[1] > block[0]]
    if not told:
        raise refused(fitted, "leaves no column", "drop it from the pipeline")
    if len({column.kind.what for column, _ in told}) == 1 and all(one.known for _, one in told):
        value, every = beside([column for column, _ in told]), [one for _, one in told]
        if all(one.table.shape[1] == 1 for one in every):
            return n.codes(value, [one.known for one in every], [one.table[:, 0] for one in every],
                           unknown=_row(one.unknown for one in every), missing=_row(one.missing for one in every))
        categories = [_one_hot(one) for one in every]
        if all(one is not None for one in categories):
            return n.one_hot(value, [one for one in categories if one is not None])
    return beside([n.table(column, one.known, one.table, unknown=one.unknown, missing=one.missing)
                   for column, one in told])


class Told(NamedTuple):
    """What each category of a column becomes: ``table`` float64[known, w]."""

    known: list[Any]
    table: Array
    unknown: Array
    missing: Array


def _told(fitted: Any, column: Value, seen: Sequence[list[Any]], place: int, block: tuple[int, int]) -> Told:
    known = [one for one in seen[place] if not missing(one)]
    words = any(text(one) for one in known) or (not known and column.kind.what == "text")
    other = NEVER if words else _other(known)
    parts = [_asked(fitted, seen, place, some)[:, block[0]:block[1]]
             for some in (known, [other], [_missing(seen[place])])]
    return Told(known, parts[0], parts[1][0], parts[2][0])


def _one_hot(told: Told) -> list[Any] | None:
    """The category of each of its columns, where each has one, and what is unknown has none."""
    rows = np.vstack([told.table, told.missing])
    if told.unknown.any() or not np.isin(rows, (0.0, 1.0)).all() or (rows.sum(axis=0) != 1).any():
        return None
    absent = MISSING if text(told.known[0]) else np.nan
    return [[*told.known, absent][int(place)] for place in rows.argmax(axis=0)]


def _row(parts: Iterable[Array]) -> Array:
    return np.concatenate(list(parts))


def _asked(fitted: Any, seen: Sequence[list[Any]], place: int, categories: Sequence[Any]) -> Array:
    """float64[k, all codes] of k categories, the other columns at their first; missing where they are refused."""
    rows = np.empty((len(categories), len(seen)), dtype=object)
    for here, known in enumerate(seen):
        rows[:, here] = categories if here == place else known[0]
    wide = _blocks(fitted, seen)[-1][1]
    if not len(rows):
        return np.zeros((0, wide))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = fitted.transform(rows)
    except ValueError:
        return np.full((len(rows), wide), np.nan)
    said = said.to_numpy() if hasattr(said, "to_numpy") else said.toarray() if hasattr(said, "toarray") else said
    codes: Array = np.asarray(said, dtype=np.float64)
    return codes


def _blocks(fitted: Any, seen: Sequence[list[Any]]) -> list[tuple[int, int]]:
    """The columns that each column becomes."""
    if hasattr(fitted, "_n_features_outs"):
        widths = list(fitted._n_features_outs)
    else:
        many = getattr(fitted, "target_type_", "") == "multiclass"
        widths = [len(fitted.classes_) if many else 1] * len(seen)
    ends = np.cumsum([0, *widths]).tolist()
    return list(pairwise(ends))


def _other(known: Sequence[Any]) -> float:
    """A number that is none of some."""
    return float(max((abs(float(one)) for one in known), default=0.0)) * 2 + 1


def _missing(seen: Sequence[Any]) -> Any:
    return next((one for one in seen if missing(one)), np.nan)
