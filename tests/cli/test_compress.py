"""`shall compress`: arguments to the library, a report, an exit code."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

from shall import bundle
from shall import graph as g

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
SPEC = """shall = 1
[subject]
name = "tumours"
target = "benign"
positive = "1"
[data]
gate = "gate.parquet"
[requirements]
right = "accuracy >= 0.85"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    rows = X.assign(benign=y).sample(frac=1, random_state=0)
    learn = rows[:190]
    rows[190:380].to_parquet("more.parquet")
    rows[380:].to_parquet("gate.parquet")
    x = g.inputs_of(X)
    p = g.predict_proba(RandomForestClassifier(200, random_state=0).fit(learn[X.columns], learn["benign"]), x)[:, 1]
    g.compile(x, score=p, decision=p >= 0.5).save("full")
    (tmp_path / "shall.toml").write_text(SPEC)
    return tmp_path


def test_a_smaller_graph_is_written_and_told(shall, home):
    found = shall("compress", "full", "--data", "more.parquet", "-o", "small", "--json")
    assert found.code == 0, found.err
    told = json.loads(found.out)
    jsonschema.validate(told, SCHEMA)
    assert told["found"] and told["model"] == "small" and (home / "small" / "graph.onnx").is_file()
    assert told["tried"][told["chosen"]]["measured"] < told["tried"][0]["measured"]


def test_none_is_an_exit_code_of_one(shall, home):
    (home / "shall.toml").write_text(SPEC.replace("0.85", "0.999"))
    found = shall("compress", "full", "--data", "more.parquet", "--seconds", "1")
    assert found.code == 1 and "The frontier" in found.out and not (home / "compressed").exists()
    assert "stopped" in found.out


def test_the_shall_file_is_of_the_subject_of_the_bundle(shall, home, monkeypatch):
    (home / "shall.toml").write_text(SPEC.replace('"gate.', f'"{home}/gate.').replace("[req", "looks = 2\n[req"))
    for place in ("bundle", "bundle.zip"):
        assert shall("ship", "full", "-o", place, "--no-record").code == 0
    digest, asked = bundle.read("bundle").digest, ("--data", str(home / "more.parquet"), "--seconds", "0.01")
    assert shall("compress", "bundle", *asked).code == 1
    for folder in ("loans", "empty"):
        (home / folder).mkdir()
    monkeypatch.chdir(home / "loans")
    (home / "loans" / "shall.toml").write_text(SPEC.replace("tumours", "loans"))
    found = shall("compress", "../bundle", *asked)
    assert found.code == 2 and found.err.endswith(
        "../bundle is a bundle of tumours, and the shall.toml of this folder is about loans: name the shall file of "
        "tumours with --spec PATH (file=… in Python)\n")
    monkeypatch.chdir(home / "empty")
    found = shall("compress", "../bundle", *asked)     # by its own file, beside which nothing is kept
    assert found.code == 1 and found.out.startswith("tumours")
    found = shall("compress", "../bundle.zip", *asked)
    assert found.code == 2 and found.err.endswith(
        "there is no shall.toml in this folder, and the one in ../bundle.zip is not taken, since a .zip is no folder "
        "that its paths could count from: name the shall file of tumours with --spec PATH (file=… in Python)\n")
    assert bundle.read("../bundle").digest == digest and (home / ".shall" / "latency.json").is_file()


def test_the_help_shows_an_example(shall):
    found = shall("compress", "--help")
    assert found.code == 0 and "shall compress bundle/ --data validation.parquet -o small/" in found.out


def test_what_is_wrong_is_told(shall, home):
    assert shall("compress", "full").code == 2                      # no rows to learn from
    found = shall("compress", "nothing", "--data", "more.parquet")
    assert found.code == 2 and "there is no model nothing" in found.err
