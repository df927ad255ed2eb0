"""Lines against other data, in a server: judged as in a check, whatever those data call what the model answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall import graph as g
from shall.api.service.linting import lint_served
from shall.api.service.serving import serving
from shall.core.decisions import Label
from shall.core.errors import FileError, InputError
from tests.api.packed import label

ROWS = 2_000
LINES = {"likely": "estimated_accuracy against tested >= 0.7", "moved": "population_stability against tested <= 0.2",
         "inputs": "population_stability over feature against tested <= 0.2"}
NAMES = {"of the service": ("score", "decision"), "of a check": ("shall_score", "shall_decision"),
         "both": ("score", "decision", "shall_score", "shall_decision")}


def answered(folder: Path, names: tuple[str, ...]) -> Path:
    """Rows with their label, as the gate has them, and what the model answers on them under these names."""
    chance = np.random.default_rng(3)
    age = chance.integers(20, 80, ROWS)
    score = 1 / (1 + np.exp(-(age - 42) / 5))
    rows = {"age": age, "sex": chance.choice(["f", "m"], ROWS), "repaid": (age + chance.normal(0, 8, ROWS) > 42) * 1}
    pq.write_table(pa.table(rows), folder / "gate.parquet")
    said = {name: score if name.endswith("score") else (score >= 0.5) * 1 for name in names}
    pq.write_table(pa.table({**rows, **said}), folder / "tested.parquet")
    return folder


def shipped(folder: Path) -> Path:
    """A bundle whose lines are compared with `tested`, and a serve file over it."""
    x = g.inputs({"age": "number"})
    score = g.sigmoid((x["age"] - 42) / 5)
    file: dict[str, Any] = {
        "subject": {"name": "loans", "target": "repaid", "positive": "1"}, "groups": {"sex": "sex"},
        "data": {name: str(folder / f"{name}.parquet") for name in ("gate", "tested")},
        "requirements": {name: {"that": line, "phases": ["watch"]} for name, line in LINES.items()},
        "watch": {"windows": ["300 rows"], "false_alarms": "1 per 100,000 rows", "every": "1 minute"}}
    shall.ship(g.compile(x, score=score, decision=score >= 0.5), file, folder / "7.zip")
    (folder / "serve.toml").write_text('serve = 1\nstore = "shall.db"\n[loans]\nbundles = { 7 = "7.zip" }\n')
    return folder / "serve.toml"


def decide(served: Any, ages: Any) -> list[str]:
    decided = served.service.decide("loans", [{"age": int(age), "sex": "fm"[place % 2]}
                                              for place, age in enumerate(ages)])
    for sink, records in decided.kept:
        sink.write(records)
    return [one.id for one in decided.answers]


def verdicts(served: Any) -> dict[tuple[str, str], str]:
    served.watch()
    return {(one.body["window"], verdict["name"]): verdict["verdict"] for one in served.store.records("verdicts")
            for verdict in one.body["verdicts"]}


@pytest.mark.parametrize("names", NAMES)
def test_they_are_judged_met_and_broken_in_a_server(tmp_path: Path, names: str) -> None:
    place = shipped(answered(tmp_path, NAMES[names]))
    assert lint_served(place).served
    served, chance = serving(place), np.random.default_rng(8)
    served.watches.monotonic = iter(range(0, 10**9, 61)).__next__
    try:
        decide(served, chance.integers(20, 80, 300))
        found = verdicts(served)
        assert {name: found["rows 1 to 300", name] for name in LINES} == dict.fromkeys(LINES, "met")
        decide(served, chance.integers(39, 46, 300))    # near the threshold: other people, and many errors
        found = verdicts(served)
        assert {name: found["rows 301 to 600", name] for name in LINES} == dict.fromkeys(LINES, "broken")
    finally:
        served.close()


def test_an_estimate_of_a_server_stands_up_to_the_labels_that_were_sent(tmp_path: Path) -> None:
    served, chance = serving(shipped(answered(tmp_path, NAMES["of a check"]))), np.random.default_rng(8)
    served.watches.monotonic = iter(range(0, 10**9, 61)).__next__
    try:
        ages = chance.integers(20, 80, 300)
        ids = decide(served, ages)
        assert verdicts(served)["rows 1 to 300", "likely"] == "met"
        label(served, *(Label(one, int(age <= 42), 0) for one, age in zip(ids, ages, strict=True)))
        decide(served, chance.integers(20, 80, 300))
        told = served.watch()
        found = verdicts(served)
        assert found["rows 1 to 300", "likely"] == "met" and found["rows 301 to 600", "likely"] == "undecided"
        (refuted,) = [one.body["refuted"] for one in served.store.records("verdicts") if "refuted" in one.body]
        assert [(one["name"], one["was"]) for one in refuted] == [("likely", "met")]
        assert any("rows 1 to 300: likely was met by an estimate, before labels came" in note for note in told)
    finally:
        served.close()


def test_what_cannot_be_read_is_told_by_ship_by_lint_and_by_the_server(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no column shall_decision, .*\(nor decision, .* `shall predict`"):
        shipped(answered(tmp_path, ()))
    place = shipped(answered(tmp_path, NAMES["both"]))
    table = pq.read_table(tmp_path / "tested.parquet")
    pq.write_table(table.drop_columns(["age"]), tmp_path / "tested.parquet")
    with pytest.raises(FileError, match=r"serve.toml:4:\d+: `tested` cannot be compared with: .* has no column age"):
        lint_served(place)
    (tmp_path / "tested.parquet").unlink()
    with pytest.raises(FileError, match=r"there is no file .*tested\.parquet, which the file names under \[data\]"):
        lint_served(place)
    served = serving(place)
    served.watches.monotonic = iter(range(0, 10**9, 61)).__next__
    try:
        decide(served, range(20, 60))
        served.watch()
        (note,) = [note for note in served.status if "tested" in note]
        assert note.startswith("loans@7: lines against other data are undecided in every window: there is no file ")
    finally:
        served.close()
