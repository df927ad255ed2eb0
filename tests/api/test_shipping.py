"""A model of Adult ships: proved, held to its file again on the graph, packed; what differs is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression

import shall
from examples.fetch import fetch
from shall import bundle, registry
from shall.api.shipping import AGAIN
from shall.core.errors import DataError, FileError, InputError, Refused
from shall.core.verdict import Finding
from shall.graph import Compiled, compile, inputs
from shall.graph.compiled import load as graph_at
from shall.methods.compiled import compiled
from shall.methods.model import Model, load
from shall.methods.prepare import encode
from shall.methods.rule import Rule
from shall.phases import ship as phase
from shall.stores import open_store

find = partial(registry.find, "methods")
FEATURES = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "hours_per_week")
SPEC = """shall = 1
[subject]
name = "adult"
target = "income"
positive = ">50K"
[data]
train = "train.parquet"
gate = "gate.parquet"
looks = 3
[columns]
latency = { unit = "ms" }
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.75"
fast = "p50(latency) <= 50 ms"
small = "size <= 2 MB"
left = "selective_coverage >= 0.5"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adult")
    table = pq.read_table(fetch("adult") / "train.parquet")
    pq.write_table(table.slice(0, 3000), folder / "train.parquet")
    pq.write_table(table.slice(3000, 3000), folder / "gate.parquet")
    said = pa.array(["<=50K"] * 3000)
    pq.write_table(table.slice(3000, 3000).append_column("prediction", said), folder / "predicted.parquet")
    (folder / "shall.toml").write_text(SPEC)
    model().save(folder / "model")
    return folder


def model(rule: Rule | None = None) -> Model:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 3000)
    encoding = encode.fit(table, FEATURES)
    label = np.array([value == ">50K" for value in table.column("income").to_pylist()], dtype=np.int64)
    learned = find("lightgbm").fit(encoding(table), label, encoding.sizes, settings={"rounds": 40})
    return Model("lightgbm", encoding, learned, rule=rule or Rule(0.45, abstain=0.03))


@pytest.fixture(scope="module")
def shipped(made: Path) -> phase.ShipReport:
    return shall.ship(made / "model", made / "shall.toml", made / "bundle")


def test_the_graph_is_proved_and_held_to_its_file(shipped: phase.ShipReport) -> None:
    assert shipped.proved.holds and shipped.proved.proof.compared >= 10_000
    assert {one.name: one.beyond for one in shipped.proved.proof.outputs} == {"score": 0, "decision": 0, "abstained": 0}
    assert shipped.check is not None and shipped.check.verdict is Finding.MET
    assert {verdict.name for verdict in shipped.check.verdicts} == {"right", "fast", "small", "left"}
    assert shipped.latency is not None and 0 < shipped.latency.p50 <= shipped.latency.p99


def test_a_bundle_has_a_version(shipped: phase.ShipReport, made: Path) -> None:
    assert shipped.version == bundle.read(made / "bundle").manifest.about["version"] == "1"
    assert "version 1" in str(shipped)
    again = shall.ship(made / "model", made / "shall.toml", made / "same")
    assert (again.version, again.notes, shipped.notes) == ("1", [AGAIN], []) and "again" in str(again)
    assert shall.ship(model(Rule(0.5)).save(made / "second"), made / "shall.toml", made / "two.zip").version == "2"
    with pytest.raises(InputError, match="version 1 of adult was shipped already"):
        shall.ship(made / "second", made / "shall.toml", made / "three.zip", version="1")
    assert shall.load_bundle(made / "two.zip").digest == bundle.read(made / "two.zip").digest


def test_size_is_what_answers_and_latency_is_measured(shipped: phase.ShipReport, made: Path) -> None:
    assert shipped.check is not None
    value = {verdict.name: verdict.deciding.value for verdict in shipped.check.verdicts}
    assert value["small"] == (made / "bundle" / "graph.onnx").stat().st_size
    assert 1e-6 < value["fast"] < 0.05          # seconds
    assert shipped.latency is not None and shipped.latency.p50 == pytest.approx(value["fast"], rel=0.01)
    assert {"manifest.json", "graph.onnx"} < {*shipped.files}


def test_the_same_verdicts_as_of_the_model_itself(shipped: phase.ShipReport, made: Path) -> None:
    spec = (made / "shall.toml").read_text().replace('fast = "p50(latency) <= 50 ms"\n', "").replace(
        'latency = { unit = "ms" }\n', "")
    (made / "model.toml").write_text(spec.replace('name = "adult"', 'name = "adult"\nmodel = "model"'))
    (made / "graph.toml").write_text(spec.replace('name = "adult"', 'name = "adult"\nmodel = "bundle"'))
    of_model, of_graph = (shall.check(made / name, record=False) for name in ("model.toml", "graph.toml"))
    for one, other in zip(of_model.verdicts, of_graph.verdicts, strict=True):
        if one.name != "small":
            assert (one.deciding.value, one.deciding.low, one.deciding.n) == (
                other.deciding.value, other.deciding.low, other.deciding.n)


