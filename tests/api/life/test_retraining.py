"""A model that broke a promise is trained again on what was decided since; who is in charge does not change by that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall import graph as g
from shall.api import building
from shall.api.life.retraining import RETRAINED, alone, in_words_of, retrain
from shall.api.service.bundled import loaded
from shall.api.service.serving import Serving, serving
from shall.api.service.versioning import KIND as SHIPPED
from shall.core.decisions import Label
from shall.core.errors import InputError
from shall.phases.ship import Subject
from shall.stores import open_store
from tests.api.packed import label, pack

SPEC = """shall = 1
[subject]
name = "loans"
target = "paid"
positive = "yes"
[groups]
sex = "sex"
[data]
train = "once.parquet"
gate = "then.parquet"
looks = 3
[requirements]
right = "accuracy >= 0.8"
fair = "ratio of selection_rate over sex >= 0.5"
[build]
learners = ["logistic_regression"]
trials = 1
seed = 1
"""
SERVE = 'serve = 1\nstore = "shall.db"\n[loans]\nbundles = { 7 = "7.zip" }\n'


def logged(folder: Path, rows: int = 700, labelled: float = 1.0, spec: str = SPEC, **branches: g.Compiled) -> Serving:
    """A model for a world in which the old pay back; now the young do."""
    x = g.inputs({"age": "number", "pay": "number"})
    score = g.sigmoid((x["age"] - 45) / 5)
    pack(folder / "7.zip", "7", spec, g.compile(x, score=score, decision=score >= 0.5), branches)
    (folder / "serve.toml").write_text(SERVE)
    served = serving(folder / "serve.toml")
    chance = np.random.default_rng(0)
    age, pay = chance.uniform(20, 70, rows), chance.normal(0, 1, rows)
    given: list[dict[str, Any]] = [{"age": float(one), "pay": float(two), "sex": str(sex)} for one, two, sex in zip(
        age, pay, chance.choice(["F", "M"], rows), strict=True)]
    decided = served.service.decide("loans", given)
    for sink, records in decided.kept:
        sink.write(records)
    paid = (age + 3 * chance.normal(0, 1, rows) < 45)
    label(served, *(Label(answer.id, "yes" if paid[place] else "no", 5) for place, answer in enumerate(decided.answers)
                    if chance.random() < labelled))
    return served


def again(folder: Path, **more: Any) -> Any:
    told: dict[str, Any] = {"out": folder / "retrained", "alarm": "life right 7", "store": str(folder / "shall.db"),
                            **more}
    return retrain(folder / "7.zip", folder / "decisions" / "loans", "loans@7", **told)


def test_it_is_trained_again_and_proposed(tmp_path: Path) -> None:
    served = logged(tmp_path)
    old = served.service.decide("loans", [{"age": 25, "pay": 0, "sex": "F"}]).answers[0]
    found = again(tmp_path)
    assert found.found and (found.version, found.rows) == ("8", 700) and "version 8 meets" in str(found)
    new = shall.load_bundle(found.place)
    assert (new.predict([{"age": 25.0, "pay": 0.0}])[0], old.decision) == ("yes", "no")     # in the same words
    with open_store(tmp_path / "shall.db") as store:
        (record,) = store.records(RETRAINED, "loans@7")
        assert record.body["found"] and record.body["place"] == found.place
        assert {one["name"]: one["verdict"] for one in record.body["verdicts"]} == {"right": "met", "fair": "met"}
        (packed,) = store.records(SHIPPED, "loans")
        assert packed.body["place"] == found.place and Path(found.place).name == "loans-8.zip"
    assert again(tmp_path) == found                                     # it is not done twice
    assert served.service.models()[0].in_charge == "7"
    served.close()


def test_it_is_held_row_by_row_to_the_version_that_it_takes_after(tmp_path: Path) -> None:
    """In this world the young pay back now, so the new version decides nearly all of them otherwise."""
    x = g.inputs({"age": "number"})
    served = logged(tmp_path, spec=SPEC.replace("[build]", 'calm = "churn against previous <= 5%"\n[build]'),
                    rules=g.compile(x, decision=x["age"] < 45))
    found = again(tmp_path)
    assert not found.found and found.why == "calm is broken again"
    with open_store(tmp_path / "shall.db") as store:
        (record,) = store.records(RETRAINED, "loans@7")
    calm = record.body["verdicts"][2]
    rows = pq.read_table(next((tmp_path / "retrained").glob("*/gate.parquet")))
    old, new = (shall.load_bundle(place).predict(rows) for place in (tmp_path / "7.zip", found.place))
    differ = sum(one != other for one, other in zip(old, new, strict=True))
    assert calm["value"] == differ / len(rows) > 0.5
    branch = json.loads(bundle.read(found.place)["branches/rules/check.json"])
    assert (branch["verdicts"][2]["name"], branch["verdicts"][2]["value"]) == ("calm", 0)   # as it was
    assert f"`previous` is the branch rules of the version in {tmp_path / '7.zip'}" in branch["notes"]
    served.close()


def test_it_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are taken once; decisions that came meanwhile change nothing of the run."""
    served = logged(tmp_path, rows=600)
    def stopped(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(building, "build", stopped)
        again(tmp_path)
    (work,) = (tmp_path / "retrained").iterdir()
    before = {part: (work / part).read_bytes() for part in ("train.parquet", "gate.parquet")}
    assert (work / "shall.toml").exists()
    for sink, records in served.service.decide("loans", [{"age": 30, "pay": 0, "sex": "F"}] * 50).kept:
        sink.write(records)
    (tmp_path / "retrained" / "other").mkdir()
    (tmp_path / "retrained" / "other" / "loans-11.zip").touch()
    (tmp_path / "retrained" / "other" / "income-40.zip").touch()
    found = again(tmp_path, alarm="life right 9", listed=("7", "8"))    # which has sounded again meanwhile
    assert found.found and (found.version, found.rows) == ("12", 600)   # 8 is listed, 11 lies there
    assert {part: (work / part).read_bytes() for part in before} == before
    served.close()


def test_branches_are_taken_along_and_held_to_the_fresh_rows(tmp_path: Path) -> None:
    """What falls back to a branch is promised of the new version, too: a branch of the old world is found out."""
    for name, rule, found in (("good", lambda age: age < 45, True), ("bad", lambda age: age >= 45, False)):
        folder, x = tmp_path / name, g.inputs({"age": "number"})
        folder.mkdir()
        spec = SPEC.replace('right = "accuracy >= 0.8"', 'right.that = "accuracy >= 0.8"\n'
                            'right.on_broken = "fall back to rules"')
        logged(folder, spec=spec, rules=g.compile(x, decision=rule(x["age"]))).close()
        made = again(folder)
        assert made.found is found
        if found:
            assert [*loaded(made.place).branches] == ["rules"]
            assert json.loads(bundle.read(made.place)["branches/rules/check.json"])["verdicts"][0]["verdict"] == "met"
        else:
            assert made.why == "right is broken again"


@pytest.mark.parametrize(("old", "built", "words"), [
    (["no", "yes"], ["0", "1"], ["no", "yes"]), (["yes", "no"], ["0", "1"], ["no", "yes"]),
    ([0, 1], ["0", "1"], [0, 1]), ([False, True], ["0", "1"], [False, True]), ([], ["0", "1"], [0, 1]),
    ([2, 1, 3], ["1", "2", "3"], [1, 2, 3]), (["bus", "car"], ["bus", "car", "van"], ["bus", "car", "van"]),
    ([], [], [])])
def test_it_decides_in_the_words_of_the_version_that_it_takes_after(tmp_path: Path, old: list[Any], built: list[Any],
                                                                    words: list[Any]) -> None:
    """The positive class is the last of two of a model that was built, and may be the first of another."""
    x = g.inputs({"age": "number"})
    graph = g.compile(x, score=x["age"] * 0.01)
    one = loaded(pack(tmp_path / "7.zip", "7", SPEC, graph, classes=old))
    subject = in_words_of(one, Subject("built", graph).saying(built))
    assert subject.compiled.graph.about["classes"] == words and subject.compiled.onnx == graph.onnx


def test_two_do_not_train_the_same(tmp_path: Path) -> None:
    served = logged(tmp_path, rows=10)
    again(tmp_path)
    (work,) = (tmp_path / "retrained").iterdir()
    with alone(work), pytest.raises(InputError, match="trained already"):
        again(tmp_path)
    served.close()


@pytest.mark.parametrize(("change", "said"), [
    ({"labelled": 0.0}, "0 decisions have a label"), ({"rows": 150}, "150 decisions have a label"),
    ({"rows": 600, "spec": SPEC.replace("accuracy >= 0.8", "accuracy >= 0.9999")}, ""),
    ({"spec": SPEC.replace('right = "accuracy >= 0.8"', 'right = "roc_auc >= once - 0.1"').replace(
        "[data]", '[data]\nonce = "once.parquet"')}, "once")])
def test_what_cannot_be_trained_is_told_and_recorded(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    served = logged(tmp_path, **change)
    found = again(tmp_path)
    assert not found.found and said in found.why and found.why and found.place == ""
    with open_store(tmp_path / "shall.db") as store:
        assert [record.body["why"] for record in store.records(RETRAINED, "loans@7")] == [found.why]
    more = again(tmp_path)                                              # perhaps there is more to learn from by now
    assert more == found
    with open_store(tmp_path / "shall.db") as store:
        assert len(store.records(RETRAINED, "loans@7")) == 2
    served.close()
