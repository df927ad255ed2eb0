"""Which images are changed how: every change by itself, all combinations, or random ones, evenly spread."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.probes.image_changes import CHANGES, checked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Scales = Mapping[str, Floats]               # of each change its strengths, ascending, 0 among them
DESIGNS: Final = ("each", "grid", "spread")
PART: Final = 2**15                         # rows of a piece at most


@dataclass(frozen=True)
class Piece:
    """Some rows of a design: which images, and how each is changed; what is not named is 0."""

    index: Ints
    strengths: Mapping[str, Floats | float]


def scales(changes: Mapping[str, Any] | Sequence[str], steps: int) -> dict[str, Floats]:
    """The strengths of each change, ascending, with 0 among them.

    Args:
        changes: of each a pair (weakest, strongest), a list of strengths, or None or its name alone: the usual range.
        steps: of a pair, from 0 to each end.

    Raises DataError for what is no change or out of range, InputError where there is none.
    """
    usual = {name: CHANGES[name].usual if name in CHANGES else () for name in changes}
    said = {name: value for name, value in changes.items() if value is not None} if isinstance(changes, Mapping) else {}
    given = {**usual, **said}
    if not given:
        raise InputError(f"no change is named; there are {', '.join(CHANGES)}")
    return {name: _scale(name, values, steps) for name, values in given.items()}


def _scale(name: str, given: Any, steps: int) -> Floats:
    if isinstance(given, tuple) and len(given) == 2:
        ends = [end for end in (min(given), max(given)) if end != 0]
        if min(given) > 0 or max(given) < 0:
            raise InputError(f"the range of {name}, {given[0]:g} to {given[1]:g}, leaves out 0, where "
                             "nothing is changed")
        given = [float(f"{step / steps * end:.6g}") for end in ends for step in range(1, steps + 1)]
    values = np.atleast_1d(checked(name, given))
    if not len(values) or not values.any():
        raise InputError(f"{name} has no strength besides 0")
    return np.unique(np.append(values, 0.0).round(9))


def pieces(design: str, scale: Scales, images: int, rows: int | None, seed: int) -> Iterator[Piece]:
    """The rows of a design, in its order.

    ``each``: the images as they are, then every strength of every change by itself. ``grid``: every combination. Of
    both, ``rows`` images of each, drawn anew, or all. ``spread``: ``rows`` in all, every row one image and a strength
    of each change, evenly spread over the ranges together (Latin hypercube); no image again before all had their turn.
    """
    if design not in DESIGNS:
        raise InputError(f"there is no design {design}; there are {', '.join(DESIGNS)}")
    if design == "spread":
        yield from _spread(scale, images, rows or images, seed)
        return
    cells = _alone(scale) if design == "each" else _together(scale)
    chance = np.random.default_rng(seed)
    for cell in cells:
        few = rows is not None and rows < images
        index = np.sort(chance.choice(images, rows, replace=False)) if few else np.arange(images)
        for start in range(0, len(index), PART):
            yield Piece(index[start:start + PART], cell)


def _alone(scale: Scales) -> Iterator[dict[str, float]]:
    yield {}
    yield from ({name: float(value)} for name, values in scale.items() for value in values if value)


def _together(scale: Scales) -> Iterator[dict[str, float]]:
    for values in itertools.product(*scale.values()):
        yield {name: float(value) for name, value in zip(scale, values, strict=True)}


def _spread(scale: Scales, images: int, rows: int, seed: int) -> Iterator[Piece]:
    """Reference: McKay, Beckman and Conover (1979), "A comparison of three methods for selecting values"."""
    for turn, start in enumerate(range(0, rows, images)):
        count = min(images, rows - start)
        chance = np.random.default_rng([seed, turn])
        index = chance.permutation(images)[:count]
        made = {name: values[0] + (chance.permutation(count) + chance.random(count)) / count * (values[-1] - values[0])
                for name, values in scale.items()}
        for first in range(0, count, PART):
            part = slice(first, first + PART)
            yield Piece(index[part], {name: values[part] for name, values in made.items()})
