"""A graph with fewer nodes that says the same bits: columns are moved once, and what nobody needs is left out.

Picks of picks and of stacks go to their source, neighbours of one source in a stack become one pick, and a pick goes
in front of what works on each column alone. No number is computed in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from shall import registry
from shall.graph.assembled import same
from shall.graph.node import Graph, Node
from shall.graph.together import side_by_side

ALONE: Final = frozenset({"cast", "is_missing", "single"})     # on each column, whatever the others are


class _Simpler:
    """The nodes of the new graph, each once."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._known: dict[Any, int] = {}

    def put(self, op: str, inputs: Sequence[int], settings: Any, names: tuple[str, ...] = (), place: str = "") -> int:
        """The place of a node."""
        kinds = tuple(self.nodes[one].kind for one in inputs)
        node = Node(op, tuple(inputs), settings, registry.find("graph", op).kind(kinds, settings), names, place)
        found = self._known.setdefault(same(node), len(self.nodes))
        if found == len(self.nodes):
            self.nodes.append(node)
        return found

    def pick(self, given: int, columns: Sequence[int]) -> int:
        """Some columns of a node, taken as near to their source as can be."""
        node = self.nodes[given]
        if node.op == "pick":
            return self.pick(node.inputs[0], [node.settings["columns"][one] for one in columns])
        if node.op == "stack":
            return self.stack(self._parts(node, columns))
        if list(columns) == list(range(node.kind.width)):
            return given
        if node.op == "link_single" and node.settings["function"] == "two" and list(columns) == [1]:
            return self.put("link_single", node.inputs, {"function": "sigmoid"})
        if node.op in ALONE and self.nodes[node.inputs[0]].kind.width == node.kind.width:
            return self.put(node.op, [self.pick(node.inputs[0], columns)], node.settings)
        return self.put("pick", [given], {"columns": tuple(columns)})

    def _parts(self, node: Node, columns: Sequence[int]) -> list[int]:
        """Each column of a stack from the part that it comes from."""
        ends = [(part, place) for part in node.inputs for place in range(self.nodes[part].kind.width)]
        return [self.pick(part, [place]) for part, place in (ends[column] for column in columns)]

    def stack(self, parts: Sequence[int]) -> int:
        """Some nodes beside each other; neighbours of one source are picked together."""
        flat = [inner for part in parts for inner in
                (self.nodes[part].inputs if self.nodes[part].op == "stack" else (part,))]
        runs: list[tuple[int, list[int]]] = []
        for part in flat:
            source, columns = self._source(part)
            if runs and runs[-1][0] == source:
                runs[-1][1].extend(columns)
            else:
                runs.append((source, columns))
        made = [self.pick(source, columns) for source, columns in runs]
        return made[0] if len(made) == 1 else self.put("stack", made, {})

    def _source(self, place: int) -> tuple[int, list[int]]:
        node = self.nodes[place]
        if node.op == "pick":
            return node.inputs[0], list(node.settings["columns"])
        return place, list(range(node.kind.width))


def simplified(graph: Graph) -> Graph:
    """The same outputs of the same inputs; without what Python is asked for."""
    made = _Simpler()
    places: list[int] = []
    for node in graph.nodes:
        inputs = [places[one] for one in node.inputs]
        if node.op == "pick":
            places.append(made.pick(inputs[0], node.settings["columns"]))
        elif node.op == "stack":
            places.append(made.stack(inputs))
        else:
            places.append(made.put(node.op, inputs, node.settings, node.names, node.place))
    outputs = tuple((name, places[one]) for name, one in graph.outputs)
    return side_by_side(Graph(graph.inputs, tuple(made.nodes), outputs, graph.about).pruned())
