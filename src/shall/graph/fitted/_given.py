"""What a fitted object is given: its columns in the order in which it was fitted."""

from __future__ import annotations

from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import Columns, stack
from shall.graph.converting import Given
from shall.graph.kinds import Array
from shall.graph.value import Value


def columns(fitted: Any, x: Given) -> list[Value]:
    """Each column by itself, of width 1. InputError where there are not as many as the object was fitted on."""
    found = list(x.values()) if isinstance(x, Columns) else list(x) if x.kind.width > 1 else [x]
    if len(found) != getattr(fitted, "n_features_in_", len(found)):
        raise InputError(f"the {name(fitted)} was fitted on {fitted.n_features_in_} columns and is given {len(found)}"
                         f"{_lacking(fitted, x)}: give it those that it was fitted on, in their order")
    return found


def _lacking(fitted: Any, x: Given) -> str:
    lacking = [str(one) for one in getattr(fitted, "feature_names_in_", ()) if one not in (*x,)] \
        if isinstance(x, Columns) else []
    return f" (there is no {', '.join(lacking)})" if lacking else ""


def numbers(fitted: Any, x: Given) -> Value:
    """All columns as one value of numbers. InputError where there are not as many as the object was fitted on."""
    found = columns(fitted, x)
    return stack(*found).named(*(one for column in found for one in column.names)) if isinstance(x, Columns) else x


def beside(parts: list[Value]) -> Value:
    """Parts beside each other; one alone as it is. InputError where they are text and numbers."""
    if len({part.kind.what for part in parts}) > 1:
        names = [one for part in parts if part.kind.what == "text" for one in part.names]
        raise InputError(f"here are text and numbers side by side: encode the text columns ({', '.join(names)}) before")
    return parts[0] if len(parts) == 1 else stack(*parts)


def text(category: Any) -> bool:
    """Whether a category is text."""
    return isinstance(category, str)


def missing(category: Any) -> bool:
    """Whether a category stands for what is missing: None, NaN or NA."""
    return category is None or category is not category or bool(np.asarray(category != category).any())


def refused(fitted: Any, reason: str, fix: str) -> InputError:
    """The error for what cannot be said exactly."""
    return InputError(f"a {name(fitted)} {reason}: {fix}")


def name(fitted: Any) -> str:
    """The class of a fitted object."""
    return type(fitted).__name__


def vector(array: Any) -> Array:
    """float64[n] of anything flat."""
    return np.asarray(array, dtype=np.float64).reshape(-1)
