"""What is saved with a model is plain data: it survives JSON, and comes back as what it was."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shape_faults(module: ModuleType, parameters: Sequence[str]) -> Iterator[str]:
    """Whether there are `fit` with these parameters, `of`, and the kinds of subject that it is for."""
    for name, wanted in (("fit", tuple(parameters)), ("of", ("described",))):
        function = getattr(module, name, None)
        if not callable(function):
            yield f"it must have a function `{name}({', '.join(wanted)})`"
        elif tuple(inspect.signature(function).parameters) != wanted:
            yield f"`{name}` must take ({', '.join(wanted)})"
    kinds = getattr(module, "KINDS", ())
    if not kinds or not {*kinds} <= {"binary", "multiclass", "regressor"}:
        yield "it must have KINDS, a tuple out of binary, multiclass, regressor"


def docstring_faults(module: ModuleType) -> Iterator[str]:
    """Whether the file says what it does, and from which source."""
    text = module.__doc__ or ""
    if not text.strip() or "\n\n" not in text:
        yield "the docstring must begin with what is done and how, and go on after an empty line"
    if "\nReference: " not in text:
        yield "the docstring must name its source: Reference: …"


def plain_faults(module: ModuleType, learned: Any, rows: Floats) -> Iterator[str]:
    """Whether what was learned comes back from its description, and says the same to the last bit."""
    described = learned.described()
    try:
        again = module.of(json.loads(json.dumps(described, allow_nan=False)))
    except (TypeError, ValueError) as problem:
        yield f"`described` must be plain JSON data without nan: {problem}"
        return
    if again.described() != described:
        yield "what `of` gives back describes itself in another way"
    if not same(again(rows), learned(rows)):
        yield "what `of` gives back says something else"


def same(one: Any, other: Any) -> bool:
    """Whether two matrices are the same to the last bit; nan is nan."""
    return bool(np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True))
