"""Python and a graph side by side on some rows, node by node: how far apart they are, and which node is to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from shall import registry
from shall.core.errors import InputError
from shall.graph import onnx, session
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Graph, Node, Reference
from shall.graph.placed import STRANGE, Rows

CHUNK: Final = 8192
CHUNKS: Final = (1, 7, 64)                  # rows at a time that have to give the same bits as all at once
DECISIONS: Final = ("decision", "abstained")
LARGEST: Final = float(np.finfo(np.float32).max)
REFUSALS: Final = (ValueError, TypeError, OverflowError)
Against = Mapping[str, Callable[[Mapping[str, Array]], Array]]


@dataclass
class Compared:
    """One output, or one part that a library fitted: how far apart both are."""

    name: str
    decided: bool                           # whether equal means the same, not nearly
    rows: int = 0
    largest: float = 0.0                    # difference
    beyond: int = 0                         # rows further apart than the tolerance, or decided otherwise
    refused: int = 0                        # rows that the library does not take
    example: Mapping[str, Any] = field(default_factory=dict)    # the first row that differs

    def described(self) -> dict[str, Any]:
        """As plain data."""
        largest = self.largest if np.isfinite(self.largest) else str(self.largest)
        return {"name": self.name, "decided": self.decided, "rows": self.rows, "largest": largest,
                "beyond": self.beyond, "refused": self.refused, "example": dict(self.example)}


class Comparison:
    """The comparison, chunk by chunk."""

    def __init__(self, graph: Graph, content: bytes, against: Against, tolerance: float) -> None:
        self.graph, self.against, self.tolerance, self.differs = graph, against, tolerance, ""
        self.shipped = session.Session(content)
        self.watched = session.Session(onnx.emitted(graph, range(len(graph.nodes))))
        self.outputs = {name: Compared(name, self._decides(name, graph.nodes[place])) for name, place in graph.outputs}
        self.parts = {one.node: Compared(f"{one.label} (node {one.node} of graph.json)", False)
                      for one in graph.references}
        self.references = {one.node: one for one in graph.references}
        self.asked = self._needed([place for name, place in graph.outputs if name not in self.against])

    @staticmethod
    def _decides(name: str, node: Node) -> bool:
        return node.kind.what != "number" or name in DECISIONS

    def compare(self, packed: Mapping[str, Array]) -> None:
        """Everything on some rows."""
        said = self.shipped(dict(packed))
        inside = self._inside(packed)
        python, refused = self._python(packed, inside)
        for reference in self.graph.references:
            self._note(self.parts[reference.node], inside[reference.node], python[reference.node], refused, packed)
        for name, place in self.graph.outputs:
            expected = self._asked(name, packed, refused) if name in self.against else python[place]
            self._note(self.outputs[name], said[name], expected, refused, packed)
        if not self.differs and any(one.beyond for one in (*self.outputs.values(), *self.parts.values())):
            self.differs = self._blamed(packed, inside, python, refused)

    def _inside(self, packed: Mapping[str, Array]) -> list[Array]:
        found = self.watched(dict(packed))
        return [found[f"node {place}"] for place in range(len(self.graph.nodes))]

    def _needed(self, outputs: Sequence[int]) -> set[int]:
        """The nodes that Python is asked for: not those inside of a part that its library says at once."""
        found: set[int] = set()
        waiting = [*outputs, *self.references]
        while waiting:
            place = waiting.pop()
            if place not in found:
                found.add(place)
                known = self.references.get(place)
                waiting += self.graph.nodes[place].inputs if known is None else known.inputs
        return found

    def _python(self, packed: Mapping[str, Array], inside: Sequence[Array]) -> tuple[list[Array], Array]:
        """The value of each node in Python, and the rows bool[n] that some library refuses; of nodes that Python is
        not asked for, and of refused rows, what the graph says."""
        refused = np.zeros(len(next(iter(packed.values()))), dtype=bool)
        found: list[Array] = []
        for place, node in enumerate(self.graph.nodes):
            value = inside[place]
            if place in self.references:
                value, unable = _of_library(self.references[place], found, value)
                refused |= unable
            elif node.op in packed and not node.inputs:
                value = packed[node.op]
            elif place in self.asked:
                value = self._run(node, tuple(found[one] for one in node.inputs))
            found.append(value)
        return found, refused

    def _asked(self, name: str, packed: Mapping[str, Array], refused: Array) -> Array:
        return _in_parts(lambda some: _column(self.against[name](some)), packed, refused)

    @staticmethod
    def _run(node: Node, given: tuple[Array, ...]) -> Array:
        value: Array = registry.find("graph", node.op).run(given, node.settings)
        return value

    def _note(self, compared: Compared, said: Array, expected: Array, refused: Array, packed: Mapping[str, Array]
              ) -> None:
        apart = _apart(said, expected)
        apart[refused] = 0
        limit = 0.0 if compared.decided else self.tolerance
        beyond = apart > limit
        compared.rows += int((~refused).sum())
        compared.refused += int(refused.sum())
        compared.largest = max(compared.largest, float(apart.max(initial=0.0)))
        compared.beyond += int(beyond.sum())
        if beyond.any() and not compared.example:
            row = int(np.flatnonzero(beyond)[0])
            python = np.broadcast_to(expected, said.shape)[row]
            compared.example = {"row": _shown(self.graph, packed, row), "graph": _plain(said[row]),
                                "python": _plain(python)}

    def _blamed(self, packed: Mapping[str, Array], inside: Sequence[Array], python: Sequence[Array], refused: Array
                ) -> str:
        """The first node whose value is not what its inputs make it."""
        for place, node in enumerate(self.graph.nodes):
            if not node.inputs:
                continue
            expected = self._run(node, tuple(inside[one] for one in node.inputs))
            if self._apart(inside[place], expected, refused, node):
                return f"node {place} of graph.json, {node.op}: ONNX Runtime gives something else than numpy{_at(node)}"
        for reference in self.graph.references:
            node = self.graph.nodes[reference.node]
            if self._apart(inside[reference.node], python[reference.node], refused, node):
                return (f"node {reference.node} of graph.json, {node.op}: the nodes for {reference.label} say "
                        f"something else than the library{_at(node)}")
        return "every node is as it was written, but the whole is not what the pipeline says: a step differs"

    def _apart(self, said: Array, expected: Array, refused: Array, node: Node) -> bool:
        apart = _apart(said, expected)[~refused[:len(said)]] if len(said) == len(refused) else _apart(said, expected)
        return bool((apart > (self.tolerance if node.kind.what == "number" else 0)).any())

    def chunked(self, every: Sequence[Rows]) -> bool:
        """Whether a few rows at a time give the same bits as all at once."""
        for rows in every:
            some = {name: value[:CHUNK // 16] for name, value in rows.packed.items()}
            whole = self.shipped(some)
            for size in CHUNKS:
                parts = [self.shipped({name: value[start:start + size] for name, value in some.items()})
                         for start in range(0, len(next(iter(some.values()))), size)]
                if any(not _same_bits(whole[name], np.concatenate([part[name] for part in parts])) for name in whole):
                    return False
        return True


def _of_library(reference: Reference, found: Sequence[Array], ours: Array) -> tuple[Array, Array]:
    """What a library says, and the rows bool[n] that it refuses, for which ours is taken."""
    given = {str(place): found[one] for place, one in enumerate(reference.inputs)}
    refused = np.zeros(len(ours), dtype=bool)
    said = _in_parts(lambda some: reference.call(*some.values()), given, refused)
    if refused.all():
        return ours, refused
    if said.shape != ours.shape:
        raise InputError(f"{reference.label} gives {said.shape[1]} columns, and the graph {ours.shape[1]}")
    return (np.where(refused[:, None], ours, said) if refused.any() else said), refused


@np.errstate(all="ignore")
def _in_parts(ask: Callable[[Mapping[str, Array]], Array], given: Mapping[str, Array], refused: Array) -> Array:
    """All rows at once; where they are refused, without those with a cell that is; else half by half, until the rows
    that are to blame stand alone."""
    try:
        return np.asarray(ask(given))
    except REFUSALS as error:
        odd = _refused_cells(ask, given, len(refused))
        every = np.flatnonzero(~odd)
        if len(every) and (some := _asked(ask, given, every)) is not None:
            refused |= odd
            return _whole(some, every, len(refused))
        found = dict(_by_halves(ask, given, every if len(every) else np.arange(len(refused))))
        refused |= ~np.isin(np.arange(len(refused)), list(found))
        if not found:
            if not np.logical_or.reduce([(kinds > 0).any(axis=1) for kinds in map(_kinds, given.values())]).all():
                raise InputError(f"the Python pipeline does not take these rows: {error}") from error
            return np.full((len(refused), 1), np.nan)
        return _whole(np.stack(list(found.values())), np.array(list(found)), len(refused))


def _refused_cells(ask: Callable[[Mapping[str, Array]], Array], given: Mapping[str, Array], rows: int) -> Array:
    """bool[n]: rows with a cell that is refused in an otherwise usual row: missing, too large, a strange text."""
    kinds = {name: _kinds(value) for name, value in given.items()}
    usual = np.flatnonzero(~np.logical_or.reduce([(one > 0).any(axis=1) for one in kinds.values()]))
    refused = np.zeros(rows, dtype=bool)
    for name, value in given.items() if len(usual) else ():
        for column in range(value.shape[1]):
            for kind in np.setdiff1d(kinds[name][:, column], [0]):
                such = kinds[name][:, column] == kind
                row = {other: array[usual[:1]].copy() for other, array in given.items()}
                row[name][0, column] = value[such.argmax(), column]
                if _asked(ask, row, np.arange(1)) is None:
                    refused |= such
    return refused


def _kinds(value: Array) -> Array:
    """int8[n, width]: 1 a missing cell, 2 a number beyond single precision, 3 a text that nobody writes; else 0."""
    found = np.zeros(value.shape, dtype=np.int8)
    if value.dtype.kind == "f":
        with np.errstate(all="ignore"):
            found[np.abs(value) > LARGEST] = 2
        found[np.isnan(value)] = 1
    elif value.dtype.kind in "OU":
        found[np.isin(value.astype(str), STRANGE)] = 3
        found[value == MISSING] = 1
    return found


def _asked(ask: Callable[[Mapping[str, Array]], Array], given: Mapping[str, Array], keep: Array) -> Array | None:
    """What is said of some rows; None where they are refused."""
    try:
        return np.asarray(ask({name: value[keep] for name, value in given.items()}))
    except REFUSALS:
        return None


def _by_halves(ask: Callable[[Mapping[str, Array]], Array], given: Mapping[str, Array], rows: Array
               ) -> Iterator[tuple[int, Array]]:
    """Each row that is not refused, with what is said of it."""
    waiting = [rows]
    while waiting:
        some = waiting.pop()
        if not len(some):
            continue
        said = _asked(ask, given, some)
        if said is not None:
            yield from zip(some.tolist(), said, strict=True)
        elif len(some) > 1:
            waiting += [some[len(some) // 2:], some[:len(some) // 2]]


def _whole(some: Array, keep: Array, rows: int) -> Array:
    whole = np.zeros((rows, *some.shape[1:]), dtype=some.dtype)
    whole[keep] = some
    return whole


def _apart(said: Array, expected: Array) -> Array:
    """float64[n]: how far apart rows are, of numbers beyond 1 the share; missing equals missing, infinite itself.

    Text and truths: 0 or 1.
    """
    expected = np.broadcast_to(expected, said.shape)
    if said.dtype.kind not in "fiu" or expected.dtype.kind not in "fiu":
        other: Array = (said.astype(str) != expected.astype(str)).any(axis=1).astype(np.float64)
        return other
    with np.errstate(all="ignore"):         # of large numbers the part that differs
        apart = np.abs(said.astype(np.float64) - expected) / np.maximum(np.abs(expected), 1.0)
    same = (said == expected) | (np.isnan(said) & np.isnan(expected))
    most: Array = np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart)).max(axis=1, initial=0.0)
    return most


def _column(said: Array) -> Array:
    array = np.asarray(said)
    return array.reshape(len(array), -1)


def _same_bits(one: Array, other: Array) -> bool:
    return bool((one == other).all()) if one.dtype.kind == "O" else bool(one.tobytes() == other.tobytes())


def _shown(graph: Graph, packed: Mapping[str, Array], row: int) -> dict[str, Any]:
    """A row as a person would write it."""
    found: dict[str, Any] = {}
    for name, inputs in (("numbers", graph.numbers), ("texts", graph.texts)):
        for place, one in enumerate(inputs):
            found[one.name] = packed[name][row, place]
    return {name: _plain(np.array([value]))[0] for name, value in found.items()}


def _plain(values: Array) -> list[Any]:
    """As JSON can have them: what is no finite number as text."""
    return [str(value) if isinstance(value, float) and not np.isfinite(value) else value for value in values.tolist()]


def _at(node: Node) -> str:
    return f", made at {node.place}" if node.place else ""
