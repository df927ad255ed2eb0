"""A forest of Adult is made smaller under its requirements, certified by the gate and shipped; two graphs as one."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall import graph as g
from shall.api.opening import graph_of
from shall.core.errors import DataError, InputError, LooksSpent, Refused
from shall.graph.compiled import Compiled, load
from shall.methods import nodes as said
from shall.methods.compress import early_exit
from shall.methods.compress._parts import Rows
from shall.phases import compress as phase
from shall.phases.compressed import CompressReport
from shall.reports import json as told

FEATURES = ("age", "education_num", "capital_gain", "capital_loss", "hours_per_week")
SPEC = """shall = 1
[subject]
name = "adult"
target = "income"
positive = ">50K"
[data]
gate = "gate.parquet"
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.74"
fair = "difference of selection_rate over sex <= 0.25"
small = "size <= 1 MB"
enough = "rows >= 5000"
"""
SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pq.read_table(fetch("adult") / "train.parquet").slice(0, 14_000)


@pytest.fixture(scope="module")
def full(table: pa.Table) -> Compiled:
    some = table.slice(0, 4000)
    X = np.column_stack([some.column(name).to_numpy() for name in FEATURES])
    y = np.array([value == ">50K" for value in some.column("income").to_pylist()])
    boosted = lightgbm.LGBMClassifier(n_estimators=150, n_jobs=1, verbose=-1).fit(X, y)
    x = g.inputs(dict.fromkeys(FEATURES, "number"))
    p = g.predict_proba(boosted, x.numeric)[:, 1]
    return g.compile(x, score=p, decision=said.number(p >= 0.5))


@pytest.fixture
def home(table: pa.Table, full: Compiled, tmp_path: Path) -> Path:
    pq.write_table(table.slice(4000, 4000), tmp_path / "validation.parquet")
    pq.write_table(table.slice(8000, 6000), tmp_path / "gate.parquet")
    (tmp_path / "shall.toml").write_text(SPEC)
    full.save(tmp_path / "full")
    return tmp_path


def compressed(home: Path, **more: Any) -> CompressReport:
    return shall.compress(home / "full", home / "shall.toml", home / "small", data=home / "validation.parquet", **more)


def test_the_fastest_that_keeps_every_requirement_ships(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "_all_ways", lambda: ("distillation", "early_exit"))
    heard: list[str] = []
    found = compressed(home, progress=lambda what, done: heard.append(what))
    assert found.found and found.winner is not None and found.winner.seconds < found.full.seconds, str(found)
    assert found.winner.bytes < found.full.bytes / 2 and found.rows == (2000, 2000) and found.gate == 6000
    assert {one.way for one in found.tried} == {"", "distillation", "early_exit"}
    assert "trying distillation" in heard
    assert (home / ".shall" / "latency.json").is_file()
    jsonschema.validate(json.loads(told.compress(found)), SCHEMA)
    assert "✓ compressed" in str(found) and found.winner.said in str(found)
    small = load(home / "small")
    assert "model" not in small.graph.about and small.graph.about["compressed"] == found.winner.said
    (home / "shall.toml").write_text(SPEC.replace('gate = "gate.parquet"', 'gate = "validation.parquet"'))
    shipped = shall.ship(home / "small", home / "shall.toml", home / "bundle")
    assert shipped.proved.holds and shipped.place


def test_none_that_breaks_a_requirement_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "_all_ways", lambda: ("distillation",))
    (home / "shall.toml").write_text(SPEC.replace("<= 1 MB", "<= 1 KB").replace(">= 0.74", ">= 0.99"))
    found = compressed(home, record=False)
    assert not found.found and not (home / "small").exists()
    assert not (home / ".shall").exists()


def test_an_interrupt_keeps_the_best_so_far(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phase, "_all_ways", lambda: ("distillation",))
    done = []

    def stop(what: str, count: int) -> None:
        done.append(count)
        if sum(done) == 3 and what.startswith("trying"):
            raise KeyboardInterrupt

    found = compressed(home, progress=stop)
    assert found.stopped and len(found.tried) == 4 and found.found
    assert "stopped" in str(found)


def test_two_graphs_ship_as_one(home: Path, full: Compiled, table: pa.Table) -> None:
    rows = Rows(full.edge(table.slice(4000, 6000)))
    made = list(early_exit.candidates(full.graph, rows))[-1]
    assert made.first is not None
    both = Compiled(made.graph, first=Compiled(made.first))
    both.save(home / "both")
    shipped = shall.ship(home / "both", home / "shall.toml", home / "bundle")
    assert shipped.proved.holds and {"first.onnx", "first.json"} <= shipped.files.keys()
    scorer, case = shall.load_bundle(home / "bundle"), table.slice(10_000, 300)
    for name, value in both(case).items():
        assert (scorer(case)[name] == value).all()
    read = graph_of(home / "bundle")                # what check, prove and compress put to the gate
    assert read.first is not None and all((read(case)[name] == value).all() for name, value in both(case).items())
    assert {"first.onnx", "graph.onnx"} <= json.loads((home / "bundle" / "proof.json").read_text())["digests"].keys()
    other = Compiled(made.graph, first=Compiled(list(early_exit.candidates(full.graph, rows, 1))[-1].first))  # type: ignore[arg-type]
    (home / "bundle" / "first.onnx").write_bytes(other.files["first.onnx"])
    with pytest.raises(Refused):
        shall.load_bundle(home / "bundle")


def test_a_gate_without_a_look_is_told_before_anything_is_trained(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shall.ship(home / "full", home / "shall.toml", home / "bundle")
    heard: list[str] = []
    with pytest.raises(LooksSpent, match=r"nothing is trained.*\[data\] before"):
        compressed(home, progress=lambda what, done: heard.append(what))
    assert not heard
    (home / "shall.toml").write_text(SPEC.replace("[data]", "[data]\nlooks = 2"))
    with pytest.raises(LooksSpent, match="`looks` was changed in between"):
        compressed(home)


def test_a_second_look_is_for_what_is_compressed(home: Path, table: pa.Table, monkeypatch: pytest.MonkeyPatch
                                                 ) -> None:
    monkeypatch.setattr(phase, "_all_ways", lambda: ("distillation",))
    line = "calm = 'churn against previous <= 9%'"
    (home / "shall.toml").write_text(SPEC.replace("[data]", "[data]\nlooks = 2") + line)
    shall.ship(home / "full", home / "shall.toml", home / "bundle")
    found = compressed(home)
    assert found.found and found.looks is not None and (found.looks.number, found.looks.left) == (2, 0)
    old, new = (graph_of(home / place)(table.slice(8000, 6000))["decision"] for place in ("bundle", "small"))
    assert found.verdicts[-1].deciding.value == (old != new).mean() > 0     # row by row with what was shipped


@pytest.mark.parametrize(("name", "said"), [
    ("bundle", "is a bundle, which a graph would damage"), ("gate.parquet", "is a file"),
    ("gate.parquet/small", "cannot be written")])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_trained(
        name: str, said: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "bundle").mkdir()
    (home / "bundle" / "manifest.json").write_text("{}")
    monkeypatch.setattr(phase, "search", None)
    with pytest.raises(InputError, match=said):
        shall.compress(home / "full", home / "shall.toml", home / name, data=home / "validation.parquet")
    assert not (home / ".shall").exists()


def test_what_lacks_is_told_with_what_to_do(home: Path) -> None:
    with pytest.raises(InputError, match="--data"):
        shall.compress(home / "full", home / "shall.toml")
    few = pq.read_table(home / "validation.parquet").slice(0, 20)
    with pytest.raises(DataError, match="at least 100"):
        shall.compress(home / "full", home / "shall.toml", data=few)
    with pytest.raises(DataError, match="takes age"):
        shall.compress(home / "full", home / "shall.toml",
                       data=pq.read_table(home / "validation.parquet").drop_columns(["age"]))
    (home / "shall.toml").write_text(SPEC.replace('gate = "gate.parquet"', 'train = "validation.parquet"'))
    with pytest.raises(InputError, match="names no gate"):
        shall.compress(home / "full", home / "shall.toml")
