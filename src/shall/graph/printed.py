"""A graph as text: what goes in, one line a step, what comes out. The steps are those that ship, counted anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from shall.graph.kinds import MISSING
from shall.graph.node import Graph, Node
from shall.graph.simplified import simplified

WIDE: Final = 120
SHOWN: Final = 4                            # of a list
LETTERS: Final = 24                         # of a text


def printed(graph: Graph) -> str:
    """The whole graph; lines of at most 120 characters."""
    return "\n".join(line if len(line) <= WIDE else line[:WIDE - 1] + "…" for line in _lines(simplified(graph)))


def _lines(graph: Graph) -> Iterator[str]:
    shown = [place for place, node in enumerate(graph.nodes) if not _plain(node)]
    names = {place: f"%{number}" for number, place in enumerate(shown)}
    yield f"{len(graph.inputs)} inputs, {len(shown)} steps, {len(graph.outputs)} outputs"
    for one in graph.inputs:
        yield f"  {one.name}: {one.what}" + (f" ({_list(one.values)})" if one.values else "")
    whats = {place: str(graph.nodes[place].kind) for place in shown}
    width, digits = max(map(len, whats.values()), default=0), len(str(len(shown)))
    for place in shown:
        head = f"{names[place]:<{digits + 1}} {whats[place]:<{width}}  "
        node = graph.nodes[place]
        given = [names.get(one) or _value(graph.nodes[one]) for one in node.inputs]
        yield head + _step(node, (given, _named(graph, node)), WIDE - len(head))
    for name, place in graph.outputs:
        yield f"{name} = {names.get(place) or _value(graph.nodes[place])}: {graph.nodes[place].kind}"


def _plain(node: Node) -> bool:
    """Whether it is a constant that is said where it is used."""
    return node.op == "constant" and node.settings["value"].size <= SHOWN


def _step(node: Node, told: tuple[list[str], Sequence[str]], wide: int) -> str:
    """The operation as it would be called, with the settings that there is room for; then the names of its columns."""
    (given, names), settings = told, dict(node.settings)
    name = settings.pop("function", node.op)
    said = [*given, *(f"{key}={_said(one)}" for key, one in settings.items())]
    named = f"  [{_list(names)}]" if names else ""
    shorter = [f"{name}({', '.join([*said[:count], '…'])})" for count in range(len(said) - 1, -1, -1)]
    calls = (call + behind for behind in (named, "") for call in (f"{name}({', '.join(said)})", *shorter))
    return next((call for call in calls if len(call) <= wide), f"{name}(…)")


def _named(graph: Graph, node: Node) -> Sequence[str]:
    """The names of its columns; of what comes from outside, those of the inputs."""
    packed = {"numbers": graph.numbers, "texts": graph.texts}
    if node.op in packed:
        return [one.name for one in packed[node.op]]
    if node.op == "pick" and (given := packed.get(graph.nodes[node.inputs[0]].op)):
        return [given[column].name for column in node.settings["columns"]]
    return node.names


def _value(node: Node) -> str:
    value = node.settings["value"].tolist()
    return _said(value[0] if len(value) == 1 else value)


def _said(setting: Any) -> str:
    if isinstance(setting, np.ndarray) and setting.size > SHOWN:
        return f"{setting.dtype}{list(setting.shape)}"
    if isinstance(setting, np.ndarray):
        return _said(setting.tolist())
    if isinstance(setting, Mapping):
        return f"{{{len(setting)}}}"
    if isinstance(setting, list | tuple):
        return f"[{_list(setting)}]"
    if isinstance(setting, float):
        return str(int(setting)) if setting.is_integer() and abs(setting) < 2**53 else f"{setting:.12g}"
    return "missing" if setting == MISSING else repr(setting)


def _list(values: Any) -> str:
    shown = [_short(value) if isinstance(value, str) and value != MISSING else _said(value) for value in values[:SHOWN]]
    return ", ".join(shown) + (f", … {len(values)}" if len(values) > SHOWN else "")


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else text[:LETTERS - 1] + "…"
