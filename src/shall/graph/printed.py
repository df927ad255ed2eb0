"""A graph as text: what goes in, one line a step, what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from shall.graph.kinds import MISSING
from shall.graph.node import Graph, Node

WIDE: Final = 120
SHOWN: Final = 4                            # of a list


def printed(graph: Graph) -> str:
    """The whole graph; lines of at most 120 characters."""
    return "\n".join(line if len(line) <= WIDE else line[:WIDE - 1] + "…" for line in _lines(graph))


def _lines(graph: Graph) -> Iterator[str]:
    yield f"{len(graph.inputs)} inputs, {len(graph.nodes)} steps, {len(graph.outputs)} outputs"
    for one in graph.inputs:
        yield f"  {one.name}: {one.what}" + (f" ({_list(one.values)})" if one.values else "")
    whats = [str(node.kind) for node in graph.nodes]
    width, digits = max(map(len, whats), default=0), len(str(len(whats))) + 1
    for place, node in enumerate(graph.nodes):
        if not _plain(node):
            yield f"%{place:<{digits}} {whats[place]:<{width}}  {_step(graph, node)}"
    for name, place in graph.outputs:
        yield f"{name} = %{place}: {graph.nodes[place].kind}"


def _plain(node: Node) -> bool:
    """Whether it is a constant that is said where it is used."""
    return node.op == "constant" and node.settings["value"].size <= SHOWN


def _step(graph: Graph, node: Node) -> str:
    """The operation as it would be called; then the names of its columns."""
    settings = dict(node.settings)
    name = settings.pop("function", node.op)
    given = [_value(graph.nodes[place], place) for place in node.inputs]
    said = ", ".join([*given, *(f"{key}={_said(one)}" for key, one in settings.items())])
    named = f"  [{_list(node.names)}]" if node.names else ""
    return f"{name}({said}){named}"


def _value(node: Node, place: int) -> str:
    value = node.settings["value"].tolist() if _plain(node) else None
    return f"%{place}" if value is None else _said(value[0] if len(value) == 1 else value)


def _said(setting: Any) -> str:
    if isinstance(setting, np.ndarray) and setting.size > SHOWN:
        return f"{setting.dtype}{list(setting.shape)}"
    if isinstance(setting, np.ndarray):
        return _said(setting.tolist())
    if isinstance(setting, Mapping):
        return f"{{{len(setting)}}}"
    if isinstance(setting, list | tuple):
        return f"[{_list(setting)}]"
    if isinstance(setting, float) and setting.is_integer() and abs(setting) < 2**53:
        return str(int(setting))
    return "missing" if setting == MISSING else repr(setting)


def _list(values: Any) -> str:
    shown = [value if isinstance(value, str) and value != MISSING else _said(value) for value in values[:SHOWN]]
    return ", ".join(shown) + (f", … {len(values)}" if len(values) > SHOWN else "")
