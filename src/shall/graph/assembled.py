"""From values to a graph: every value that an output needs, once, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from shall.core.errors import FileError
from shall.graph import checking
from shall.graph.kinds import Kind
from shall.graph.node import Graph, Input, Node, Reference
from shall.graph.value import Value


def assembled(inputs: Sequence[Input], outputs: Mapping[str, Value], about: Mapping[str, Any]) -> Graph:
    """The graph behind some outputs. FileError with every problem at once, each with its line and what to do.

    Columns are found by their names, whichever `inputs` a value was made of.
    """
    needed = sorted(behind(outputs.values()), key=lambda value: value.number)
    if problems := checking.problems(inputs, outputs, needed):
        raise FileError(problems)
    nodes = list(_roots(inputs, needed))
    roots = {node.op: place for place, node in enumerate(nodes)}
    order = {one.name: place for what in (True, False) for place, one in enumerate(
        one for one in inputs if (one.what == "text") is what)}
    places: dict[int, int] = {}
    known: dict[Any, int] = {}
    whole = checking.whole(needed, outputs.values())
    for value in needed:
        if value.op in roots and value not in whole:
            continue
        node = _node(value, places, roots, order)
        place = known.setdefault((*same(node), node.names), len(nodes))
        if place == len(nodes):
            nodes.append(node)
        places[id(value)] = place
    return Graph(tuple(inputs), tuple(nodes), tuple((name, places[id(value)]) for name, value in outputs.items()),
                 about, tuple(_references(needed, places)))


def _roots(inputs: Sequence[Input], needed: Sequence[Value]) -> Iterator[Node]:
    """The packed inputs that something needs, as wide as the inputs are."""
    for op, what in checking.PACKED.items():
        width = sum((one.what == "text") is (what == "text") for one in inputs)
        if any(value.op == op for value in needed):
            yield Node(op, (), {"width": width}, Kind(what, width))


def _node(value: Value, places: Mapping[int, int], roots: Mapping[str, int], order: Mapping[str, int]) -> Node:
    """A value as a node; what picks columns of packed inputs picks them where they are in this graph."""
    if (asked := checking.columns(value)) is None:
        return Node(value.op, tuple(places[id(one)] for one in value.inputs), value.settings, value.kind, value.names,
                    value.place)
    root = roots[value.op if value.op in roots else value.inputs[0].op]
    settings = {**value.settings, "columns": tuple(order[one.name] for one in asked)}
    settings.pop("width", None)
    return Node("pick", (root,), settings, value.kind, value.names, value.place)


def behind(outputs: Any) -> list[Value]:
    """Every value that some need, once."""
    found: dict[int, Value] = {}
    waiting = list(outputs)
    while waiting:
        value = waiting.pop()
        if id(value) not in found:
            found[id(value)] = value
            waiting += [*value.inputs, *(value.reference[1] if value.reference else ())]
    return list(found.values())


def _references(needed: Sequence[Value], places: Mapping[int, int]) -> Iterator[Reference]:
    for value in needed:
        if value.reference:
            label, inputs, call = value.reference
            yield Reference(places[id(value)], tuple(places[id(one)] for one in inputs), call, label)


def same(node: Node) -> tuple[Any, ...]:
    """Equal for nodes that do the same."""
    return node.op, node.inputs, _plain(node.settings)


def _plain(setting: Any) -> Any:
    if isinstance(setting, np.ndarray):
        return setting.dtype.str, setting.shape, setting.tobytes()
    if isinstance(setting, Mapping):
        return tuple(sorted((key, _plain(value)) for key, value in setting.items()))
    if isinstance(setting, list | tuple):
        return tuple(_plain(one) for one in setting)
    return type(setting).__name__, setting


