"""Versions that decide the same rows, and what is found of one beside another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import shall
from shall import graph as g
from shall.core.verdict import Finding
from shall.phases.check import CheckReport

ROWS, LOOKS = 2000, 10
LINES = {"calm": "churn over sex against {} <= 60%", "kept": "negative_flip_rate over sex against {} <= 60%",
         "won": "positive_flip_rate against {} >= 0.1%"}
SPEC = """shall = 1
confidence = {confidence}
[subject]
{name}
target = "paid"
positive = "1"
[groups]
sex = "sex"
[data]
gate = "gate.parquet"
{data}
[requirements]
{lines}
"""


def spec(place: Path, against: str = "previous", name: str = "loans", *, data: str = "", lines: str = "",
         confidence: float = 95) -> Path:
    said = lines or "\n".join(f'{key} = "{line.format(against)}"' for key, line in LINES.items())
    place.write_text(SPEC.format(name=name and f'name = "{name}"', data=data, lines=said, confidence=confidence),
                     encoding="utf-8")
    return place


@cache
def rows() -> pa.Table:
    chance = np.random.default_rng(0)
    paid = chance.integers(0, 2, ROWS)
    return pa.table({"id": np.arange(ROWS), "age": chance.integers(20, 60, ROWS).astype(float),
                     "sex": np.array(["f", "m"])[chance.integers(0, 2, ROWS)],
                     "paid": pa.array(paid, mask=chance.random(ROWS) < 0.1)})


@cache
def decided(seed: int) -> pa.Table:
    """What one version decides: right in nine rows of ten, each version in others."""
    table, chance = rows(), np.random.default_rng(seed)
    right = np.random.default_rng(0).integers(0, 2, ROWS)
    said = np.where(chance.random(ROWS) < 0.1, 1 - right, right)
    return table.append_column("decision", pa.array(said, mask=chance.random(ROWS) < 0.02))


def laid(folder: Path) -> Path:
    """Three versions on the same rows, and a file that holds each to the one before."""
    for number in (1, 2, 3):
        pq.write_table(decided(number), folder / f"v{number}.parquet")
    spec(folder / "shall.toml")
    return folder


def check(folder: Path, data: Any, **told: Any) -> CheckReport:
    return shall.check(folder / "shall.toml", folder / data if isinstance(data, str) else data, **told)


def figures(verdicts: Any) -> Mapping[str, Any]:
    """All that a verdict says in numbers; what it is compared with has another name."""
    return {one.name: (one.verdict, [(part.value, part.low, part.high, part.n, part.groups, part.coverage)
                                     for part in one.evidence]) for one in verdicts}


def against_named(folder: Path, data: Any, other: str, confidence: float = 95) -> CheckReport:
    """The same lines against a log that the file names."""
    file = spec(folder / "named.toml", "shipped", data=f'shipped = "{other}"', confidence=confidence)
    return shall.check(file, folder / data if isinstance(data, str) else data, record=False)


def undecided(report: CheckReport) -> str:
    """Why nothing is known; a line without a value is never met."""
    assert {one.verdict for one in report.verdicts} == {Finding.UNDECIDED}
    assert [one.deciding.value for one in report.verdicts] == [None] * len(report.verdicts)
    (note,) = [one for one in report.notes if "no answer: " in one]
    return note.partition("no answer: ")[2]


def ages(limit: float) -> g.Compiled:
    """Decides yes from an age on."""
    x = g.inputs({"age": "number"})
    return g.compile(x, score=x["age"] * 0.01, decision=x["age"] >= limit)
