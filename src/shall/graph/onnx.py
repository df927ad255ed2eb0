"""A graph as one ONNX model: two packed inputs, `numbers` double [rows, n] and `texts` string [rows, m].

Two packed inputs cost half of what one input a column does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shall import registry
from shall.graph.asked import most_asked
from shall.graph.emitter import Emitter
from shall.graph.node import Graph
from shall.graph.session import ASKED
from shall.graph.simplified import simplified

LARGEST: Final = 2**18                      # words by columns: tables of more are not shared


def emitted(graph: Graph, watched: Sequence[int] = ()) -> bytes:
    """The bytes of the model; the same for the same graph.

    ``watched``: nodes that become outputs `node PLACE` too; then every node is there, as it was written.
    """
    graph = graph if watched else simplified(graph)
    to = Emitter()
    to.words, to.wide["texts"] = _words(graph), len(graph.texts)
    tensors: list[str] = []
    for node in graph.nodes:
        given = tuple(tensors[place] for place in node.inputs)
        kinds = tuple(graph.nodes[place].kind for place in node.inputs)
        tensors.append(registry.find("graph", node.op).emit(to, given, node.settings, kinds))
    outputs = [(name, graph.nodes[place].kind, tensors[place]) for name, place in graph.outputs]
    outputs += [(f"node {place}", graph.nodes[place].kind, tensors[place]) for place in watched]
    for name, _, tensor in outputs:
        to.name(tensor, name)
    packed = [("numbers", "number", len(graph.numbers)), ("texts", "text", len(graph.texts))]
    return to.model([one for one in packed if one[2]], [(name, kind.what, kind.width) for name, kind, _ in outputs],
                    {"shall_graph": "1", **({} if watched else _asked(graph))})


def _asked(graph: Graph) -> dict[str, str]:
    """For the session: it puts rows of a large batch in order by these columns."""
    columns = most_asked(graph)
    return {ASKED: " ".join(map(str, columns))} if columns else {}


def _words(graph: Graph) -> dict[str, int]:
    """A number for each text that some node looks texts of a row up in; none where few columns are looked up."""
    words: set[str] = set()
    columns = 0
    for node in graph.nodes:
        looked_up = getattr(registry.find("graph", node.op), "words", None)
        if looked_up is not None and (width := _picked(graph, node.inputs[0])):
            words.update(looked_up(node.settings))
            columns += width
    width = len(graph.texts)
    return {word: number for number, word in enumerate(sorted(words), 1)} if (
        columns >= width and width * len(words) <= LARGEST) else {}


def _picked(graph: Graph, place: int) -> int:
    """How many columns of the texts of a row a node is; 0 where it is something else."""
    node = graph.nodes[place]
    root = graph.nodes[node.inputs[0]] if node.op == "pick" else node
    return node.kind.width if root.op == "texts" else 0
