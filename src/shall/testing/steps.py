"""The rules of a preparation: `fit` gives a step from matrix to matrix, `of` gives it back from plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.methods.task import Choice, Scalar
from shall.testing._faults import refuse
from shall.testing._plain import Floats, docstring_faults, plain_faults, same, shape_faults
from shall.testing.methods import rows

SIZES: Final = (0, 0, 3, 0, 2)              # two numbers, three categories, a constant, and a column without a value
CLASSES: Final = {"binary": 2, "multiclass": 3, "regressor": 0}
PARAMETERS: Final = ("X", "y", "sizes", "classes", "seed", "settings")
ODD: Final = np.array([[np.nan] * 5, [1e300, -1e300, 1.0, 5.0, 0.0], [np.inf, -np.inf, 7.0, np.inf, 9.0]])


def check_step(module: ModuleType) -> None:
    """Check a preparation: ``fit(X, y, sizes, classes, seed, settings)`` and ``of(described)``.

    A step must treat each row by itself, never give an infinite number nor a category of its own that its `sizes` do
    not have, take rows with missing, infinite and unseen values and no row at all, leave its input as it is, come
    back equal from plain JSON data, be the same from the same rows, and refuse a setting that it does not have. Where
    there is `training`, a row must not be encoded with the help of its own label. Raises AssertionError with every
    broken rule.
    """
    refuse(module.__name__, shape_faults(module, PARAMETERS))       # without both functions the rest makes no sense
    faults = [*docstring_faults(module), *_space_faults(module)]
    for kind in module.KINDS:
        for settings in _settings(module):
            where = f"{kind}, {dict(settings) or 'as it is'}"
            faults += [f"{where}: {fault}" for fault in _tried(module, CLASSES[kind], settings)]
    refuse(module.__name__, faults)


def to_prepare(classes: int) -> tuple[Floats, NDArray[Any]]:
    """Rows with missing and infinite values, a constant and a column without a value: ``X`` float64[n, 5], ``y``."""
    X, y = rows(classes or 2)
    X = np.column_stack([X, np.full(len(X), 4.0), np.full(len(X), np.nan)])
    X[0, 0] = np.inf
    return X, y + np.random.default_rng(3).normal(0, 0.1, len(y)) if not classes else y


def _space_faults(module: ModuleType) -> Iterator[str]:
    space = getattr(module, "SPACE", ())
    if not all(isinstance(choice, Choice) for choice in space):
        yield "SPACE must be a tuple of Choice"
    X, y = to_prepare(2)
    try:
        module.fit(X, y, SIZES, settings={"no such setting": 1})
        yield "it takes a setting that it does not have"
    except InputError:
        return


def _settings(module: ModuleType) -> Iterator[Mapping[str, Scalar]]:
    """As it is, and each setting at its ends or options."""
    yield {}
    for choice in getattr(module, "SPACE", ()):
        yield from ({choice.name: value} for value in choice.options or (choice.low, choice.high))


def _tried(module: ModuleType, classes: int, settings: Mapping[str, Scalar]) -> list[str]:
    faults: list[str] = []
    try:
        for fault in _step_faults(module, classes, settings):
            faults.append(fault)
    except Exception as problem:            # whatever it is, it must not reach the user
        faults.append(f"it raises {type(problem).__name__}: {problem}")
    return faults


def _step_faults(module: ModuleType, classes: int, settings: Mapping[str, Scalar]) -> Iterator[str]:
    X, y = to_prepare(classes)
    before = X.copy()
    step = module.fit(X, y, SIZES, classes=classes, seed=1, settings=settings)
    for what, some in (("the rows that it learned from", X), ("odd values", ODD), ("no row", X[:0])):
        yield from (f"on {what}: {fault}" for fault in _matrix_faults(step(some), len(some), step.sizes))
    few = np.array([5, 3, 77])
    if not same(step(X[few]), step(X)[few]):
        yield "a row must be prepared by itself, and becomes something else among other rows"
    yield from plain_faults(module, step, np.concatenate([X, ODD]))
    if module.fit(X, y, SIZES, classes=classes, seed=1, settings=settings).described() != step.described():
        yield "the same rows and the same seed give another step"
    if hasattr(module, "training"):
        yield from _training_faults(module, classes, settings)
    if not same(X, before):
        yield "it changes the matrix that it is given"
    for what, place in (("one row", (slice(0, 1), slice(None))), ("no column", (slice(None), slice(0, 0)))):
        small, sizes = X[place], SIZES[place[1]]
        step = module.fit(small, y[place[0]], sizes, classes=classes, seed=1, settings=settings)
        yield from (f"made of {what}: {fault}" for fault in _matrix_faults(step(small), len(small), step.sizes))


def _matrix_faults(found: Any, count: int, sizes: tuple[int, ...]) -> Iterator[str]:
    if getattr(found, "dtype", None) != np.float64 or found.shape != (count, len(sizes)):
        yield f"it must give float64[{count}, {len(sizes)}], one column for each of its sizes"
        return
    if np.isinf(found).any():
        yield "it gives an infinite number"
    for column, size in zip(found.T, sizes, strict=True):
        codes = column[~np.isnan(column)]
        if size and not (np.isin(codes, np.arange(size)) | np.isin(codes, ODD)).all():
            yield f"it gives a category that is none of {size}"


def _training_faults(module: ModuleType, classes: int, settings: Mapping[str, Scalar]) -> Iterator[str]:
    X, y = to_prepare(classes)
    step, found = module.training(X, y, SIZES, classes=classes, seed=1, settings=settings)
    yield from (f"`training`: {fault}" for fault in _matrix_faults(found, len(X), step.sizes))
    if step.described() != module.fit(X, y, SIZES, classes=classes, seed=1, settings=settings).described():
        yield "`training` must give the step that `fit` gives"
    for row in (2, 4, 9):
        other = y.copy()
        other[row] = y[row] + 1.0 if not classes else (y[row] + 1) % classes
        again = module.training(X, other, SIZES, classes=classes, seed=1, settings=settings)[1]
        if not same(again[row], found[row]):
            yield f"`training` encodes row {row} with the help of its own label"
