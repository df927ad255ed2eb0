"""The graph as plain data: inputs, nodes in an order in which each needs earlier ones only, and named outputs.

It knows no engine: `onnx.py` writes it for ONNX Runtime, `written.py` as JSON; `proof.py` holds engines against Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from shall.graph.kinds import Array, Kind

Settings = Mapping[str, Any]                # plain data and numpy arrays


@dataclass(frozen=True, slots=True)
class Input:
    """A column that a graph takes.

    A ``date`` is a number inside: microseconds since 1970 in UTC. ``hashed`` text is a number inside: the signed 32-bit
    MurmurHash3 of its UTF-8 bytes. ``values``: the texts that training saw.
    """

    name: str
    what: Literal["number", "text", "date", "hashed"]
    values: tuple[str, ...] | None = None

    @property
    def kind(self) -> Kind:
        """What it is inside."""
        return Kind("text", 1, self.values) if self.what == "text" else Kind("number")


@dataclass(frozen=True, slots=True)
class Node:
    """One step: the name of its operation (a file of `ops/`), the places of the nodes that it needs, its settings.

    ``names``: of its columns, where they have some. ``place``: the line of Python that made it.
    """

    op: str
    inputs: tuple[int, ...]
    settings: Settings
    kind: Kind
    names: tuple[str, ...] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a node is to equal: ``call`` of the values of the nodes ``inputs``, as Python's library has it."""

    node: int
    inputs: tuple[int, ...]
    call: Callable[..., Array] = field(compare=False)
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    """``outputs``: the place of the node behind each name. ``references`` are not written."""

    inputs: tuple[Input, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[tuple[str, int], ...]
    about: Mapping[str, Any] = field(default_factory=dict)      # classes and other plain facts
    references: tuple[Reference, ...] = field(default=(), compare=False)

    def behind(self, places: Iterable[int]) -> set[int]:
        """Some nodes and all that they need."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                waiting += self.nodes[place].inputs
        return found

    def pruned(self) -> Graph:
        """Without nodes that no output needs, and without references; its inputs stay."""
        kept = sorted(self.behind(place for _, place in self.outputs))
        new = {place: at for at, place in enumerate(kept)}
        nodes = tuple(replace(self.nodes[place], inputs=tuple(new[one] for one in self.nodes[place].inputs))
                      for place in kept)
        return replace(self, nodes=nodes, outputs=tuple((name, new[place]) for name, place in self.outputs),
                       references=())

    @property
    def numbers(self) -> tuple[Input, ...]:
        """The inputs that are packed as numbers, in their order."""
        return tuple(one for one in self.inputs if one.what != "text")

    @property
    def texts(self) -> tuple[Input, ...]:
        """The inputs that are packed as text, in their order."""
        return tuple(one for one in self.inputs if one.what == "text")
