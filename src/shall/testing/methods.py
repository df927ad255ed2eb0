"""The rules of a method; so far of a learner: `fit` gives what was learned, `load` gives it back from plain bytes."""

from __future__ import annotations

import inspect
import pickletools
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.testing._faults import refuse

ROWS: Final = 300
SIZES: Final = (0, 0, 3)                    # two numbers, and a column of three categories
Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def check_method(module: ModuleType) -> None:
    """Check a learner: a module with ``fit(X, y, sizes, classes, seed)`` and ``load(content)``.

    It must say what it does and from which source, give probabilities for rows with missing values
    and unseen categories too, learn the same from the same rows, take several classes, and come
    back equal from its bytes, which are no pickle. Raises AssertionError with every broken rule.
    """
    refuse(module.__name__, _shape_faults(module))      # without both functions the rest makes no sense
    refuse(module.__name__, [*_docstring_faults(module), *_tried(module, 2), *_tried(module, 3)])


def rows(classes: int) -> tuple[Floats, Labels]:
    """Rows from which something can be learned: ``X`` float64[n, 3] with missing values, ``y`` int64[n]."""
    chance = np.random.default_rng(classes)
    y = chance.integers(0, classes, ROWS)
    X = np.column_stack([y + chance.normal(0, 0.7, ROWS), chance.normal(0, 1, ROWS), chance.integers(0, 3, ROWS)])
    X[chance.random(X.shape) < 0.1] = np.nan
    return X, y


def _shape_faults(module: ModuleType) -> Iterator[str]:
    for name, parameters in (("fit", ("X", "y", "sizes", "classes", "seed")), ("load", ("content",))):
        function = getattr(module, name, None)
        if not callable(function):
            yield f"it must have a function `{name}({', '.join(parameters)})`"
        elif tuple(inspect.signature(function).parameters)[: len(parameters)] != parameters:
            yield f"`{name}` must take ({', '.join(parameters)})"


def _docstring_faults(module: ModuleType) -> Iterator[str]:
    text = module.__doc__ or ""
    if not text.strip() or "\n\n" not in text:
        yield "the docstring must begin with what is learned and how, and go on after an empty line"
    if "\nReference: " not in text:
        yield "the docstring must name its source: Reference: …"


def _tried(module: ModuleType, classes: int) -> list[str]:
    faults: list[str] = []
    try:
        for fault in _learner_faults(module, classes):
            faults.append(f"with {classes} classes, {fault}")
    except Exception as problem:            # whatever it is, it must not reach the user
        faults.append(f"with {classes} classes it raises {type(problem).__name__}: {problem}")
    return faults


def _learner_faults(module: ModuleType, classes: int) -> Iterator[str]:
    X, y = rows(classes)
    learned = module.fit(X, y, SIZES, classes=classes, seed=1)
    odd = np.array([[np.nan, np.nan, np.nan], [1e6, -1e6, 1.0], [0.0, 0.0, 7.0]])
    tries = (("the rows that it learned from", X), ("missing, extreme and unseen values", odd), ("no row", X[:0]))
    for what, some in tries:
        yield from (f"on {what}: {fault}" for fault in _odds_faults(learned, some, classes))
    right = (learned.probabilities(X).argmax(axis=1) == y).mean()
    if right < 1.2 / classes:
        yield f"it learns nothing: it is right on {right:.0%} of rows that can be told apart"
    yield from _content_faults(module, learned, X)
    if module.fit(X, y, SIZES, classes=classes, seed=1).content() != learned.content():
        yield "the same rows and the same seed give another model"


def _odds_faults(learned: Any, X: Floats, classes: int) -> Iterator[str]:
    found = np.asarray(learned.probabilities(X))
    if found.shape != (len(X), classes):
        yield f"`probabilities` must be float64[n, {classes}], and has the shape {found.shape}"
    elif not ((found >= 0) & (found <= 1)).all() or not np.allclose(found.sum(axis=1), 1):
        yield "probabilities must lie between 0 and 1 and add up to 1 in each row"


def _content_faults(module: ModuleType, learned: Any, X: Floats) -> Iterator[str]:
    content = learned.content()
    if not isinstance(content, bytes):
        yield "`content` must be bytes"
    elif _is_pickle(content):
        yield "`content` is a pickle, which can run anything when it is read"
    elif not np.array_equal(module.load(content).probabilities(X), learned.probabilities(X)):
        yield "what `load` gives back has other probabilities"


def _is_pickle(content: bytes) -> bool:
    try:
        return sum(1 for _ in pickletools.genops(content)) > 1
    except ValueError:
        return False
