"""What a release leaves behind for all later ones: ``python tests/compat/made.py``; see the README beside."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from shall import adapters, api
from shall.core.decisions import Field, Label, Record
from shall.core.recalls import RECALL, body
from shall.graph import compile, inputs, where
from shall.stores import open_store
from shall.stores.decisions import open_log, verify

SPEC = """shall = 1
[subject]
name = "loans"
target = "repaid"
positive = "1"
model = "loans.zip"
[groups]
city = "city"
[build]
use_groups = ["city"]
[data]
gate = "gate.parquet"
[requirements]
useful = "accuracy >= 0.6"
alike  = "ratio of selection_rate over city >= 0.8"
superb = "accuracy >= 0.95"
early  = "recall >= 0.5 where age < 19"
"""
FIELDS = (Field("age", "number"), Field("city", "text"), Field("decision", "truth"))
ROWS = 5                                    # whose scores are kept


def make(place: Path) -> None:
    """Write a shall file, its rows, a bundle, a store and a log of decisions; and what is said of them."""
    chance = np.random.default_rng(0)
    age, city = chance.integers(18, 80, 1000).astype(float), chance.choice(["Oslo", "Bergen"], 1000)
    repaid = ((age > 45) ^ (chance.random(1000) < 0.2)).astype(int)
    pq.write_table(pa.table({"age": age, "city": city, "repaid": repaid}), place / "gate.parquet")
    (place / "loans.toml").write_text(SPEC)
    x = inputs({"age": "number", "city": ["Oslo", "Bergen"]})
    score = where(x["city"] == "Oslo", x["age"] / 90.0, x["age"] / 90.0 + 1e-3)
    api.ship(compile(x, score=score, decision=score > 0.5), place / "loans.toml", place / "loans.zip")
    with open_store(place / ".shall" / "shall.db") as store:
        for subject in ("model-1", "model-2"):
            store.look("a gate", subject, 3)
        store.append(RECALL, "loans@1", body("an example", "ana"))
    (place / ".shall" / "shall.db").rename(place / "shall.db")
    (place / ".shall").rmdir()
    decide(place / "decisions")
    with tempfile.TemporaryDirectory() as copy:             # reading may write: it is looked at somewhere else
        shutil.copytree(place, copy, dirs_exist_ok=True)
        (place / "said.json").write_text(json.dumps(said(Path(copy)), indent=1) + "\n")


def decide(place: Path) -> None:
    """A log of decisions as a process leaves it that was killed: two segments, a journal, and labels."""
    with tempfile.TemporaryDirectory() as folder, open_log(Path(folder), FIELDS, rows_a_segment=8) as log:
        for number in range(20):
            log.write([Record(log.next_id(), number * 1_000_000, f"request {number}", "loans@1", "ab" * 32, "live",
                              (18.0 + number, "Oslo" if number % 3 else None, number > 9), 1.0 + number % 2)])
        log.write_labels([Label(f"request {number}", float(number % 2), 60_000_000, "ana") for number in range(5)])
        shutil.copytree(folder, place)


def said(place: Path) -> dict[str, object]:
    """What this version says of the files of any version."""
    report = api.check(place / "loans.toml", on=datetime.date(2026, 11, 21), record=False)
    rows = pq.read_table(place / "gate.parquet").slice(0, ROWS).drop(["repaid"])
    answers = api.load_bundle(place / "loans.zip")(rows)
    with open_store(place / "shall.db") as store:
        head, kinds = store.verify(), store.counts()
    logs = [adapters.open_log(place / part) for part in ("decisions", "decisions/labels")]
    log = verify(place / "decisions")
    return {"decisions": {"rows": log.rows, "labels": log.labels, "digests": [one.digest() for one in logs],
                          "heads": {name: str(one) for name, one in sorted(log.heads.items())}},
            "verdicts": {one.name: [str(one.verdict), one.deciding.value, one.deciding.low, one.deciding.high]
                         for one in report.verdicts},
            "bundle": api.verify(place / "loans.zip", unsigned=True).digest,
            "answers": {name: np.asarray(values).tolist() for name, values in answers.items()},
            "head": str(head), "kinds": dict(kinds)}


if __name__ == "__main__":
    target = Path(__file__).parent / shall.__version__
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    make(target)
    for path in sorted(target.rglob("*")):
        print(os.path.relpath(path), path.stat().st_size)
