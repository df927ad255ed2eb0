"""A graph that answers as a model: of a bundle, or saved by `shall.graph`; and how long an answer takes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.adapters.answers import Answer
from shall.core.errors import DataError
from shall.graph.compiled import GRAPH, MODEL, Compiled, load
from shall.graph.kinds import Array

SCORE: Final = "score"
DECISION: Final = "decision"
ABSTAINED: Final = "abstained"
SET: Final = "set"
ENDS: Final = ("lower", "upper")
WARM: Final = 20                            # answers before the clock counts


class GraphModel:
    """Outputs `score` (one number a row, or one a class), `decision` (a place, a text or a truth), `abstained`,
    `set` (a truth for each class), `lower` and `upper`."""

    def __init__(self, compiled: Compiled, name: str) -> None:
        self.compiled, self.name = compiled, name
        first = b"" if compiled.first is None else compiled.first.onnx
        self.digest = hashlib.sha256(compiled.onnx + first).hexdigest()
        outputs = dict(compiled.graph.outputs)
        if not {SCORE, DECISION} & outputs.keys():
            raise DataError(f"{name} has the outputs {', '.join(outputs)}: a model has `score`, `decision` or both")
        self._classes = tuple(str(one) for one in compiled.graph.about.get("classes", ()))

    @staticmethod
    def at(folder: Path) -> GraphModel:
        """The graph in a folder. DataError."""
        return GraphModel(load(folder), folder.name)

    @property
    def subject(self) -> str:
        """What a look at a gate is counted for: the model that it was made of, which was proved to decide alike."""
        return str(self.compiled.graph.about.get("model", self.digest))

    def inputs(self, columns: pa.Schema) -> list[str]:
        """The columns that the graph takes."""
        wanted = [one.name for one in self.compiled.graph.inputs]
        if lacking := [name for name in wanted if name not in columns.names]:
            raise DataError(f"{self.name} takes {lacking[0]}, which is no column that it may have; there are "
                            f"{', '.join(columns.names)}. A group has to be allowed: [build] use_groups = […]")
        return wanted

    def answer(self, rows: pa.RecordBatch) -> Answer:
        """The outputs of the graph."""
        said = self.compiled(pa.Table.from_batches([rows]))
        return replace(self._decided(said, rows.num_rows), **self._left_open(said))

    def _left_open(self, said: Mapping[str, Array]) -> dict[str, Any]:
        """Its sets, where their classes are known, and its intervals."""
        found: dict[str, Any] = {}
        sets = said.get(SET)
        if sets is not None and sets.dtype == np.bool_ and sets.shape[1:] == (len(self._classes),):
            found = {"sets": sets, "held": self._classes}
        if all(name in said and said[name].ndim == 1 and said[name].dtype.kind == "f" for name in ENDS):
            found["ends"] = tuple(said[name].astype(np.float64) for name in ENDS)
        return found

    def _decided(self, said: Mapping[str, Array], rows: int) -> Answer:
        abstained = np.asarray(said[ABSTAINED], dtype=np.bool_) if ABSTAINED in said else None
        values = said[SCORE].reshape(rows, -1).astype(np.float64) if SCORE in said else None
        if DECISION not in said:
            return Answer(None, values, self._classes if self._wide(values) else (), abstained=abstained)
        decision = said[DECISION]
        if len(self._classes) > 2 and decision.dtype.kind == "f":
            labels = pa.array(np.asarray(self._classes, dtype=object)[decision.astype(np.int64)], pa.string())
            return Answer(labels, values, self._classes, abstained=abstained)
        if decision.dtype.kind in "fb":
            return Answer(None, values, positive=decision.astype(np.bool_), abstained=abstained)
        labels = pa.array(decision.astype(object), pa.string())
        return Answer(labels, values, self._classes if self._wide(values) else (), abstained=abstained)

    def seconds(self, rows: pa.RecordBatch) -> NDArray[np.float64]:
        """float64[n]: how long each row takes by itself, from plain values to the answer."""
        cases, found = rows.to_pylist(), np.zeros(rows.num_rows)
        for case in cases[:WARM]:
            self.compiled(case)
        for place, case in enumerate(cases):
            began = time.perf_counter()
            self.compiled(case)
            found[place] = time.perf_counter() - began
        return found

    def _wide(self, values: NDArray[np.float64] | None) -> bool:
        return values is not None and values.shape[1] == len(self._classes) > 1


def is_graph(place: Path) -> bool:
    """Whether a folder holds a graph."""
    return (place / GRAPH).is_file() and (place / MODEL).is_file()
