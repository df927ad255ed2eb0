"""Bundles of the loans, each of other bytes, and serve files over them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from shall import bundle
from shall import graph as g
from shall.adapters import open_log
from shall.api.service.serving import Serving, serving
from shall.core.decisions import Label
from tests.runtimes import made
from tests.runtimes.kept import ROW

SPEC = """shall = 1
[subject]
name = "Loans"
target = "paid"
positive = "yes"
[columns]
unit = "customer"
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.5"
fair = "ratio of selection_rate over sex >= 0.5 where region = 'north'"
"""
SERVE = """serve = 1
store = "shall.db"
[loans]
bundles = { 7 = "7.zip", 8 = "8.zip", 9 = "9.zip" }
in_charge = "7"
"""


def pack(place: Path, version: str = "", spec: str | None = SPEC, graph: g.Compiled | None = None,
         branches: Mapping[str, g.Compiled] = MappingProxyType({}), **told: Any) -> Path:
    """A bundle; without evidence, which serving does not ask for."""
    files = {}
    for within, compiled in {"": graph or made.loans(), **{f"branches/{name}/": one for name, one in branches.items()}
                             }.items():
        face = {**json.loads(compiled.json), "about": {**made.ABOUT, "version": version, **told}}
        files |= {f"{within}graph.onnx": compiled.onnx, f"{within}graph.json": json.dumps(face).encode()}
    files |= {} if spec is None else {"shall.toml": spec.encode()}
    return bundle.write(files, {"subject": "Loans", **({"version": version} if version else {})}, place)


def packs(folder: Path, *versions: str, serve: str = SERVE, spec: str = SPEC, **branches: g.Compiled) -> Path:
    """Bundles of these versions and a serve file."""
    for version in versions or ("7", "8", "9"):
        pack(folder / f"{version}.zip", version, spec, branches=branches)
    (folder / "serve.toml").write_text(serve)
    return folder / "serve.toml"


def ask(served: Serving, row: dict[str, Any] | None = None, **told: Any) -> Any:
    """Decide one row, keep what has to be kept, shadows too; the answer."""
    decided = served.service.decide("loans", [{**ROW, **(row or {})}], **told)
    for sink, records in [*decided.kept, *(decided.later() if decided.later else [])]:
        sink.write(records)
    return decided.answers[0]


def label(served: Serving, *labels: Label) -> None:
    """Send labels."""
    sink, checked = served.service.label("loans", labels)
    sink.write_labels(checked)      # type: ignore[attr-defined]


def logged(folder: Path, name: str = "decisions/loans") -> pa.Table:
    """The rows of a log."""
    log = open_log(folder / name)
    return pa.Table.from_batches(log.batches(log.schema.names), log.schema)


__all__ = ["ROW", "SERVE", "SPEC", "ask", "label", "logged", "pack", "packs", "serving"]
