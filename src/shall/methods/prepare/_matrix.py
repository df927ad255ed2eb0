"""What every step expects of a matrix and of its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shall.core.errors import DataError, InputError
from shall.methods.task import Choice, Floats, Scalar


def finite(X: Any, columns: int) -> Floats:
    """float64[n, columns] with nan for what is not finite; InputError for any other shape."""
    X = np.asarray(X, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != columns:
        raise InputError(f"this step was made for a matrix of {columns} columns, and was given one of shape {X.shape}")
    return np.where(np.isfinite(X), X, np.nan)


def to_learn(X: Any, sizes: Sequence[int]) -> Floats:
    """As `finite`; DataError where there is no row."""
    known = finite(X, len(sizes))
    if not len(known):
        raise DataError("there is no row to learn a preparation from")
    return known


def chosen(space: Sequence[Choice], settings: Mapping[str, Scalar] | None) -> dict[str, Any]:
    """Every setting, the default where it is left out; InputError for one that is unknown or out of its bounds."""
    given = dict(settings or {})
    if unknown := sorted(given.keys() - {choice.name for choice in space}):
        raise InputError(f"there is no setting {unknown[0]}; there are: {', '.join(choice.name for choice in space)}")
    for choice in space:
        value = given.setdefault(choice.name, choice.default)
        if choice.options and value not in choice.options:
            raise InputError(f"{choice.name} must be one of {', '.join(map(str, choice.options))}, and is {value}")
        if not choice.options and not (isinstance(value, int | float) and choice.low <= value <= choice.high):
            raise InputError(f"{choice.name} must be between {choice.low:g} and {choice.high:g}, and is {value}")
    return given
