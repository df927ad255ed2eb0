"""scikit-learn's KBinsDiscretizer: which bin a number is in, as a number or one-hot."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, numbers
from shall.graph.value import Value

CLASSES: Final = ("sklearn.KBinsDiscretizer",)


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, p], or float64[n, all bins]; missing where a number is."""
    value = numbers(fitted, x)
    edges = tuple(np.asarray(one, dtype=np.float64)[1:-1] for one in fitted.bin_edges_)
    value = n.single(value) if fitted.dtype == np.float32 else value
    found = n.unless(value.isna(), n.bins(value, edges)).named(*value.names)
    if fitted.encode == "ordinal":
        return found
    parts = [n.entry(found[:, place] if found.kind.width > 1 else found, _one_hot(len(one) + 1))
             for place, one in enumerate(edges)]
    return beside(parts)


def _one_hot(bins: int) -> np.ndarray[Any, Any]:
    return np.vstack([np.eye(bins), np.full((1, bins), np.nan)])
