"""`ship`: a model as one graph, proved equal, held to its file again, and packed."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa

from shall import registry
from shall.adapters.graph import GraphModel
from shall.adapters.timed import LATENCY, MOST
from shall.core.errors import InputError
from shall.core.log import Log
from shall.core.units import UNITS
from shall.core.verdict import Verdict
from shall.graph import Compiled, edge
from shall.graph.compiled import FIRST, MODEL
from shall.graph.kinds import Array
from shall.graph.proof import Proof, proved
from shall.methods.compiled import compiled, python
from shall.methods.model import Model
from shall.phases.check import CheckReport
from shall.reports import text

TIGHT: Final = 1e-9                         # of scores
SINGLE: Final = 1e-6                        # where a library computes in single precision
SINGLES: Final = frozenset({"xgboost"})
RUNTIME: Final = ("numpy", "onnxruntime", "msgspec")
MORE: Final = re.compile(r"about ([\d,]+) more rows")
NOT_HERE: Final = f"not by this measurement, which times at most {MOST:,} rows: make the graph faster, or ask for less"
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one row takes by itself, from plain values to the answer, in seconds, on this machine."""

    rows: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to ship: its graph, and the model that it was made of, if that is known."""

    name: str
    compiled: Compiled
    model: Model | None = None

    @staticmethod
    def of(name: str, model: Model | Compiled) -> Subject:
        """The graph of a model, or a graph as it is."""
        if isinstance(model, Compiled):
            return Subject(name, model)
        return Subject(name, compiled(model, partial(registry.find, "methods")), model)

    def saying(self, classes: Sequence[Any]) -> Subject:
        """The same, its classes called otherwise, in their order."""
        graph = self.compiled.graph
        about = {**graph.about, "classes": [*classes]}
        return replace(self, compiled=Compiled(replace(graph, about=about), first=self.compiled.first))

    @property
    def tolerance(self) -> float:
        """How far scores may be apart."""
        if self.model is None:
            return SINGLE
        learners = {self.model.learner, *_inside(self.model.target)}
        return SINGLE if learners & SINGLES else TIGHT

    @property
    def against(self) -> str:
        """What the graph is held against."""
        if self.model is not None:
            return f"the model {self.model.digest[:12]} in Python"
        return "numpy, operation by operation" + (" and the libraries that fitted its parts"
                                                  if self.compiled.graph.references else "")


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What a proof found of a subject on some rows."""

    subject: str
    source: str                             # of the real rows
    proof: Proof
    against: str                            # what stood on the other side
    nodes: int
    bytes: int

    def __str__(self) -> str:
        return text.proof(self)

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return self.proof.holds


@dataclass(frozen=True, slots=True)
class BranchReport:
    """A graph that answers where a promise is broken: its proof, and its verdicts, where every proof holds."""

    name: str
    proved: ProofReport
    check: CheckReport | None = None
    promised: Sequence[str] = ()            # names of the lines that fall back to it

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What it has to keep: the lines that fall back to it."""
        return () if self.check is None else tuple(one for one in self.check.verdicts if one.name in self.promised)


@dataclass(frozen=True, slots=True)
class ShipReport:
    """The proof, the verdicts on what ships, and where it lies; nowhere where a proof does not hold."""

    proved: ProofReport
    check: CheckReport | None = None
    latency: Latency | None = None
    place: str = ""
    digest: str = ""
    files: Mapping[str, int] = field(default_factory=dict)      # bytes
    version: str = ""
    notes: Sequence[str] = ()               # which build's model it is, and that its version was shipped before
    branches: Sequence[BranchReport] = ()

    def __str__(self) -> str:
        return text.ship(self)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What it has to keep: every line, and each branch those that fall back to it."""
        own = () if self.check is None else self.check.verdicts
        return (*own, *(verdict for branch in self.branches for verdict in branch.verdicts))


