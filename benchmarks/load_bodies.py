"""Requests of the load tests: rows of `load_case` as JSON, as V2, as Arrow, and labels of what was decided before."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pyarrow as pa

from benchmarks import load_case
from benchmarks.serving_client import request

PATH: Final = f"/models/{load_case.NAME}/decide"
V2: Final = f"/v2/models/{load_case.NAME}/infer"
STREAM: Final = "application/vnd.apache.arrow.stream"
ID: Final = re.compile(rb'"id":"([^"]+)"')


def _json(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()


def single(count: int, seed: int = 1, path: str = PATH) -> list[bytes]:
    """One row each."""
    return [request(path, _json({"inputs": row})) for row in load_case.rows(seed, count)]


def several(rows: int, count: int, seed: int = 2) -> list[bytes]:
    """So many rows each."""
    every = load_case.rows(seed, rows * count)
    return [request(PATH, _json({"rows": every[start:start + rows]})) for start in range(0, rows * count, rows)]


def v2(count: int, seed: int = 3) -> list[bytes]:
    """One row each, a tensor a column."""
    return [request(V2, _json({"inputs": [
        {"name": name, "shape": [1], "datatype": "BYTES" if name in load_case.TEXTS else "FP64", "data": [value]}
        for name, value in row.items()]})) for row in load_case.rows(seed, count)]


def stream(rows: int, seed: int = 4) -> bytes:
    """Arrow IPC."""
    sink = pa.BufferOutputStream()
    table = load_case.table(seed, rows)[0]
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table)
    return request(PATH, sink.getvalue().to_pybytes(), STREAM)


def explained(count: int, seed: int = 5) -> list[bytes]:
    """Up to four reasons of one row."""
    return single(count, seed, PATH.replace("decide", "explain"))


def label(decision: str, value: str = "1") -> bytes:
    """What turned out to be true of a decision."""
    return request(PATH.replace("decide", "labels"), _json({"labels": [{"decision": decision, "label": value}]}))


def ids(body: bytes) -> list[str]:
    """The evidence ids of an answer, of either protocol."""
    if b'"outputs"' in body[:400] or body.startswith(b'{"model_name"'):
        return [one for output in json.loads(body)["outputs"] if output["name"] == "evidence" for one in output["data"]]
    return [one.decode() for one in ID.findall(body)]
