"""A bundle that answers: rows in, what its graph says of them out. Needs numpy, onnxruntime and msgspec, no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall import runtimes
from shall.core.errors import DataError, InputError, MissingExtra
from shall.graph import edge, session, staged
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input
from shall.graph.session import CHUNK
from shall.runtimes import decisions, tables

try:
    import msgspec
except ImportError as missing:
    raise MissingExtra("msgspec", "score", "a bundle that answers") from missing

if TYPE_CHECKING:
    import pyarrow as pa

    from shall.runtimes.guard import Ruling
    from shall.runtimes.reasons import Explainer, Reasons

VERSION: Final = 1                          # of graph.json
PROBABILITIES: Final = ("probabilities", "probability", "proba", "score")
DECISIONS: Final = ("decision", "prediction", "label")
ABSTAINED: Final = "abstained"


class Column(msgspec.Struct):
    """An input as `graph.json` has it."""

    name: str
    what: str
    values: tuple[str, ...] | None = None


class Face(msgspec.Struct):
    """What of `graph.json` is read to score; the nodes are in the ONNX model."""

    shall_graph: int
    inputs: list[Column]
    about: dict[str, Any]


class Scorer:
    """What a graph says of rows: a mapping (one row), a list of mappings, or a table of Arrow, polars or pandas.

    ``about`` may name the outputs that a classifier is asked for: ``probabilities``, ``decision``; ``classes`` in
    their order, and a ``threshold`` of the last of two. Without that an output with a usual name is taken. The
    bits are the same for any number of rows at a time. It can be sent to workers of Spark, Ray and Dask.
    """

    def __init__(self, onnx: bytes, graph: bytes, digest: str = "", first: bytes = b"", guard: bytes = b"",
                 baseline: bytes = b"") -> None:
        face = _face(graph)
        self._content = (onnx, graph, digest, first, guard, baseline)
        self.guard = runtimes.Guard(guard) if guard else None
        full = session.Session(onnx)
        self._session = staged.Staged(session.Session(first), full) if first else full
        self.about, self.digest = face.about, digest
        self.inputs = tuple(Input(one.name, one.what, one.values) for one in face.inputs)  # type: ignore[arg-type]
        self._edge = edge.Edge(self.inputs)
        self.outputs: tuple[str, ...] = self._session.outputs

    def __reduce__(self) -> tuple[Any, ...]:
        return Scorer, self._content

    def __call__(self, rows: Any) -> dict[str, Array]:
        """Every output, [n] or [n, width]. DataError where a column is missing, or a value is of another kind."""
        return self.said(self._edge(rows))

    def packed(self, rows: Any) -> dict[str, Array]:
        """Rows as the graph takes them: `numbers` float64[n, k], `texts` object[n, m]. DataError."""
        return self._edge(rows)

    def said(self, packed: dict[str, Array]) -> dict[str, Array]:
        """Every output of packed rows, [n] or [n, width]."""
        found = self._session(packed)
        return {name: _plain(value) for name, value in found.items()}

    def scores(self, packed: dict[str, Array]) -> Array:
        """float64[n], or [n, classes], of packed rows. InputError where the graph says no number."""
        name = self.probabilities_by or self.decides_by or self._only()
        found = self.said(packed)[name]
        if found.dtype.kind != "f" or (name == self.decides_by and "classes" in self.about):
            raise InputError(f"the graph gives no score: its output {name} is no number")
        return found.astype(np.float64)

    def reasons(self, rows: Any, most: int = 4) -> list[Reasons]:
        """For each row up to ``most`` reasons for its score. InputError where the bundle has no baseline."""
        if self._explainer is None:
            raise InputError("this bundle has no baseline.json, beside which reasons are told: ship the model again")
        return self._explainer(rows, most)

    def rulings(self, rows: Any) -> list[Ruling]:
        """For each row a decision, or the reason why none leaves. InputError where the bundle has no guard."""
        if self.guard is None:
            raise InputError("this bundle has no guard: make one (shall.guard) and ship it with the model, "
                             "ship(…, guard=…)")
        return self.guard(rows, self(rows))

    def predict_proba(self, rows: Any) -> Array:
        """float64[n, classes]. InputError where the graph has no output of probabilities."""
        name = self._output("probabilities", PROBABILITIES)
        found = self(rows)[name]
        return found if found.ndim == 2 else np.column_stack([1.0 - found, found])

    def predict(self, rows: Any) -> Array:
        """The decision [n]; where the graph has none, the class that is most probable, or the number it says.

        None where the graph abstains. DataError where a row has no probability: nothing is decided on nothing.
        """
        if (name := self.decides_by) is not None:
            return self._decided(self(rows), name)
        if self.probabilities_by is None or "classes" not in self.about:
            return self(rows)[self._only()]
        return decisions.most_probable(self.predict_proba(rows), self.classes_, self.about.get("threshold"))

    @property
    def typical(self) -> Mapping[str, Any]:
        """The typical row, beside which reasons are told; empty where the bundle has none."""
        return {} if self._explainer is None else self._explainer.baseline.typical

    @property
    def feature_names_in_(self) -> Array:
        """Names of the columns that it takes."""
        return np.array([one.name for one in self.inputs], dtype=object)

    @property
    def n_features_in_(self) -> int:
        """How many columns it takes."""
        return len(self.inputs)

    @property
    def classes_(self) -> Array:
        """The classes, in the order of the probabilities. AttributeError where it states none."""
        if "classes" not in self.about:
            raise AttributeError("the graph states no classes: compile it with them, or ask for its outputs")
        return np.asarray(self.about["classes"])

    @property
    def schema(self) -> pa.Schema:
        """The columns that `arrow` gives."""
        texts = {} if self._coded is None else {self._coded: ("tensor(string)", 1)}
        return tables.schema_of({**self._session.types, **texts}, self.about.get("classes", ()))

    @property
    def ddl(self) -> str:
        """The same for Spark: ``frame.mapInArrow(scorer.arrow, scorer.ddl)``."""
        return tables.ddl_of(self.schema)

    def arrow(self, batches: Iterable[pa.RecordBatch], keep: Sequence[str] = (), *, threads: int = 1,
              ) -> Iterator[pa.RecordBatch]:
        """What is said of record batches, in as many; the columns ``keep`` come first, as they are.

        A decision that is the place of a class comes as the class, and is missing where the graph abstains.
        The bits are the same for any number of ``threads``: each has whole chunks of rows, and their order is kept.
        """
        schema = self.schema
        with ThreadPoolExecutor(threads, "shall-scores") as workers:
            for batch in batches:
                chunks = [batch.slice(start, CHUNK) for start in range(0, batch.num_rows, CHUNK)]
                several = map if threads == 1 else workers.map
                yield from tables.beside(batch, keep, [*several(partial(self._batch, schema), chunks)], schema)

    def polars(self, frame: Any) -> Any:
        """What is said of a polars frame, as one; of a lazy one
        ``lazy.map_batches(scorer.polars, schema=polars.Schema(scorer.schema), streamable=True)``."""
        return tables.as_polars(self.arrow(tables.batches_of(frame)), self.schema)

    @property
    def types(self) -> Mapping[str, tuple[str, Any]]:
        """Of each output the type, as ONNX has it, and the width."""
        return self._session.types

    @cached_property
    def decides_by(self) -> str | None:
        """The output that is its decision."""
        return self._named("decision", DECISIONS)

    @cached_property
    def probabilities_by(self) -> str | None:
        """The output that is its probabilities, or its score."""
        return self._named("probabilities", PROBABILITIES)

    @cached_property
    def _explainer(self) -> Explainer | None:
        baseline = self._content[-1]
        return runtimes.Explainer(self, baseline) if baseline else None

    def _batch(self, schema: pa.Schema, batch: pa.RecordBatch) -> pa.RecordBatch:
        with tables.readable():
            packed = self._edge(batch)
        found = self._session(packed)
        if self._coded is not None:
            plain = {name: value[:, 0] for name, value in found.items() if value.shape[1] == 1}
            found = {**found, self._coded: decisions.texts(self._decided(plain, self._coded))}
        return tables.batch_of(found, schema)

    def _decided(self, found: Mapping[str, Array], name: str) -> Array:
        decided = decisions.of_classes(found[name], self.about.get("classes", ()))
        return decisions.but(decided, found[ABSTAINED]) if ABSTAINED in found else decided

    @cached_property
    def _coded(self) -> str | None:
        """The output that is the place of a class, or a truth for the last of two."""
        name = self.decides_by
        kind, width = ("", 0) if name is None else self._session.types[name]
        number = len(self.about.get("classes", ()))
        right = width == 1 and (kind == "tensor(double)" or (kind == "tensor(bool)" and number == 2))
        return name if number and right else None

    def _named(self, role: str, usual: Sequence[str]) -> str | None:
        if role in self.about:
            name = str(self.about[role])
            if name not in self.outputs:
                raise InputError(f"the graph says that its {role} is {name!r}, and it has only "
                                 f"{', '.join(self.outputs)}")
            return name
        return next((name for name in usual if name in self.outputs), None)

    def _output(self, role: str, usual: Sequence[str]) -> str:
        if (name := self._named(role, usual)) is None:
            raise InputError(f"the graph has no output of {role}: it has {', '.join(self.outputs)}; name one "
                             f"{usual[0]}")
        return name

    def _only(self) -> str:
        if len(self.outputs) > 1:
            raise InputError(f"the graph has several outputs ({', '.join(self.outputs)}), and none is called decision: "
                             "ask for all, scorer(rows)")
        return self.outputs[0]


def _plain(value: Array) -> Array:
    """[n] where it is one column; a missing text is None."""
    if value.dtype == object and MISSING in value.ravel().tolist():
        value = np.where(value == MISSING, np.array(None, dtype=object), value)
    return value[:, 0] if value.shape[1] == 1 else value


def _face(graph: bytes) -> Face:
    try:
        face = msgspec.json.decode(graph, type=Face)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError(f"this is no graph, or a damaged one: {error}") from error
    if face.shall_graph != VERSION:
        raise DataError(f"the graph has version {face.shall_graph}, and this shall reads version {VERSION}")
    return face
