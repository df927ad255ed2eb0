"""An operation in ONNX Runtime against what it means in numpy, on odd rows, in any chunks, and through JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from shall import registry
from shall.graph import onnx, written
from shall.graph.kinds import MISSING, Array, Kind
from shall.graph.node import Graph, Input, Node
from shall.graph.session import Session

ODD = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, -5e-324, 1e-310, 0.5, -0.5, 1.5, 2.5, -1.5, 1.0, -1.0, 1e-9,
                -1e-17, 0.1, 2.0**53, 1e308, -1e308, 709.9, -745.2, 40.0, -40.0, 3.0, 2.0])
RANDOM = np.random.default_rng(0)
CHUNKS = (1, 2, 3, 7, 64, 999)


def odd(width: int, rows: int = 1000) -> Array:
    """Numbers [rows, width]: odd ones in every column, and ordinary ones of many sizes."""
    found = RANDOM.normal(size=(rows, width)) * np.exp(RANDOM.normal(size=(rows, width)) * 4)
    places = RANDOM.random((rows, width)) < 0.3
    found[places] = RANDOM.choice(ODD, size=places.sum())
    return found


def texts(categories: list[str], width: int = 1, rows: int = 1000) -> Array:
    """Texts [rows, width]: categories, a missing one, and some that are none."""
    return RANDOM.choice([*categories, MISSING, "unseen", "", "nan"], size=(rows, width)).astype(object)


def graph_of(op: str, settings: dict[str, Any], values: list[Array]) -> Graph:
    """A graph of one operation on some values."""
    nodes, inputs, places = [], [], []
    for what in ("number", "text"):
        own = [value for value in values if (value.dtype.kind in "UO") == (what == "text")]
        width = sum(value.shape[1] for value in own)
        if own:
            nodes.append(Node(f"{what}s", (), {"width": width}, Kind(what, width)))
            inputs += [Input(f"{what}{place}", what) for place in range(width)]
    column = {"number": 0, "text": 0}
    for value in values:
        what = "text" if value.dtype.kind in "UO" else "number"
        columns = tuple(range(column[what], column[what] + value.shape[1]))
        column[what] += value.shape[1]
        packed = next(place for place, node in enumerate(nodes) if node.op == f"{what}s")
        nodes.append(Node("pick", (packed,), {"columns": columns}, Kind(what, len(columns))))
        if value.dtype == np.bool_:
            nodes.append(Node("constant", (), {"value": np.zeros(1)}, Kind("number")))
            nodes.append(Node("compare", (len(nodes) - 2, len(nodes) - 1), {"function": "greater"},
                              Kind("truth", len(columns))))
        places.append(len(nodes) - 1)
    kinds = tuple(nodes[place].kind for place in places)
    nodes.append(Node(op, tuple(places), settings, registry.find("graph", op).kind(kinds, settings)))
    return Graph(tuple(inputs), tuple(nodes), (("found", len(nodes) - 1),))


def agree(op: str, settings: dict[str, Any], *values: Array, ulps: float = 0) -> Array:
    """What ONNX Runtime says; the same as numpy says, within ``ulps`` units in the last place, and in any chunks."""
    graph = graph_of(op, settings, list(values))
    content = onnx.emitted(graph)
    back = written.read(written.written(graph))
    assert onnx.emitted(back) == content
    session = Session(content)
    packed = {}
    for name, kinds in (("numbers", "fb"), ("texts", "UO")):
        if own := [value for value in values if value.dtype.kind in kinds]:
            packed[name] = np.column_stack(own).astype(object if name == "texts" else np.float64)
    rows = len(values[0])
    said = session(packed)["found"]
    meant = np.broadcast_to(registry.find("graph", op).run(tuple(values), back.nodes[-1].settings), said.shape)
    same(said, meant, ulps)
    for size in CHUNKS:
        parts = [session({name: value[start:start + size] for name, value in packed.items()})["found"]
                 for start in range(0, rows if size > 2 else min(rows, 200), size)]
        chunked = np.concatenate(parts)
        same(chunked, said[:len(chunked)])
    nothing = session({name: value[:0] for name, value in packed.items()})["found"]
    assert nothing.shape == (0, graph.nodes[-1].kind.width)
    return said


def same(said: Array, meant: Array, ulps: float = 0) -> None:
    """Equal to the last bit but for the sign of zero, or within some units in the last place."""
    assert said.shape == meant.shape
    if said.dtype.kind != "f":
        assert said.tolist() == meant.tolist()
        return
    assert said.dtype == meant.dtype
    with np.errstate(all="ignore"):
        near = np.abs(said - meant) <= ulps * np.spacing(np.abs(meant)) + (1e-307 if ulps else 0)
        agreed = near | (said == meant) | (np.isnan(said) & np.isnan(meant))
    assert agreed.all(), [(float(a), float(b)) for a, b in zip(said[~agreed][:5], meant[~agreed][:5], strict=True)]
