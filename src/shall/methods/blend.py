"""Several learned models as one, each with the steps that prepare its rows; saved as text like any other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Final, Protocol

import numpy as np

from shall.core.errors import InputError
from shall.graph import Value
from shall.methods.task import Floats, Learned

BLEND: Final = "blend"                      # stands in the place of a learner
OF_BLEND: Final = b'{"blend":'
OF_PREPARED: Final = b'{"prepared":'


class Step(Protocol):
    """A preparation of encoded rows."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The categories of each column that it gives; 0 for a number."""
        ...

    def __call__(self, X: Floats) -> Floats:
        """float64[n, q]."""
        ...

    def described(self) -> Mapping[str, Any]:
        """As plain data."""
        ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was learned behind some steps: it takes rows that are encoded, and no more."""

    learner: str
    steps: tuple[tuple[str, Step], ...]     # by their id
    learned: Learned

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        return self.learned.probabilities(self._prepared(X))

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return self.learned.values(self._prepared(X))

    def content(self) -> bytes:
        """What was learned, with its steps, as JSON."""
        return json.dumps({"prepared": self.learner, "steps": [[name, step.described()] for name, step in self.steps],
                           "learned": self.learned.content().decode()}).encode()

    def _prepared(self, X: Floats) -> Floats:
        for _, step in self.steps:
            X = step(X)
        return X


@dataclass(frozen=True, slots=True)
class Blend:
    """The weighted mean of what several learned models say; weights float64[k] add up to 1."""

    parts: tuple[Learned, ...]
    weights: tuple[float, ...]

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        found = [weight * part.probabilities(X) for part, weight in zip(self.parts, self.weights, strict=True)]
        return np.asarray(sum(found))

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        found = [weight * part.values(X) for part, weight in zip(self.parts, self.weights, strict=True)]
        return np.asarray(sum(found))

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({"blend": list(self.weights), "parts": [part.content().decode() for part in self.parts]}
                          ).encode()


def learned_of(content: bytes, learner: str, find: Callable[[str], Any]) -> Learned:
    """What was learned, from its bytes: of one learner, of several, or behind steps; ``find`` gives a method's file."""
    if content.startswith(OF_BLEND):
        plain = json.loads(content)
        return Blend(tuple(learned_of(part.encode(), learner, find) for part in plain["parts"]), tuple(plain["blend"]))
    if content.startswith(OF_PREPARED):
        plain = json.loads(content)
        steps = tuple((name, find(name).of(step)) for name, step in plain["steps"])
        return Prepared(plain["prepared"], steps, learned_of(plain["learned"].encode(), plain["prepared"], find))
    learned: Learned = find(learner).load(content)
    return learned


def nodes(learned: Learned, learner: str, x: Value, classes: int, find: Callable[[str], Any]) -> Value:
    """The same in a graph: [classes], or [1] number; ``x`` are the rows as the learner takes them."""
    if isinstance(learned, Blend):
        parts = [weight * nodes(part, learner, x, classes, find)
                 for part, weight in zip(learned.parts, learned.weights, strict=True)]
        return reduce(add, parts)
    if isinstance(learned, Prepared):
        return nodes(learned.learned, learned.learner, prepared(learned.steps, x, find), classes, find)
    made: Value = nodes_of(learner, find)(learned, x, classes)
    return made.against(f"the learner {learner}", (x,), learned.probabilities if classes else _column(learned.values))


def nodes_of(name: str, find: Callable[[str], Any]) -> Callable[..., Any]:
    """What a method says in a graph. InputError where it says nothing, as an older plug-in may."""
    found: Callable[..., Any] | None = getattr(find(name), "nodes", None)
    if found is None:
        raise InputError(f"{name} does not say its nodes, so no model with it can ship: its file needs `nodes`")
    return found


def prepared(steps: Sequence[tuple[str, Step]], x: Value, find: Callable[[str], Any]) -> Value:
    """Encoded rows after some steps."""
    for name, step in steps:
        before = x
        made: Value = nodes_of(name, find)(step, x)
        x = made.against(f"the preparation {name}", (before,), step)
    return x


def _column(values: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda X: values(X)[:, None]
