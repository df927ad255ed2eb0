"""A fitted object and its graph on the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from shall import graph as g
from shall import registry
from shall.graph import converting, onnx, written
from shall.graph.kinds import MISSING

METHODS = ("transform", "predict_proba", "decision_function", "predict")


def inputs_of_frame(frame: Any) -> g.Columns:
    """Inputs for a pandas frame: text columns are text."""
    return g.inputs({str(name): "number" if frame[name].dtype.kind in "biuf" else "text" for name in frame})


def packed_rows(frame: Any) -> dict[str, Any]:
    """The rows of a pandas frame as a graph takes them."""
    words = [name for name in frame if frame[name].dtype.kind not in "biuf"]
    numbers = [name for name in frame if frame[name].dtype.kind in "biuf"]
    found: dict[str, Any] = {}
    if numbers:
        found["numbers"] = frame[numbers].to_numpy(dtype=np.float64)
    if words:
        some = frame[words].astype(object)
        found["texts"] = some.where(some.notna(), MISSING).to_numpy(dtype=object)
    return found


def said_by_graph(value: g.Value, x: g.Columns, rows: Mapping[str, Any]) -> tuple[Any, Any]:
    """What ONNX Runtime says, and what numpy says; the graph of its JSON is the same ONNX model."""
    compiled = g.compile(x, said=value)
    assert onnx.emitted(written.read(compiled.json)) == compiled.onnx
    found: list[Any] = []
    for node in compiled.graph.nodes:
        known = node.op in rows and not node.inputs
        found.append(rows[node.op] if known else
                     registry.find("graph", node.op).run(tuple(found[place] for place in node.inputs), node.settings))
    return compiled._session(dict(rows))["said"], found[compiled.graph.outputs[0][1]]


def differences(fitted: Any, frame: Any, methods: Sequence[str] = METHODS, given: Any = None) -> dict[str, float]:
    """By method: the largest difference of a score; of classes, the share of rows that differ."""
    x = inputs_of_frame(frame)
    rows = packed_rows(frame)
    found: dict[str, float] = {}
    file = converting.file_of(fitted)
    for method in methods:
        if not hasattr(fitted, method) or not hasattr(file, method):
            continue
        value = converting.said(fitted, x, method)
        ours, again = said_by_graph(value, x, rows)
        theirs = getattr(fitted, method)(frame if given is None else given)
        theirs = theirs.toarray() if hasattr(theirs, "toarray") else np.asarray(theirs)
        theirs = theirs.reshape(len(frame), -1)
        found[method] = apart(ours, theirs)
        found[method + " in numpy"] = apart(np.broadcast_to(again, ours.shape), theirs)
    return found


def both(fitted: Any, frame: Any) -> Iterator[tuple[str, Any, Any]]:
    """By method: what the library says, None where it refuses the rows, and what ONNX Runtime says."""
    x, file = inputs_of_frame(frame), converting.file_of(fitted)
    for method in METHODS:
        if hasattr(fitted, method) and hasattr(file, method):
            try:
                theirs = getattr(fitted, method)(frame)
            except ValueError:
                theirs = None
            yield method, theirs, said_by_graph(converting.said(fitted, x, method), x, packed_rows(frame))[0]


def apart(ours: Any, theirs: Any) -> float:
    """The largest difference, of numbers beyond 1 in relation to them; NaN equals NaN."""
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    if ours.dtype.kind in "UO":
        return float((ours.astype(str) != theirs.astype(str)).mean())
    theirs = theirs.astype(np.float64)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    away = np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1.0)
    return float(np.where(same, 0.0, np.nan_to_num(away, nan=np.inf)).max(initial=0.0))
