"""Rows placed where a graph can go wrong: on every threshold, tie and knot, a last bit beside them, at the edge of
single precision, on every category, missing, infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from shall import registry
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Graph

STRANGE: Final = ("a value that nobody saw", "", " ", "None", "nan")
ODD: Final = (0.0, -0.0, 5e-324, 1e-35, -1e-35, 1e-6, 1.0, -1.0, 2.0**24 + 1, 1e300, -1e300)
INFINITE: Final = (np.inf, -np.inf)
Numbers = Callable[[Array], Array]


class Rows(NamedTuple):
    """``kind``: what a row was made for; ``packed``: `numbers` float64[n, k] and `texts` object[n, m]."""

    kind: str
    packed: Mapping[str, Array]

    def __len__(self) -> int:
        return max((len(value) for value in self.packed.values()), default=0)


def placed(graph: Graph, real: Mapping[str, Array], seed: int = 0, least: int = 10_000) -> Iterator[Rows]:
    """Real rows with one column moved to an edge, one row for each edge; with several moved, until ``least`` are made.

    Infinite values come last and apart: many libraries refuse them.
    """
    random = np.random.default_rng(seed)
    edges = _edges(graph, real)
    count = max((len(value) for value in real.values()), default=0)
    one = [(what, column, value) for (what, column), values in edges.items() for value in values]
    if not one or not count:
        return
    yield Rows("edges", _moved(real, random.integers(count, size=len(one)), [[move] for move in one]))
    missing = max(least - len(one), 1000)
    several = [[one[place] for place in random.integers(len(one), size=random.integers(2, 6))]
               for _ in range(missing)]
    yield Rows("several edges", _moved(real, random.integers(count, size=missing), several))
    infinite = [[("numbers", column, value)] for (what, column) in edges if what == "numbers" for value in INFINITE]
    if infinite:
        yield Rows("infinite", _moved(real, random.integers(count, size=len(infinite)), infinite))


def _moved(real: Mapping[str, Array], rows: Array, moves: Sequence[Sequence[tuple[str, int, object]]]
           ) -> dict[str, Array]:
    found = {name: value[rows].copy() for name, value in real.items()}
    for row, several in enumerate(moves):
        for what, column, value in several:
            found[what][row, column] = value
    return found


def _edges(graph: Graph, real: Mapping[str, Array]) -> dict[tuple[str, int], list[object]]:
    """By packed column: the values to be tried."""
    jumps = _jumps(graph)
    found: dict[tuple[str, int], list[object]] = {}
    for column in range(len(graph.numbers)):
        known = np.unique(np.concatenate([jumps.get(column, np.zeros(0)), *_ends(real["numbers"][:, column])]))
        found["numbers", column] = [*_beside(known), *ODD, np.nan]
    for column, one in enumerate(graph.texts):
        seen = one.values if one.values is not None else tuple(dict.fromkeys(real["texts"][:, column].tolist()))[:1000]
        found["texts", column] = list(dict.fromkeys([*seen, MISSING, *STRANGE]))
    return found


def _ends(column: Array) -> tuple[Array, ...]:
    finite = column[np.isfinite(column)]
    return (np.array([finite.min(), finite.max()]),) if len(finite) else ()


def _beside(values: Array) -> list[float]:
    """Each value, its neighbours in double and those in single precision."""
    with np.errstate(all="ignore"):
        single = values.astype(np.float32)
        near = [values, np.nextafter(values, -np.inf), np.nextafter(values, np.inf), single,
                np.nextafter(single, np.float32(-np.inf)), np.nextafter(single, np.float32(np.inf))]
        every = np.unique(np.concatenate([one.astype(np.float64) for one in near]))
    return [float(value) for value in every if np.isfinite(value)]


def _jumps(graph: Graph) -> dict[int, Array]:
    """By column of the packed numbers: where something jumps or bends, as far as it can be traced back."""
    found: dict[int, list[Array]] = {}
    for node in graph.nodes:
        ask = getattr(registry.find("graph", node.op), "jumps", None)
        if ask is None or not node.inputs:
            continue
        for column, values in ask(node.settings, graph.nodes[node.inputs[0]].kind.width).items():
            for packed, back in _sources(graph, node.inputs[0], column):
                with np.errstate(all="ignore"):
                    found.setdefault(packed, []).append(np.asarray(back(np.asarray(values, dtype=np.float64))))
    for packed, values in _compared(graph):
        found.setdefault(packed, []).append(values)
    return {packed: np.concatenate([one[np.isfinite(one)] for one in several]) for packed, several in found.items()}


def _compared(graph: Graph) -> Iterator[tuple[int, Array]]:
    """Numbers that a column is compared with."""
    for node in graph.nodes:
        if node.op != "compare":
            continue
        left, right = node.inputs
        for value, other in ((left, right), (right, left)):
            if graph.nodes[other].op != "constant":
                continue
            limits = np.asarray(graph.nodes[other].settings["value"], dtype=np.float64)
            for column in range(graph.nodes[value].kind.width):
                for packed, back in _sources(graph, value, column):
                    yield packed, back(limits if len(limits) == 1 else limits[column:column + 1])


def _sources(graph: Graph, place: int, column: int) -> list[tuple[int, Numbers]]:
    """The packed columns that a column of a node is an invertible function of, each with the inverse."""
    node = graph.nodes[place]
    column = min(column, node.kind.width - 1)       # one column counts for all
    if node.op == "numbers":
        return [(column, lambda values: values)]
    if node.op in ("pick", "stack"):
        return _sources(graph, *_through(graph, place, column))
    if node.op == "arithmetic":
        return _undone(graph, place, column)
    if node.op == "where":                  # one or the other, as it was
        return [source for given in node.inputs[1:]
                for source in _sources(graph, given, column if graph.nodes[given].kind.width > 1 else 0)]
    if (ask := getattr(registry.find("graph", node.op), "back", None)) is None:
        return []
    return [(packed, _after(outer, inner)) for given, of_it, inner in ask(node.settings, column)
            for packed, outer in _sources(graph, node.inputs[given], of_it)]


def _through(graph: Graph, place: int, column: int) -> tuple[int, int]:
    """Where a column that is only moved comes from."""
    node = graph.nodes[place]
    if node.op == "pick":
        return node.inputs[0], int(node.settings["columns"][column])
    for given in node.inputs:
        width = graph.nodes[given].kind.width
        if column < width:
            return given, column
        column -= width
    raise AssertionError("a stack is as wide as its parts")


def _undone(graph: Graph, place: int, column: int) -> list[tuple[int, Numbers]]:
    """Back through arithmetic with a constant."""
    node = graph.nodes[place]
    left, right = node.inputs
    turned = graph.nodes[left].op == "constant"
    other, given = (left, right) if turned else (right, left)
    undo = UNDONE.get((node.settings["function"], turned))
    if graph.nodes[other].op != "constant" or undo is None:
        return []
    constants = np.asarray(graph.nodes[other].settings["value"], dtype=np.float64)
    constant = float(constants[column if len(constants) > 1 else 0])
    of_it = column if graph.nodes[given].kind.width > 1 else 0
    return [(packed, _after(outer, lambda values: undo(values, constant)))
            for packed, outer in _sources(graph, given, of_it)]


def _after(outer: Numbers, inner: Numbers) -> Numbers:
    return lambda values: outer(inner(values))


UNDONE: Final[Mapping[tuple[str, bool], Callable[[Array, float], Array]]] = {
    ("add", False): lambda values, c: values - c, ("add", True): lambda values, c: values - c,
    ("subtract", False): lambda values, c: values + c, ("subtract", True): lambda values, c: c - values,
    ("multiply", False): lambda values, c: values / c, ("multiply", True): lambda values, c: values / c,
    ("divide", False): lambda values, c: values * c, ("divide", True): lambda values, c: c / values,
    ("minimum", False): lambda values, c: values, ("minimum", True): lambda values, c: values,
    ("maximum", False): lambda values, c: values, ("maximum", True): lambda values, c: values,
}
