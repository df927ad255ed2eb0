"""What a method is given: rows, how a learner is asked to learn from them, and the rates that shall be moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from shall.core.log import REST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["ratio", "difference", "least", "most"]
Group = tuple[tuple[str, str], ...]             # (("sex", "F"), ("race", "B"))
Scalar = bool | int | float | str


class Learned(Protocol):
    """What a learner gives back: one that learned classes has `probabilities`, one that learned a number `values`."""

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        ...

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        ...

    def content(self) -> bytes:
        """What was learned, as text."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting that a search may choose: a number within bounds, or one of some options."""

    name: str
    default: Scalar
    low: float = 0.0
    high: float = 1.0
    log: bool = False                           # whether it is searched on the scale of its logarithm
    options: tuple[Scalar, ...] = ()            # instead of bounds

    @property
    def whole(self) -> bool:
        """Whether it is a whole number."""
        return isinstance(self.default, int) and not isinstance(self.default, bool)


@dataclass(frozen=True, slots=True)
class Sample:
    """Some rows: features float64[n, p], what is to be learned [n], the value of each group name text[n], weights.

    ``toward`` float64[n]: weights of mean 1 that make the rows like those of a reference set, where there is one.
    """

    X: Floats
    label: NDArray[Any]                         # int64 in 0…classes-1, or float64 where a number is learned
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)
    weight: Floats | None = None                # float64[n], or every row counts once
    toward: Floats | None = None

    def take(self, rows: NDArray[Any]) -> Sample:
        """These rows: places int64[m], or bool[n]."""
        return Sample(self.X[rows], self.label[rows], {name: values[rows] for name, values in self.groups.items()},
                      *(None if some is None else some[rows] for some in (self.weight, self.toward)))


@dataclass(frozen=True)
class Recipe:
    """A learner with everything that it needs to know but the rows; calling it learns from some."""

    learner: str                                # its id
    fit: Callable[..., Learned]                 # its `fit`
    sizes: tuple[int, ...]                      # categories of each feature; 0: a number
    classes: int = 2                            # 0: a number is learned
    seed: int = 0
    settings: Mapping[str, Scalar] = field(default_factory=dict)

    def __call__(self, X: Floats, y: NDArray[Any], weight: Floats | None = None) -> Learned:
        """Learn ``y`` [n] from ``X`` float64[n, p] under weights float64[n]."""
        return self.fit(X, y, self.sizes, classes=self.classes, seed=self.seed, weight=weight, settings=self.settings)


@dataclass(frozen=True, slots=True)
class Target:
    """Rates of positive decisions that shall be moved: of the rows of ``label`` (None: all) in each group.

    ``ratio``: smallest over largest at least the limit; ``difference``: largest minus smallest at most;
    ``least`` and ``most``: each of them.
    """

    kind: Kind
    label: int | None
    groups: tuple[Group, ...]
    limit: float

    @property
    def names(self) -> set[str]:
        """The names of the groups."""
        return {name for group in self.groups for name, _ in group}

    def members(self, sample: Sample) -> NDArray[np.bool_]:
        """bool[n, G]: the rows of each group that have the label."""
        about = np.ones(len(sample.label), dtype=bool) if self.label is None else sample.label == self.label
        return np.stack([about & self._inside(sample, group) for group in self.groups], axis=1)

    def matches(self, cell: Mapping[str, str], group: Group) -> bool:
        """Whether the rows of a combination of groups belong to a group; `(rest)` has all that are not named."""
        return all(cell[name] == value or (value == REST and cell[name] not in self._named(name))
                   for name, value in group)

    def takes_rest(self, group: Group) -> bool:
        """Whether a group has the rows that no other one names."""
        return any(value == REST for _, value in group)

    def _inside(self, sample: Sample, group: Group) -> NDArray[np.bool_]:
        inside = np.ones(len(sample.label), dtype=bool)
        for name, value in group:
            values = sample.groups[name]
            inside &= ~np.isin(values, self._named(name)) if value == REST else values == value
        return inside

    def _named(self, name: str) -> Sequence[str]:
        return [value for group in self.groups for key, value in group if key == name and value != REST]


@dataclass(frozen=True, slots=True)
class Risk:
    """A share of wrong answers among the rows that are answered: at most ``limit``, and where a search aims below it.

    It holds in each combination of the groups that are named; of no name, over all rows.
    """

    limit: float
    aim: float
    confidence: float = 0.95
    names: tuple[str, ...] = ()
