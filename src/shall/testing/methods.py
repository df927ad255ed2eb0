"""The rules of a method; so far of a learner: `fit` gives what was learned, `load` gives it back from plain bytes."""

from __future__ import annotations

import inspect
import pickletools
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.testing import _settings
from shall.testing._faults import refuse
from shall.testing._learning import SIZES, said, weight_faults
from shall.testing._learning import rows as rows

CLASSES: Final = {"binary": 2, "multiclass": 3, "regressor": 0}
FIT: Final = ("X", "y", "sizes", "classes", "seed", "weight", "settings")
Floats = NDArray[np.float64]


def check_method(module: ModuleType) -> None:
    """Check a learner: a module with ``KINDS``, ``SPACE``, ``fit(X, y, sizes, classes, seed, weight, settings)`` and
    ``load(content)``.

    It must say what it does and from which source, answer rows with missing values and unseen categories too, learn
    the same from the same rows, for each of its kinds, and come back equal from its bytes, which are no pickle. A
    weight must be as good as repeated rows, every setting must work at both of its ends, and an unknown one must be an
    InputError. Raises AssertionError with every broken rule.
    """
    refuse(module.__name__, _shape_faults(module))      # without all of them the rest makes no sense
    faults = [*_docstring_faults(module), *_settings.space_faults(module.SPACE)]
    refuse(module.__name__, faults)
    refuse(module.__name__, [fault for kind in module.KINDS for fault in _tried(module, kind)])


def _shape_faults(module: ModuleType) -> Iterator[str]:
    for name, parameters in (("fit", FIT), ("load", ("content",))):
        function = getattr(module, name, None)
        if not callable(function):
            yield f"it must have a function `{name}({', '.join(parameters)})`"
        elif tuple(inspect.signature(function).parameters)[: len(parameters)] != parameters:
            yield f"`{name}` must take ({', '.join(parameters)})"
    kinds = getattr(module, "KINDS", None)
    if not isinstance(kinds, tuple) or not kinds or not set(kinds) <= set(CLASSES):
        yield f"it must have `KINDS`, a tuple out of {', '.join(CLASSES)}"
    yield from _settings.shape_faults(getattr(module, "SPACE", None))


def _docstring_faults(module: ModuleType) -> Iterator[str]:
    text = module.__doc__ or ""
    if not text.strip() or "\n\n" not in text:
        yield "the docstring must begin with what is learned and how, and go on after an empty line"
    if "\nReference: " not in text:
        yield "the docstring must name its source: Reference: …"


def _tried(module: ModuleType, kind: str) -> list[str]:
    classes, faults = CLASSES[kind], list[str]()
    case = f"with {classes} classes" if classes else "with a number"
    for rule in (_learner_faults, weight_faults, _setting_faults):
        try:
            faults += [f"{case}, {fault}" for fault in rule(module, classes)]
        except Exception as problem:        # whatever it is, it must not reach the user
            faults.append(f"{case} it raises {type(problem).__name__}: {problem}")
    return faults


def _learner_faults(module: ModuleType, classes: int) -> Iterator[str]:
    X, y = rows(classes)
    learned = module.fit(X, y, SIZES, classes=classes, seed=1)
    odd = np.array([[np.nan, np.nan, np.nan], [1e6, -1e6, 1.0], [0.0, 0.0, 7.0]])
    tries = (("the rows that it learned from", X), ("missing, extreme and unseen values", odd), ("no row", X[:0]))
    for what, some in tries:
        yield from (f"on {what}: {fault}" for fault in _answer_faults(learned, some, classes))
    yield from _skill_faults(said(learned, X, classes), y, classes)
    yield from _content_faults(module, learned, X, classes)
    if module.fit(X, y, SIZES, classes=classes, seed=1).content() != learned.content():
        yield "the same rows and the same seed give another model"


def _answer_faults(learned: Any, X: Floats, classes: int) -> Iterator[str]:
    found = said(learned, X, classes)
    shape = (len(X), classes) if classes else (len(X),)
    if found.shape != shape:
        wanted = f"`probabilities` must be float64[n, {classes}]" if classes else "`values` must be float64[n]"
        yield f"{wanted}, and has the shape {found.shape}"
    elif not np.isfinite(found).all():
        yield "what it says must be finite"
    elif classes and (not ((found >= 0) & (found <= 1)).all() or not np.allclose(found.sum(axis=1), 1)):
        yield "probabilities must lie between 0 and 1 and add up to 1 in each row"


def _skill_faults(found: Floats, y: NDArray[Any], classes: int) -> Iterator[str]:
    if not classes:
        if ((found - y) ** 2).mean() > 0.7 * y.var():
            yield "it learns nothing: its errors are hardly smaller than those of the mean"
        return
    right = (found.argmax(axis=1) == y).mean()
    if right < 1.2 / classes:
        yield f"it learns nothing: it is right on {right:.0%} of rows that can be told apart"


def _content_faults(module: ModuleType, learned: Any, X: Floats, classes: int) -> Iterator[str]:
    content = learned.content()
    if not isinstance(content, bytes):
        yield "`content` must be bytes"
    elif _is_pickle(content):
        yield "`content` is a pickle, which can run anything when it is read"
    elif not np.array_equal(said(module.load(content), X, classes), said(learned, X, classes)):
        yield f"what `load` gives back has other {'probabilities' if classes else 'values'}"


def _setting_faults(module: ModuleType, classes: int) -> Iterator[str]:
    X, y = rows(classes)
    for settings in _settings.ends(module.SPACE):
        name, value = next(iter(settings.items()))
        try:
            learned = module.fit(X, y, SIZES, classes=classes, seed=1, settings=settings)
            yield from (f"with {name} = {value}: {fault}" for fault in _answer_faults(learned, X, classes))
        except Exception as problem:
            yield f"with {name} = {value} it raises {type(problem).__name__}: {problem}"
    try:
        module.fit(X, y, SIZES, classes=classes, seed=1, settings={"no such setting": 1})
    except InputError:
        return
    except Exception as problem:
        yield f"an unknown setting must be an InputError, and is a {type(problem).__name__}: {problem}"
    else:
        yield "an unknown setting must be an InputError, and is taken"


def _is_pickle(content: bytes) -> bool:
    try:
        return sum(1 for _ in pickletools.genops(content)) > 1
    except ValueError:
        return False
