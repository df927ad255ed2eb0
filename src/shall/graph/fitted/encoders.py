"""scikit-learn's encoders of categories: OneHotEncoder, OrdinalEncoder, TargetEncoder.

What a category becomes is asked of the fitted encoder itself, one category at a time: so dropped, rare and unknown ones
are as it has them. A category that it refuses is *missing* in the graph.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, columns, missing, refused, text
from shall.graph.kinds import Array
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
    parts = [_encoded(fitted, given[place], seen, place, block)
             for place, block in enumerate(_blocks(fitted, seen)) if block[1] > block[0]]
    if not parts:
        raise refused(fitted, "leaves no column", "drop it from the pipeline")
    return beside(parts)


def _encoded(fitted: Any, column: Value, seen: Sequence[list[Any]], place: int, block: tuple[int, int]) -> Value:
    known = [one for one in seen[place] if not missing(one)]
    words = any(text(one) for one in known) or (not known and column.kind.what == "text")
    asked = [*known, NEVER if words else _other(known), _missing(seen[place])]
    table = np.stack([_asked(fitted, seen, place, one)[block[0]:block[1]] for one in asked])
    return n.table(column, known, table[:-2], unknown=table[-2], missing=table[-1])


def _asked(fitted: Any, seen: Sequence[list[Any]], place: int, category: Any) -> Array:
    """float64[all codes] of one category, the other columns at their first; missing where it is refused."""
    row = np.empty((1, len(seen)), dtype=object)
    row[0] = [category if here == place else known[0] for here, known in enumerate(seen)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = fitted.transform(row)
    except ValueError:
        return np.full(sum(last - first for first, last in _blocks(fitted, seen)), np.nan)
    said = said.to_numpy() if hasattr(said, "to_numpy") else said.toarray() if hasattr(said, "toarray") else said
    codes: Array = np.asarray(said, dtype=np.float64)[0]
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
