"""What is wrong with the rows that a model is to learn from: as they are now, or as the last search found them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from shall.api.opening import bind, features_to_learn, log_at, path_of
from shall.core.errors import DataError
from shall.core.log import Log
from shall.core.store import Store
from shall.phases.datasets.looked import ReadyFinding
from shall.phases.datasets.ready import Readiness, readiness
from shall.spec import ShallFile

BUILD: Final = "build"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A readiness as a search recorded it."""

    findings: tuple[ReadyFinding, ...]
    rows: int
    kept: int
    features: tuple[str, ...]
    without: Mapping[str, str]
    notes: tuple[str, ...]
    record: int
    at: str


def ready(file: ShallFile) -> Readiness:
    """Look at the training rows of a file, beside its gate where it has one. InputError, DataError."""
    train = log_at(file, path_of(file, "train"))
    binding = bind(file, train)
    gate = _table(log_at(file, file.data["gate"])) if "gate" in file.data else None
    lines = tuple(line for line in file.requirements if "build" in line.phases)
    return readiness(_table(train), gate, binding, features_to_learn(file, train.schema, binding), lines,
                     file.confidence)


def recorded(store: Store | None, model: str) -> Recorded | None:
    """What the last search of a model found; None where none told it. StoreError."""
    for record in reversed(() if store is None else store.records(BUILD, model)):
        if store is not None and "report" in record.body:
            told = json.loads(store.blob(record.body["report"])).get("readiness")
            if told is not None:
                return _recorded(told, record.sequence, record.created)
    return None


def _recorded(told: Mapping[str, Any], record: int, at: str) -> Recorded:
    findings = tuple(ReadyFinding(name=one["name"], severity=one["severity"], what=one["what"], evidence={},
                                  remedy=one["remedy"],
                                  applied=one["applied"], limit=one["limit"]) for one in told["findings"])
    return Recorded(findings, told["rows"], told["kept"], tuple(told["features"]), dict(told["without"]),
                    tuple(told["notes"]), record, at)


def _table(log: Log) -> pa.Table:
    batches = [batch for batch in log.batches(log.schema.names) if batch.num_rows]
    if not batches:
        raise DataError(f"{log.name} has no rows")
    return pa.Table.from_batches(batches)
