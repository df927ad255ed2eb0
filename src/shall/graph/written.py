"""A graph as JSON and back: the same graph, to the last bit. Arrays are base64 of their little-endian bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from shall import registry
from shall.core.errors import DataError
from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Graph, Input, Node

VERSION: Final = 1
DTYPES: Final = ("<f8", "<f4", "<i8", "<i4", "|i1", "|u1", "|b1")


def written(graph: Graph) -> bytes:
    """The graph as JSON; the same bytes for the same graph."""
    plain = {
        "shall_graph": VERSION, "about": dict(graph.about),
        "inputs": [{"name": one.name, "what": one.what, "values": one.values} for one in graph.inputs],
        "nodes": [{"op": node.op, "inputs": node.inputs, "names": node.names, "settings": _plain(node.settings)}
                  for node in graph.nodes],
        "outputs": graph.outputs}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read(content: bytes) -> Graph:
    """The graph of some JSON. DataError where it is none, or holds what no graph can."""
    try:
        told = json.loads(content)
        if told["shall_graph"] != VERSION:
            raise DataError(f"the graph has version {told['shall_graph']}, and this shall reads version {VERSION}")
        inputs = tuple(Input(one["name"], one["what"], None if one["values"] is None else tuple(one["values"]))
                       for one in told["inputs"])
        nodes: list[Node] = []
        for one in told["nodes"]:
            places = tuple(int(place) for place in one["inputs"])
            if any(not 0 <= place < len(nodes) for place in places):
                raise DataError(f"node {len(nodes)} of the graph takes a node that is not before it")
            settings = _array(one["settings"])
            kind = _kind(one["op"], tuple(nodes[place].kind for place in places), settings)
            nodes.append(Node(one["op"], places, settings, kind, tuple(one["names"])))
        outputs = tuple((name, int(place)) for name, place in told["outputs"])
        if any(not 0 <= place < len(nodes) for _, place in outputs):
            raise DataError("an output of the graph is a node that it does not have")
        return Graph(inputs, tuple(nodes), outputs, told["about"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, Fault) as error:
        raise DataError(f"this is no graph, or a damaged one: {error}") from error


def _kind(op: str, kinds: tuple[Kind, ...], settings: Mapping[str, Any]) -> Kind:
    if op not in registry.within("graph", "ops") and op not in registry.plugged_in("graph"):
        raise DataError(f"the graph has an operation {op!r}, which this shall does not know")
    kind: Kind = registry.find("graph", op).kind(kinds, settings)
    return kind


def _plain(setting: Any) -> Any:
    if isinstance(setting, np.ndarray):
        if setting.dtype.kind == "U":
            return {"text": setting.tolist()}
        array = np.ascontiguousarray(setting.astype(setting.dtype.newbyteorder("<")))
        return {"dtype": array.dtype.str, "shape": setting.shape, "base64": base64.b64encode(array.tobytes()).decode()}
    if isinstance(setting, Mapping):
        return {"map": {key: _plain(value) for key, value in setting.items()}}
    if isinstance(setting, list | tuple):
        return [_plain(one) for one in setting]
    if isinstance(setting, float) and not np.isfinite(setting):
        return _plain(np.array(setting))
    return setting.item() if isinstance(setting, np.generic) else setting


def _array(told: Any) -> Any:
    if isinstance(told, list):
        return tuple(_array(one) for one in told)
    if not isinstance(told, dict):
        return told
    if "base64" in told:
        return _numbers(told)
    if "text" in told:
        return np.array(told["text"], dtype=np.str_)
    if "map" in told:
        return {key: _array(value) for key, value in told["map"].items()}
    return {key: _array(value) for key, value in told.items()}


def _numbers(told: Mapping[str, Any]) -> Array:
    if told["dtype"] not in DTYPES:
        raise DataError(f"the graph has an array of {told['dtype']!r}, which is not one of {', '.join(DTYPES)}")
    content = base64.b64decode(told["base64"], validate=True)
    array = np.frombuffer(content, dtype=told["dtype"]).reshape(told["shape"])
    return array[()] if array.ndim else array.item()
