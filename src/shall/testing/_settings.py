"""The rules of a space of settings: what a search may choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from shall.methods.task import Choice, Scalar


def shape_faults(space: Any) -> Iterator[str]:
    """Whether it is a tuple of choices at all."""
    if not isinstance(space, tuple) or not all(isinstance(choice, Choice) for choice in space):
        yield "it must have `SPACE`, a tuple of shall.methods.task.Choice; an empty one where nothing can be set"


def space_faults(space: Sequence[Choice]) -> Iterator[str]:
    """Names that are there twice, and defaults or bounds that cannot be."""
    names = [choice.name for choice in space]
    yield from (f"SPACE has {name} twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for choice in space:
        yield from (f"{choice.name} of SPACE: {fault}" for fault in _faults(choice))


def ends(space: Sequence[Choice]) -> Iterator[dict[str, Scalar]]:
    """Each setting alone, at each of its options, or at its smallest and its largest value."""
    for choice in space:
        number = int if choice.whole else float
        for value in choice.options or (number(choice.low), number(choice.high)):
            yield {choice.name: value}


def _faults(choice: Choice) -> Iterator[str]:
    if choice.options:
        if choice.default not in choice.options:
            yield f"the default {choice.default!r} is none of its options"
    elif not isinstance(choice.default, int | float) or isinstance(choice.default, bool):
        yield f"the default {choice.default!r} is no number, so it must have options"
    elif not choice.low < choice.high:
        yield f"there is nothing between {choice.low:g} and {choice.high:g}"
    elif not choice.low <= choice.default <= choice.high:
        yield f"the default {choice.default:g} does not lie between {choice.low:g} and {choice.high:g}"
    elif choice.log and choice.low <= 0:
        yield f"its scale is the logarithm, so {choice.low:g} must be above 0"