def test_a_model_that_was_proved_to_decide_alike_is_no_new_look(made: Path, shipped: phase.ShipReport) -> None:
    again = shall.ship(made / "model", made / "shall.toml", made / "again")
    assert shipped.check is not None and shipped.check.looks is not None and again.check is not None
    assert again.check.looks is not None and again.check.looks.number == shipped.check.looks.number == 1
    assert again.check.looks.repeated


def test_the_bundle_holds_what_it_says(shipped: phase.ShipReport, made: Path) -> None:
    found = bundle.read(made / "bundle")
    assert {*found.files} == {"graph.onnx", "graph.json", "shall.toml", "evidence/check.json", "proof.json",
                              "reference.tally", "libraries.json", "baseline.json"}
    assert found.digest == shipped.digest
    bundle.check(found.files)
    proof = json.loads(found["proof.json"])
    assert proof["holds"] and proof["digests"]["graph.onnx"] == bundle.digest_of(found["graph.onnx"])
    assert found["shall.toml"].decode() == SPEC
    assert json.loads(found["libraries.json"])["runs_on"]["numpy"]["version"] == np.__version__


def test_the_typical_row_of_training_ships_for_the_reasons(made: Path, shipped: phase.ShipReport) -> None:
    found = bundle.read(made / "bundle")
    told = json.loads(found["baseline.json"])
    assert (told["of"], told["rows"], {*told["typical"]}) == ("train", 3000, {*FEATURES})
    assert told["typical"]["age"] == 37 and told["typical"]["workclass"] == "Private"
    scorer = shall.load_bundle(made / "bundle")
    row = pq.read_table(made / "gate.parquet").to_pylist()[0]
    (reasons,) = scorer.reasons(row)
    assert reasons.of == "1" and 1 <= len(reasons.reasons) <= 4 and reasons.score == scorer(row)["score"][0]
    assert [abs(one.contribution) for one in reasons.reasons] == sorted(
        (abs(one.contribution) for one in reasons.reasons), reverse=True)


def test_a_check_by_the_file_of_a_bundle_writes_nothing_into_it(made: Path, shipped: phase.ShipReport) -> None:
    (made / "apart").mkdir()
    file = {"subject": {"name": "adult", "target": "income", "positive": ">50K"},
            "data": {"gate": str(made / "gate.parquet")}, "requirements": {"right": "accuracy >= 0.75"}}
    again = shall.ship(made / "model", file, made / "apart" / "bundle", record=False)
    (made / "apart" / "log").mkdir()
    (made / "apart" / "log" / "1.parquet").write_bytes((made / "predicted.parquet").read_bytes())
    report = shall.check(made / "apart" / "bundle" / "shall.toml", made / "apart" / "log")
    assert report.rows == 3000
    assert bundle.read(made / "apart" / "bundle").digest == again.digest
    assert (made / "apart" / ".shall").is_dir()


def test_a_typical_row_of_another_model_is_refused(made: Path, shipped: phase.ShipReport) -> None:
    files = dict(bundle.read(made / "bundle").files)
    told = json.loads(files["baseline.json"])
    for changed, message in (({**told, "digests": {"graph.onnx": "0" * 64}}, "about another graph.onnx"),
                             ({**told, "digests": {}}, "does not state the digest of graph.onnx")):
        with pytest.raises(Refused, match=message):
            bundle.check({**files, "baseline.json": json.dumps(changed).encode()})


def test_graph_and_proof_are_the_same_bytes_each_time(made: Path, shipped: phase.ShipReport) -> None:
    other = shall.ship(made / "model", made / "shall.toml", made / "other")
    assert other.place != shipped.place
    for name in ("graph.onnx", "graph.json", "proof.json", "libraries.json"):
        assert (made / "other" / name).read_bytes() == (made / "bundle" / name).read_bytes()


def test_what_ships_answers_as_the_model(made: Path, shipped: phase.ShipReport) -> None:
    gate = pq.read_table(made / "gate.parquet")
    graph, answer = graph_at(made / "bundle"), model().answer(gate)
    said = graph(gate)
    np.testing.assert_array_equal(said["decision"], answer.decision)
    np.testing.assert_allclose(said["score"], answer.score[:, 1], rtol=0, atol=1e-12)
    row = gate.slice(5, 1).to_pylist()[0]
    assert graph(row)["score"][0] == said["score"][5]


