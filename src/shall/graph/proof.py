"""The proof of equality: Python and the graph on real rows and on rows placed on every edge.

Every decision is the same, every score within a tolerance; else the node that differs is named. Python is the library
that fitted a part where there is one, and numpy for the rest; the graph is the very bytes that ship.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shall.core.errors import InputError
from shall.graph import onnx, session
from shall.graph.comparing import CHUNK, Against, Compared, Comparison
from shall.graph.kinds import Array
from shall.graph.node import Graph, Node
from shall.graph.placed import Rows, placed

TOLERANCE: Final = 1e-6
LEAST: Final = 10_000


@dataclass(frozen=True)
class Proof:
    """What was compared on how many rows; ``differs``: the node that is to blame, where something differs."""

    rows: Mapping[str, int]                 # by what they were made for
    outputs: tuple[Compared, ...]
    parts: tuple[Compared, ...]
    chunked: bool                           # whether any number of rows at a time gives the same bits
    differs: str
    tolerance: float
    digests: Mapping[str, str]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return self.chunked and not any(one.beyond for one in (*self.outputs, *self.parts))

    @property
    def compared(self) -> int:
        """All rows."""
        return sum(self.rows.values())

    def described(self) -> dict[str, Any]:
        """As plain data: the evidence in a bundle."""
        return {"shall_proof": 1, "holds": self.holds, "rows": dict(self.rows), "tolerance": self.tolerance,
                "outputs": [one.described() for one in self.outputs], "parts": [one.described() for one in self.parts],
                "same_bits_in_any_chunk": self.chunked, "differs": self.differs, "digests": dict(self.digests)}


def proved(graph: Graph, content: bytes, real: Mapping[str, Array], against: Against | None = None, *,
           tolerance: float = TOLERANCE, least: int = LEAST, seed: int = 0,
           tell: Callable[[str, int], None] | None = None) -> Proof:
    """Hold the bytes of a model against Python.

    Args:
        graph: with its references, as `compile` gave it; without them every operation is held against numpy.
        content: the ONNX bytes that ship.
        real: packed rows, `numbers` float64[n, k] and `texts` object[n, m]; also those of training.
        against: by output: the whole Python pipeline, which is given the packed rows.
        tolerance: of numbers, and of their share beyond 1; decisions, text and truths are the same or they differ.
        least: how many rows are compared at least.
        seed: of the choice of rows.
        tell: is told of progress.

    Raises InputError where there is no row.
    """
    count = max((len(value) for value in real.values()), default=0)
    if not count:
        raise InputError("a proof needs rows: at least some real ones that the graph will see")
    every = [Rows("real", real), *placed(graph, real, seed, max(least - count, 0))]
    work = Comparison(graph, content, against or {}, tolerance)
    for rows in every:
        for start in range(0, len(rows), CHUNK):
            part = {name: value[start:start + CHUNK] for name, value in rows.packed.items()}
            work.compare(part)
            if tell is not None:
                tell(f"proving on {rows.kind} rows", len(next(iter(part.values()))))
    return Proof({rows.kind: len(rows) for rows in every}, tuple(work.outputs.values()), tuple(work.parts.values()),
                 work.chunked(every), work.differs, tolerance,
                 {"graph.onnx": hashlib.sha256(content).hexdigest()})


class Watched:
    """A graph that tells what each of its nodes says, in the engine: to look at one decision."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._session = session.Session(onnx.emitted(graph, range(len(graph.nodes))))

    def __call__(self, packed: Mapping[str, Array]) -> list[Array]:
        """The value [n, width] of each node for some rows, in their order."""
        found = self._session(dict(packed))
        return [found[f"node {place}"] for place in range(len(self.graph.nodes))]


def watch(graph: Graph, packed: Mapping[str, Array]) -> Iterator[tuple[Node, Array]]:
    """The value of each node for some rows, in the engine."""
    yield from zip(graph.nodes, Watched(graph)(packed), strict=True)
