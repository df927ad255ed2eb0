"""A graph as one ONNX model: two packed inputs, `numbers` double [rows, n] and `texts` string [rows, m].

Two packed inputs cost half of what one input a column does.
"""

from __future__ import annotations

from collections.abc import Sequence

from shall import registry
from shall.graph.emitter import Emitter
from shall.graph.node import Graph
from shall.graph.simplified import simplified


def emitted(graph: Graph, watched: Sequence[int] = ()) -> bytes:
    """The bytes of the model; the same for the same graph.

    ``watched``: nodes that become outputs `node PLACE` too; then every node is there, as it was written.
    """
    graph = graph if watched else simplified(graph)
    to = Emitter()
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
                    {"shall_graph": "1"})
