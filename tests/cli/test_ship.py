"""`shall ship` and `shall prove`: arguments, what is printed, exit codes."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall import bundle
from shall.graph import compile, inputs, where
from shall.graph.compiled import GRAPH

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
SPEC = """shall = 1
[subject]
name = "loans"
target = "repaid"
positive = "1"
[data]
gate = "gate.parquet"
[requirements]
useful = "accuracy >= 0.6"
"""

FALLING = SPEC.replace("useful = ", "useful.that = ") + 'useful.on_broken = "fall back to rules"\n'


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with a gate, a file, and a graph that is right about three of four."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    age = random.integers(18, 80, 1000).astype(float)
    repaid = (age > 45) ^ (random.random(1000) < 0.2)
    city = random.choice(["Oslo", "Bergen"], 1000)
    pq.write_table(pa.table({"age": age, "city": city, "repaid": repaid.astype(int)}), "gate.parquet")
    (tmp_path / "shall.toml").write_text(SPEC)
    x = inputs({"age": "number", "city": ["Oslo", "Bergen"]})
    score = where(x["city"] == "Oslo", x["age"] / 90.0, x["age"] / 90.0 + 1e-3)
    compile(x, score=score, decision=score > 0.5).save("graph")
    return tmp_path


def test_a_graph_ships(shall, home):
    found = shall("ship", "graph", "-o", "loans")
    assert found.code == 0, found.err
    for told in ("The proof", "decided alike", "✓ proved", "The requirements, on the graph", "✓ met        useful",
                 "latency of one row", "bundle: loans", "manifest.json"):
        assert told in found.out
    assert {"graph.onnx", "proof.json", "evidence/check.json"} < {*bundle.read("loans").files}
    assert shall("verify", "loans", "--unsigned").code in (0, 2)
    assert shall("ship", "graph", "-o", "loans.zip").code == 0 and bundle.read("loans.zip").files


def test_paths_are_printed_as_they_resolve(shall, home, monkeypatch):
    (home / "files").mkdir()
    (home / "files" / "shall.toml").write_text(SPEC.replace('"gate', '"../gate').replace("gate =", 'train = "../'
                                                                                        'gate.parquet"\ngate ='))
    monkeypatch.chdir(home / "files")
    for place, told in (("../files/loans", "bundle: loans  "), ("../loans.zip", f"bundle: {home}/loans.zip  ")):
        assert told in shall("ship", "../graph", "-o", place).out
    proved = " ".join(shall("prove", "../files/loans", "../gate.parquet").out.split())
    assert f"on rows of {home}/gate.parquet" in proved
    planned = " ".join(shall("check", "--plan").out.split())
    assert f"a logistic regression on {home}/gate.parquet stands in for it" in planned
    monkeypatch.chdir(home)
    assert "a logistic regression on gate.parquet stands in" in " ".join(
        shall("check", "files/shall.toml", "--plan").out.split())


def test_a_broken_requirement_is_1_and_an_undecided_one_3(shall, home):
    (home / "broken.toml").write_text(SPEC.replace("0.6", "0.99"))
    assert shall("ship", "graph", "--spec", "broken.toml").code == 1
    (home / "open.toml").write_text(SPEC.replace("accuracy >= 0.6", "roc_auc >= 0.9 where age < 18"))
    assert shall("ship", "graph", "--spec", "open.toml").code == 3


def test_a_version_is_held_to_the_one_before_or_to_one_that_is_named(shall, home):
    line = 'calm = "churn against previous <= 50%"\n'
    (home / "shall.toml").write_text(SPEC.replace("[data]", "[data]\nlooks = 3") + line)
    assert shall("ship", "graph", "-o", "loans-1").code == 3             # there is none before
    x = inputs({"age": "number"})
    compile(x, score=x["age"] / 100.0, decision=x["age"] > 60.0).save("second")
    found = shall("ship", "second", "-o", "loans-2", "--no-record", "--previous", "loans-1")
    assert found.code == 0 and "`previous` is the version in loans-1" in " ".join(found.out.split())
    (home / "loans-1").rename(home / "elsewhere")
    found = shall("ship", "second", "-o", "loans-2")
    assert found.code == 3 and "say where it is, --previous PLACE" in " ".join(found.out.split())
    assert shall("ship", "second", "--previous", "nowhere").code == 2


def test_figures_are_of_one_kind(shall, home):
    (home / "shall.toml").write_text(SPEC + 'small = "size <= 100 KB"\nfast = "p50(latency) <= 900 s"\n')
    out = shall("ship", "graph", "-o", "loans").out
    assert "(1,000 rows, from plain values to the answer)" in " ".join(out.split())
    assert " KB" in out and "kB" not in out and max(map(len, out.splitlines())) <= 80
    fast = next(line for line in out.splitlines() if "fast" in line and "met" in line)
    assert "0.0 s" not in fast and "[0.0" not in fast


def test_json_of_the_schema(shall, home):
    told = json.loads(shall("ship", "graph", "--json").out)
    jsonschema.validate(told, SCHEMA)
    assert told["proof"]["holds"] and told["check"]["verdict"] == "met" and told["latency"]["rows"] == 1000
    proved = json.loads(shall("prove", "bundle", "gate.parquet", "--json").out)
    jsonschema.validate(proved, SCHEMA)
    assert proved["proof"]["rows"]["real"] == 1000 and proved["verb"] == "prove"


def test_prove_a_bundle_in_a_folder_or_a_zip(shall, home):
    assert shall("ship", "graph", "-o", "loans.zip").code == shall("ship", "graph", "-o", "loans").code == 0
    for place in ("loans", "loans.zip"):
        found = shall("prove", place, "gate.parquet")
        assert found.code == 0 and "✓ proved" in found.out and "operation by operation" in found.out


def test_a_bundle_is_put_to_the_gate(shall, home):
    assert shall("ship", "graph", "-o", "loans.zip").code == 0
    (home / "again.toml").write_text(SPEC.replace('name = "loans"', 'name = "loans"\nmodel = "loans.zip"'))
    found = shall("check", "again.toml", "--no-record")
    assert found.code == 0 and "decided by the model loans.zip" in found.out
    said = " ".join(found.out.split())
    assert "not counted: nothing is recorded here, with --no-record (record=False); the bounds allow for 1" in said


def test_what_is_wrong_is_2(shall, home):
    assert shall("ship", "nothing").code == shall("prove", "nothing", "gate.parquet").code == 2
    assert shall("prove", "graph", "none.parquet").code == 2
    assert "no model was certified" in shall("ship").err and not (home / ".shall").exists()     # nothing is left
    (home / "graph" / GRAPH).write_text("{}")
    assert "no graph, or a damaged one" in shall("ship", "graph").err


def test_a_changed_bundle_is_refused(shall, home):
    assert shall("ship", "graph", "-o", "loans").code == 0
    (home / "loans" / "proof.json").write_text("{}")
    assert shall("prove", "loans", "gate.parquet").code == 1
    assert shall("ship", "loans", "-o", "other").code == 1


@pytest.mark.parametrize("verb", ["ship", "prove"])
def test_help_has_examples(shall, verb):
    found = shall(verb, "--help")
    assert found.code == 0 and "Examples:" in found.out and "Exit code 0" in found.out


def test_another_file_than_a_model_is_told(shall, home):
    (home / "m.pkl").write_bytes(b"\x80\x04]\x94.")
    for name, said in (("m.pkl", "pickled object"), ("gate.parquet", "file of rows"), ("shall.toml", "shall file"),
                       ("graph/graph.json", "give the folder, graph")):
        for verb in ("ship", "compress"):
            found = shall(verb, name)
            assert found.code == 2 and said in " ".join(found.err.split())


def test_a_branch_rides_along_and_has_to_keep_what_falls_back_to_it(shall, home):
    (home / "shall.toml").write_text(FALLING)
    x = inputs({"age": "number"})
    compile(x, decision=x["age"] > 45.0).save("rules")
    compile(x, decision=x["age"] < 45.0).save("wrong")
    found = shall("ship", "graph", "-o", "loans.zip", "--branch", "rules=rules")
    assert found.code == 0, found.err
    for told in ("The proof of the branch rules", "What falls back to the branch rules, on its graph",
                 "branches/rules/graph.onnx"):
        assert told in found.out
    found = shall("ship", "graph", "-o", "loans.zip", "--branch", "rules=wrong", "--json", "--no-record")
    told = json.loads(found.out)
    jsonschema.validate(told, SCHEMA)
    (branch,) = told["branches"]
    assert found.code == 1 and branch["promised"] == ["useful"]
    assert [one["verdict"] for one in branch["check"]["verdicts"]] == ["broken"]
    assert [one["verdict"] for one in told["check"]["verdicts"]] == ["met"]


@pytest.mark.parametrize(("said", "words"), [
    (["rules"], "no branch and its graph"), (["=rules"], "no branch and its graph"), (["rules="], "no branch and its"),
    (["a=rules", "a=other"], "named twice"), ([], "falls back to the branch rules, which is not there")])
def test_what_is_no_branch_is_2(shall, home, said, words):
    (home / "shall.toml").write_text(FALLING)
    found = shall("ship", "graph", *(part for one in said for part in ("--branch", one)))
    assert found.code == 2 and words in found.err
