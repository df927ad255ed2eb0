"""From what a graph says to a class a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shall.core.errors import DataError
from shall.graph.kinds import MISSING, Array
from shall.runtimes.labelling import text_of


def of_classes(decision: Array, classes: Sequence[Any]) -> Array:
    """Places [n] and truths [n] as the classes that they mean; None for no place. Texts, and all else, as they are."""
    if decision.dtype.kind not in "fb" or not classes or (decision.dtype.kind == "b" and len(classes) != 2):
        return decision
    places = decision.astype(np.float64)
    known = (places >= 0) & (places < len(classes)) & (places == np.floor(places))
    named = np.asarray(classes)[np.where(known, places, 0).astype(np.intp)]
    return named if known.all() else but(named, ~known)


def but(decided: Array, rows: Array) -> Array:
    """The same decisions, but None in some rows."""
    if not rows.any():
        return decided
    found = decided.astype(object)
    found[rows] = None
    return found


def texts(decided: Array) -> Array:
    """Decisions [n] as texts [n, 1], written as a log of decisions has them."""
    found = np.empty((len(decided), 1), dtype=object)
    found[:, 0] = [MISSING if one is None else text_of(one) for one in decided.tolist()]
    return found


def most_probable(probabilities: Array, classes: Array, threshold: float | None) -> Array:
    """The class of the largest probability [n, classes], the first of equal ones; the last of two from a threshold on.

    DataError where a row has none.
    """
    if none := int(np.isnan(probabilities).any(axis=1).sum()):
        raise DataError(f"{none:,} of {len(probabilities):,} rows have no probability, so nothing is decided on them: "
                        "ask for predict_proba, or give the graph an output `decision`")
    if threshold is not None and len(classes) == 2:
        return np.asarray(classes[(probabilities[:, 1] >= threshold).astype(np.intp)])
    return np.asarray(classes[probabilities.argmax(axis=1)])