def prove(subject: Subject, tables: Sequence[pa.Table], source: str, tell: Tell | None = None) -> ProofReport:
    """Hold a graph against Python on real rows and on rows placed on every edge. InputError where there is none."""
    graph = subject.compiled.graph
    real = [edge.packed(graph.inputs, table) for table in tables if table.num_rows]
    if not real:
        raise InputError(f"{source} has no rows, and a proof needs some real ones")
    packed: dict[str, Array] = {name: np.concatenate([one[name] for one in real]) for name in real[0]}
    against = python(subject.model, graph.inputs) if subject.model is not None else {}
    found = proved(graph, subject.compiled.onnx, packed, against, tolerance=subject.tolerance, tell=tell)
    if (first := subject.compiled.first) is not None:
        found = _both(found, proved(first.graph, first.onnx, packed, tolerance=subject.tolerance, tell=tell))
    return ProofReport(subject.name, source, found, subject.against, len(graph.nodes), len(subject.compiled.onnx))


def _both(full: Proof, first: Proof) -> Proof:
    """The proof of a graph and of a small one that is asked before, as one."""
    told = [[replace(one, name=f"{one.name} of the first graph") for one in some]
            for some in (first.outputs, first.parts)]
    rows = {**full.rows, **{f"{kind} for the first graph": count for kind, count in first.rows.items()}}
    return replace(full, rows=rows, outputs=(*full.outputs, *told[0]), parts=(*full.parts, *told[1]),
                   chunked=full.chunked and first.chunked, differs=full.differs or first.differs,
                   digests={**full.digests, FIRST[1]: first.digests[MODEL]})


def latency(model: GraphModel, rows: pa.Table) -> Latency | None:
    """Measured one row at a time; None where there is no row."""
    some = rows.select([one.name for one in model.compiled.graph.inputs]).slice(0, MOST).combine_chunks()
    if not some.num_rows:
        return None
    return _latency(model.seconds(some.to_batches()[0]))


def latency_of(log: Log, unit: str) -> Latency | None:
    """As it was measured for a line about it: the column `latency` of a log, in a unit of time."""
    column = pa.chunked_array([batch.column(0) for batch in log.batches([LATENCY])], pa.float64()).drop_null()
    return _latency(column.to_numpy() * UNITS[unit or "s"][1]) if len(column) else None


def _latency(seconds: Array) -> Latency:
    p50, p99 = np.quantile(seconds, [0.5, 0.99], method="inverted_cdf").tolist()      # as the measure
    return Latency(len(seconds), p50, p99)


def as_timed(report: CheckReport) -> CheckReport:
    """Verdicts about a latency that was measured here: rows beyond those that are timed settle nothing."""
    return replace(report, verdicts=tuple(map(_as_timed, report.verdicts)))


def _as_timed(verdict: Verdict) -> Verdict:
    wrong = {part.settles for part in verdict.evidence if f"({LATENCY})" in part.measure and any(
        part.n + int(more.replace(",", "")) > MOST for more in MORE.findall(part.settles))}
    evidence = tuple(replace(part, settles=NOT_HERE) if part.settles in wrong else part for part in verdict.evidence)
    needs = [NOT_HERE if one in wrong else one for one in verdict.needs.split("; ")]
    return replace(verdict, evidence=evidence, needs="; ".join(dict.fromkeys(needs)))


def libraries(model: Model | None) -> bytes:
    """Versions and licences of what a bundle runs on, and what its model was made with, as JSON."""
    told = {"runs_on": {name: _library(name) for name in RUNTIME},
            "made_with": dict(sorted(model.made.items())) if model is not None else {}}
    return json.dumps(told, sort_keys=True, indent=1).encode() + b"\n"


def about(subject: Subject, name: str) -> dict[str, Any]:
    """The plain facts of a bundle."""
    told = {key: value for key, value in subject.compiled.graph.about.items()
            if key in ("kind", "classes", "model", "learner")}
    return {"subject": name, "made_by": _library("shall"), **told}


def _library(name: str) -> dict[str, str]:
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return {"version": "", "licence": ""}
    licence = str(told["License-Expression"] or told["License"] or "")
    return {"version": str(told["Version"]), "licence": licence.partition("\n")[0]}


def _inside(learned: Any) -> set[str]:
    """The learners of the parts of a blend."""
    parts = getattr(learned, "parts", (learned,))
    return {one.learner for one in parts if hasattr(one, "learner")}
