"""A graph with its ONNX model: what `compile` gives. It answers, is proved, printed and saved."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from shall.core.errors import InputError
from shall.graph import edge, onnx, session, written
from shall.graph.assembled import assembled
from shall.graph.columns import Columns
from shall.graph.kinds import Array
from shall.graph.node import Graph
from shall.graph.value import Value


class Compiled:
    """``graph`` is plain data, `onnx` the bytes that ONNX Runtime runs."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def onnx(self) -> bytes:
        """The ONNX model; the same bytes for the same graph."""
        return onnx.emitted(self.graph)

    @cached_property
    def json(self) -> bytes:
        """The graph as JSON, from which the same ONNX model can be made."""
        return written.written(self.graph)

    @cached_property
    def _session(self) -> session.Session:
        return session.Session(self.onnx)

    def __call__(self, rows: Any) -> dict[str, Array]:
        """Every output [n] or [n, width] for some rows: a mapping (one row), a list of them, or a table."""
        found = self._session(edge.packed(self.graph.inputs, rows))
        return {name: value[:, 0] if value.shape[1] == 1 else value for name, value in found.items()}


def compiled(x: Columns, outputs: Mapping[str, Value], about: Mapping[str, Any] | None = None) -> Compiled:
    """The graph of some outputs over the inputs ``x``. FileError with every problem at once."""
    if not outputs:
        raise InputError("a graph needs an output: compile(x, score=p)")
    asked = [value.input for value in x.values()]
    if any(one is None for one in asked):
        raise InputError("compile takes the inputs first, as inputs(…) gave them: compile(x, score=p)")
    return Compiled(assembled([one for one in asked if one is not None], outputs, about or {}))