def test_prove_a_model_a_bundle_and_a_bundle_against_its_model(made: Path, shipped: phase.ShipReport) -> None:
    gate = made / "gate.parquet"
    alone = shall.prove(made / "model", gate)
    assert alone.holds and "in Python" in alone.against and alone.proof.tolerance == phase.TIGHT
    assert shall.prove(made / "bundle", gate).against.startswith("numpy")
    assert shall.prove(made / "bundle", pq.read_table(gate), of=made / "model").holds


def test_a_bundle_is_not_proved_against_another_model(made: Path, shipped: phase.ShipReport) -> None:
    model(Rule(0.2)).save(made / "another")
    with pytest.raises(InputError, match="made of another model"):
        shall.prove(made / "bundle", made / "gate.parquet", of=made / "another")


def test_a_graph_that_decides_otherwise_is_not_packed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = compiled(model(Rule(0.2)), find)
    monkeypatch.setattr(phase, "compiled", lambda asked, find: wrong)
    refused = shall.ship(made / "model", made / "shall.toml", made / "refused")
    assert not refused.proved.holds and refused.check is None and refused.place == ""
    assert not (made / "refused").exists()
    (decision,) = (one for one in refused.proved.proof.outputs if one.name == "decision")
    assert decision.beyond > 0 and decision.example["graph"] != decision.example["python"]
    assert "Nothing is packed" in str(refused) and "not proved" in str(refused)


def test_a_broken_requirement_is_told_and_stands_in_the_bundle(made: Path) -> None:
    (made / "strict.toml").write_text(SPEC.replace("accuracy >= 0.75", "accuracy >= 0.99"))
    report = shall.ship(made / "model", made / "strict.toml", made / "strict.zip", record=False)
    assert report.check is not None and report.check.verdict is Finding.BROKEN
    told = json.loads(bundle.read(made / "strict.zip")["evidence/check.json"])
    assert told["verdict"] == "broken"


def test_a_graph_written_by_hand_ships(made: Path) -> None:
    x = inputs({"age": "number", "hours_per_week": "number", "workclass": "text"})
    score = (x["age"] / 200.0 + x["hours_per_week"] / 400.0)
    graph = compile(x, score=score, decision=score >= 0.45)
    report = shall.ship(graph, made / "shall.toml", made / "by_hand", record=False)
    assert report.proved.holds and report.proved.against.startswith("numpy") and report.check is not None
    graph.save(made / "graph")
    again = shall.ship(made / "graph", made / "shall.toml", made / "by_hand", record=False)
    assert again.check is not None
    assert [one.deciding.value for one in again.check.verdicts if one.name in ("right", "small")] == [
        one.deciding.value for one in report.check.verdicts if one.name in ("right", "small")]


def test_a_line_that_is_only_watched_asks_nothing_of_the_gate(made: Path) -> None:
    """`code` is a column of the log of a service alone; a line of every phase that asks about it does not ship."""
    line = '[requirements.answers]\nthat = "share(code != \'answered\') <= 1%"\n'
    (made / "watched.toml").write_text(SPEC + line + 'phases = ["watch"]\n')
    report = shall.ship(made / "model", made / "watched.toml", made / "watched.zip", record=False)
    assert report.check is not None
    assert [one.name for one in report.check.verdicts] == ["right", "fast", "small", "left"]
    assert "answers" in bundle.read(made / "watched.zip")["shall.toml"].decode()
    (made / "asked.toml").write_text(SPEC + line)
    with pytest.raises(FileError, match="the log has no column `code`"):
        shall.ship(made / "model", made / "asked.toml", made / "asked.zip", record=False)


def test_a_graph_and_its_onnx_belong_together(made: Path, shipped: phase.ShipReport) -> None:
    (made / "mixed").mkdir()
    (made / "mixed" / "graph.json").write_bytes((made / "bundle" / "graph.json").read_bytes())
    x = inputs({"age": "number"})
    (made / "mixed" / "graph.onnx").write_bytes(compile(x, score=x["age"] / 100.0).onnx)
    with pytest.raises(DataError, match=r"not what its graph\.json says"):
        shall.prove(made / "mixed", made / "gate.parquet")


