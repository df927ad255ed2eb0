"""What the servers are given: the ensemble of `ship_case` as pipeline, graph and bundle, and bodies of its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import joblib
import pandas as pd
import pyarrow as pa

from benchmarks import harness, ship_case
from benchmarks.serving_client import request
from benchmarks.ship_graph import written
from shall import bundle
from shall.graph.kinds import MISSING

FOLDER: Final = harness.BENCH / "serving"
NAME: Final = "ensemble"
BODIES: Final = 256
SPEC: Final = """\
shall = 1

[subject]
name = "ensemble"
target = "label"
positive = "1"

[requirements]
useful = "roc_auc >= 0.70"
"""
Rows = list[dict[str, Any]]


def folder() -> Path:
    """Where all of it lies: made once."""
    if not (FOLDER / "columns.json").is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        frame, y = ship_case.rows()
        made = ship_case.fitted(frame, y)
        _save(made)
    return FOLDER


def _save(made: ship_case.Ensemble) -> None:
    """A bundle without a proof: the steps of the calibration make 1e-4 of what a net in float32 differs by."""
    graph = written(made)
    joblib.dump(made, FOLDER / "pipeline.joblib")
    (FOLDER / "graph.onnx").write_bytes(graph.onnx)
    bundle.write({**graph.files, "shall.toml": SPEC.encode()}, {"subject": NAME}, FOLDER / f"{NAME}.zip")
    numbers = [f"x{place}" for place in range(ship_case.NUMBERS)]
    (FOLDER / "columns.json").write_text(json.dumps({
        "numbers": numbers, "texts": list(ship_case.TEXTS), "order": [*numbers, *ship_case.TEXTS], "missing": MISSING}))


def parts(size: int, count: int = BODIES) -> list[pd.DataFrame]:
    """Tables of so many rows that no model has seen, all different."""
    frame, _ = ship_case.rows(2, max(size * count, 10_000))
    return [frame[start:start + size] for start in range(0, size * count, size)]


def plain(frame: pd.DataFrame) -> Rows:
    """Rows as JSON has them."""
    return [{name: None if value is None or value != value else value for name, value in row.items()}
            for row in frame.to_dict("records")]


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def named(frame: pd.DataFrame) -> bytes:
    """Ours: one row by name, or several."""
    rows = plain(frame)
    return request(f"/models/{NAME}/decide", _json({"inputs": rows[0]} if len(rows) == 1 else {"rows": rows}))


def protocol(frame: pd.DataFrame) -> bytes:
    """Open Inference Protocol V2: a tensor a column."""
    tensors = [{"name": name, "shape": [len(frame)], "datatype": "FP64" if name.startswith("x") else "BYTES",
                "data": [None if value is None or value != value else value for value in frame[name]]}
               for name in frame]
    return request(f"/v2/models/{NAME}/infer", _json({"inputs": tensors}))


def arrow(frame: pd.DataFrame) -> bytes:
    """A stream of Arrow IPC."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return request(f"/models/{NAME}/decide", sink.getvalue().to_pybytes(), "application/vnd.apache.arrow.stream")


def tensors(frame: pd.DataFrame) -> bytes:
    """MLflow's, where ONNX is given as it is."""
    rows = plain(frame)
    numbers = [[row[name] for name in row if name.startswith("x")] for row in rows]
    texts = [[MISSING if row[name] is None else row[name] for name in row if not name.startswith("x")] for row in rows]
    return request("/invocations", _json({"inputs": {"numbers": numbers, "texts": texts}}))


def records(frame: pd.DataFrame) -> bytes:
    """MLflow's, by name."""
    return request("/invocations", _json({"dataframe_records": plain(frame)}))


def bento(frame: pd.DataFrame) -> bytes:
    """BentoML's."""
    return request("/predict", _json({"rows": plain(frame)}))


def bodies(write: Callable[[pd.DataFrame], bytes], size: int, count: int = BODIES) -> Sequence[bytes]:
    """So many different requests."""
    return [write(part) for part in parts(size, count)]
