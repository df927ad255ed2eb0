"""A real bundle for the tests: a graph, a shall file, the evidence of its rows, its tally and its proof."""

from __future__ import annotations

import datetime
import hashlib
import json
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from shall import graph as g
from shall import spec
from shall.adapters.frames import TableLog
from shall.api import opening
from shall.bundle import Bundle, digest_of, keys, listed, opened, signing
from shall.phases.check import CheckReport, count
from shall.phases.measuring import judge, prepare
from shall.reports import json as reports

FILE = """shall = 1
[subject]
name = "loans"
kind = "classifier"
target = "label"
positive = "1"
[requirements]
good = "accuracy >= 0.6"
"""
ON = "2026-11-21"
DAY = datetime.date.fromisoformat(ON)
USER, REGULATOR, THIEF = (keys.new() for _ in range(3))
TRUST = signing.Trust({"user": [USER.public]}, ("user",))


@cache
def compiled(shift: float = 0.0) -> g.Compiled:
    """A score of two numbers."""
    x = g.inputs({"age": "number", "pay": "number"})
    return g.compile(x, score=(x["age"] - 40.0 - shift) / 7.0 + x["pay"] * 0.25)


@cache
def evidence() -> tuple[str, bytes]:
    """The report of a check of 400 rows, as JSON, and its tally."""
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 400)
    rows = pa.table({"label": label, "decision": np.where(chance.random(400) < 0.1, 1 - label, label)})
    file = spec.loads(FILE, "shall.toml")
    subject = opening.opened(file, rows)
    examination = prepare(file.requirements, subject.binding, file.confidence, subject.features)
    log = TableLog(rows)
    tally = count(examination, log)
    verdicts = judge(examination, tally, {}, on=DAY, phase="check")
    report = CheckReport("loans", tuple(verdicts), tally.rows, on=ON,
                         digests={"log": log.digest(), "plan": examination.plan.digest})
    return reports.check(report), tally.to_bytes()


def parts(shift: float = 0.0, file: str = FILE) -> dict[str, bytes]:
    """The files of a bundle, without a manifest."""
    made, (told, tally) = compiled(shift), evidence()
    files = {"graph.onnx": made.onnx, "graph.json": made.json, "shall.toml": file.encode(), "reference.tally": tally}
    digests = {name: digest_of(files[name]) for name in ("graph.onnx", "shall.toml")}
    report: dict[str, Any] = json.loads(told)
    report["digests"] |= digests
    files["evidence/check.json"] = json.dumps(report).encode()
    files["proof.json"] = json.dumps({"shall_proof": 1, "holds": True, "digests": {
        "graph.onnx": hashlib.sha256(made.onnx).hexdigest()}}).encode()
    return files


def bundle(files: dict[str, bytes] | None = None, required: tuple[str, ...] = ()) -> Bundle:
    """A bundle in memory."""
    files = dict(sorted((files or parts()).items()))
    return Bundle(files, listed(files, {"subject": "loans", "version": "1"}, required))


def signed(given: Bundle | None = None, key: keys.Private = USER, role: str = "user") -> Bundle:
    """A bundle that a role has signed."""
    return signing.sign(given or bundle(), key, role, DAY)


def everything() -> dict[str, bytes]:
    """All files of a signed bundle."""
    return signed().everything()


def held(files: dict[str, bytes], trust: signing.Trust = TRUST) -> None:
    """Refused unless the files are what the trusted ones signed."""
    signing.verify(opened(files), trust)