def test_without_a_model_the_last_certified_one_ships(made: Path) -> None:
    with pytest.raises(InputError, match="no model was certified"):
        shall.ship(file=made / "shall.toml")
    folder = made / "built"
    found = model().save(folder / ".shall" / "models" / "kept")
    digest = load(found, partial(registry.find, "methods")).digest
    found.rename(folder / ".shall" / "models" / digest[:16])
    (folder / "shall.toml").write_text(SPEC.replace('"gate', f'"{made}/gate').replace('"train', f'"{made}/train'))
    with open_store(folder / ".shall" / "shall.db") as store:
        for one, certified in ((digest, True), ("a" * 64, False)):
            store.append("build", "adult", {"model": one, "found": certified, "verdicts": []})
        first, second = (f"{one.created[:10]} at {one.created[11:16]} UTC" for one in store.records("build"))
    (told,) = shall.ship(file=folder / "shall.toml", output=folder / "bundle").notes
    assert told == (f"it is the model {digest[:12]} that `shall build` certified on {first}; no model was found on "
                    f"{second}, by the newest build")


def test_a_mapping_is_packed_as_a_file(made: Path) -> None:
    file = {"subject": {"name": "adult", "target": "income", "positive": ">50K"},
            "data": {"gate": str(made / "gate.parquet")}, "requirements": {"right": "accuracy >= 0.75"}}
    shall.ship(made / "model", file, made / "mapped")
    assert 'right = "accuracy >= 0.75"' in bundle.read(made / "mapped")["shall.toml"].decode()


def test_rows_are_needed(made: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        shall.prove(made / "model", pq.read_table(made / "gate.parquet").slice(0, 0))
    with pytest.raises(InputError, match="there is no model"):
        shall.prove(made / "nothing", made / "gate.parquet")


def test_several_classes_and_a_number(made: Path) -> None:
    table = pq.read_table(made / "train.parquet").rename_columns([
        "label" if name == "relationship" else name for name in pq.read_table(made / "train.parquet").column_names])
    classes = tuple(sorted({*table.column("label").to_pylist()}))
    encoding = encode.fit(table, ("age", "education_num", "hours_per_week", "sex"))
    place = np.array([classes.index(value) for value in table.column("label").to_pylist()], dtype=np.int64)
    learned = find("additive").fit(encoding(table), place, encoding.sizes, classes=len(classes),
                                   settings={"rounds": 100})
    Model("additive", encoding, learned, classes=classes).save(made / "kinds")
    pq.write_table(table, made / "kinds.parquet")
    file = {"subject": {"name": "kinds", "kind": "classifier", "target": "label", "classes": list(classes)},
            "data": {"gate": str(made / "kinds.parquet")},
            "requirements": {"right": "accuracy >= 0.4", "sharp": "multiclass_log_loss <= 2"}}
    report = shall.ship(made / "kinds", file, made / "kinds_bundle")
    assert report.check is not None and report.check.verdict is Finding.MET
    hours = table.column("hours_per_week").cast(pa.float64()).to_numpy()
    ages = encode.fit(table, ("age", "education_num", "sex"))
    learned = find("lightgbm").fit(ages(table), hours, ages.sizes, classes=0, settings={"rounds": 40})
    Model("lightgbm", ages, learned, classes=()).save(made / "hours")
    file = {"subject": {"name": "hours", "kind": "regressor", "target": "hours_per_week"},
            "data": {"gate": str(made / "kinds.parquet")}, "requirements": {"near": "mean_absolute_error <= 9"}}
    report = shall.ship(made / "hours", file, made / "hours_bundle")
    assert report.check is not None and report.check.verdict is Finding.MET


def test_a_graph_needs_a_score_or_a_decision(made: Path) -> None:
    x = inputs({"age": "number"})
    with pytest.raises(DataError, match="`score`, `decision` or both"):
        shall.ship(compile(x, age=x["age"] * 2.0), made / "shall.toml", made / "none")


def test_the_tolerance_is_that_of_the_library() -> None:
    asked = model()
    assert phase.Subject("x", Compiled(compiled(asked, find).graph), asked).tolerance == phase.TIGHT
    assert phase.Subject("x", Compiled(compiled(asked, find).graph), replace(asked, learner="xgboost")
                         ).tolerance == phase.SINGLE


def test_a_gate_is_needed(made: Path) -> None:
    with pytest.raises(InputError, match="no rows to hold the graph to"):
        shall.ship(made / "model", {"requirements": {"right": "accuracy >= 0.7"}}, made / "none")


@pytest.mark.parametrize("verb", ["ship", "compress", "prove"])
def test_a_fitted_object_is_to_be_compiled_first(verb: str, made: Path) -> None:
    fitted = LogisticRegression().fit([[0.0], [1.0]], [0, 1])
    given = {"prove": (made / "gate.parquet",)}.get(verb, (made / "shall.toml",))
    with pytest.raises(InputError, match=r"LogisticRegression has to be compiled first: .*predict_proba"):
        getattr(shall, verb)(fitted, *given)
    with pytest.raises(InputError, match="a dict is no model that can ship"):
        getattr(shall, verb)({}, *given)
