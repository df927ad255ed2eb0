"""Changes of images by direction, and a model that is asked at their points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.filters import Comparison, Operator
from shall.stats.monotone import Bounded, bounded

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Ask = Callable[[Ints, Mapping[str, float]], Bools]  # which images, how changed: whether each is right


@dataclass(frozen=True, slots=True)
class Ray:
    """A change in one direction: its strengths from 0 on, away from 0."""

    name: str
    strengths: tuple[float, ...]

    @property
    def steps(self) -> int:
        """How many, without 0."""
        return len(self.strengths) - 1

    def beyond(self, step: int) -> Comparison:
        """At least as strong as this."""
        return compared(self.name, ">=" if self.strengths[-1] > 0 else "<=", self.strengths[step])

    def up_to(self, step: int) -> Comparison:
        """At most as strong as this."""
        return compared(self.name, "<=" if self.strengths[-1] > 0 else ">=", self.strengths[step])


@dataclass
class Asking:
    """A question to a model about changed images, and what it cost."""

    ask: Ask
    limit: float                            # of the share of the images that are right
    calls: int = 0
    kept: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def test(self, index: Ints, strengths: Mapping[str, float], alpha: float) -> Bounded:
        """The rate at a point; it is asked once for the same images."""
        key = (tuple(sorted((name, value) for name, value in strengths.items() if value)), len(index), int(index[0]))
        if key not in self.kept:
            self.kept[key] = int(self.ask(index, strengths).sum())
            self.calls += len(index)
        return bounded(self.kept[key], len(index), alpha)


def rays(scale: Mapping[str, NDArray[np.float64]]) -> list[Ray]:
    """The directions of each change: one, or two."""
    found = []
    for name, values in scale.items():
        for side in (values[values <= 0][::-1], values[values >= 0]):
            if len(side) > 1:
                found.append(Ray(name, tuple(float(value) for value in side)))
    return found


def compared(name: str, operator: Operator, value: float) -> Comparison:
    """A term of a filter; a whole number is written as one."""
    return Comparison(name, operator, int(value) if value.is_integer() else value)
