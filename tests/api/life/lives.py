"""Logs that grow, for tests of a watch that goes on: what their rows are, and how they come."""

from __future__ import annotations

import datetime
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shall.api.life.watching import Watching, report_of, watching
from shall.core.decisions import Field, Label, Record
from shall.reports import json

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
YEAR = datetime.datetime(2027, 6, 1, tzinfo=datetime.UTC).timestamp()
FILE: dict[str, Any] = {
    "subject": {"name": "loans", "target": "label", "positive": "1", "threshold": 0.5},
    "columns": {"time": "time", "id": "id"}, "groups": {"sex": "sex"},
    "requirements": {
        "fair": "ratio of selection_rate over sex >= 0.8", "equal": "difference of true_positive_rate over sex <= 0.1",
        "right": "accuracy >= 0.7", "close": "brier <= 0.25", "sharp": "roc_auc >= 0.7", "enough": "rows >= 10"},
    "watch": {"windows": ["1 month"]}}


def rows(number: int, seed: int = 0, worse: int | None = None) -> pa.Table:
    """Decisions of a fair model, an hour apart; women are rarely chosen from row ``worse`` on."""
    rng = np.random.default_rng(seed)
    sex, label = rng.choice(["f", "m"], number), rng.integers(0, 2, number)
    score = np.clip(0.25 + 0.5 * label + rng.normal(0, 0.2, number), 0, 1)
    decision = (score > 0.5).astype(int)
    if worse is not None:
        decision[(np.arange(number) >= worse) & (sex == "f") & (rng.random(number) < 0.6)] = 0
    return pa.table({"id": [f"r{row}" for row in range(number)],
                     "time": [START + datetime.timedelta(hours=row) for row in range(number)], "sex": sex,
                     "label": label, "score": score, "decision": decision, "latency": rng.exponential(0.5, number)})


def put(table: pa.Table, path: Path) -> None:
    """A file of a log is put there whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path.with_name("." + path.name))
    path.with_name("." + path.name).rename(path)


def go(folder: Path, log: Path, **more: Any) -> Watching:
    return watching(more.pop("file", FILE), log, state=folder / "state", clock=more.pop("clock", lambda: YEAR), **more)


def found(going: Watching) -> str:
    report = report_of(going)
    return json.watch(report)


def whole(folder: Path, log: Path, **more: Any) -> str:
    """What one pass that nobody stops finds."""
    with go(folder / "whole", log, **more) as going:
        going.look()
        return found(going)


def at(row: int) -> float:
    """The time of a row."""
    return START.timestamp() + 3_600 * row


FIELDS = (Field("sex", "text"), Field("decision", "text"), Field("score", "number"))


SERVED: dict[str, Any] = {
    "subject": {"name": "income", "target": "label", "positive": "1"},
    "columns": {"id": "id", "time": "time", "decision": "decision", "score": "score"}, "groups": {"sex": "sex"},
    "requirements": {"fair": "ratio of selection_rate over sex >= 0.8", "right": "accuracy >= 0.8"},
    "watch": {"windows": ["1 day"], "matured": "10 days"}}


def decide(log: Any, number: int, first: int, chance: random.Random, *, right: float = 0.9,
           model: str = "income@7") -> tuple[list[Record], list[Label]]:
    """Decisions ten minutes apart, and the labels that will come of them."""
    records = [Record(log.next_id(), int(START.timestamp() * 1e6) + 600_000_000 * (first + place), "", model, "ab" * 32,
                      "live", (chance.choice("FM"), str(int(chance.random() > 0.5)), chance.random()))
               for place in range(number)]
    labels = [Label(one.id, one.values[1] if chance.random() < right else str(1 - int(one.values[1])), one.time + 10**9)
              for one in records]
    log.write(records)
    return records, labels


def moment(row: int) -> float:
    return START.timestamp() + 600 * row
