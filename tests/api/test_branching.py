"""A model of Adult ships with a rule that answers where its promise breaks: proved, held to the file, packed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall import bundle
from shall import graph as g
from shall.api.branching import of_bundle
from shall.api.storing import opened
from shall.cli.ship import command
from shall.core.errors import InputError, LooksSpent
from shall.core.verdict import Finding

SPEC = """shall = 1
[subject]
name = "adult"
target = "income"
positive = ">50K"
[data]
gate = "gate.parquet"
[groups]
sex = "sex"
[build]
use_groups = ["sex"]
[requirements]
left = "selective_coverage >= 0.5"
[requirements.right]
that = "accuracy >= 0.7"
on_broken = ["alert", "fall back to rules"]
"""
INPUTS: dict[str, Any] = {"age": "number", "education_num": "number", "sex": ["Female", "Male"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 3000)
    pq.write_table(table, tmp_path / "gate.parquet")
    (tmp_path / "shall.toml").write_text(SPEC)
    return tmp_path


def model() -> g.Compiled:
    x = g.inputs(INPUTS)
    score = g.sigmoid(x["age"] * 0.02 + x["education_num"] * 0.4 - 6.5 + g.where(x["sex"] == "Male", 1.0, 0.0))
    return g.compile(x, score=score, **g.decide(score, labels=("<=50K", ">50K")))


def rule(least: float = 14.0, inputs: dict[str, Any] | None = None, labels: tuple[str, ...] | None = ("<=50K", ">50K"),
         of: str = "education_num") -> g.Compiled:
    x = g.inputs(inputs or {"education_num": "number"})
    return g.compile(x, **g.decide(g.where(x[of] >= least, 1.0, 0.0), labels=labels))


def test_the_branch_is_proved_and_held_to_its_file(home: Path) -> None:
    shipped = shall.ship(model(), home / "shall.toml", home / "adult.zip", branches={"rules": rule()})
    (found,) = shipped.branches
    assert found.proved.holds and found.proved.proof.compared >= 10_000 and found.promised == ("right",)
    assert [(one.name, one.verdict) for one in found.verdicts] == [("right", Finding.MET)]
    assert [one.name for one in shipped.verdicts] == ["left", "right", "right"]
    packed = bundle.read(home / "adult.zip")
    told = json.loads(packed["branches/rules/check.json"])
    (home / "alone.toml").write_text(SPEC.replace(', "fall back to rules"', ""))
    plain = shall.ship(rule(), home / "alone.toml", home / "rules.zip", record=False)
    assert plain.check is not None
    alone = {one.name: one.deciding for one in plain.check.verdicts}
    assert {one["name"]: one["value"] for one in told["verdicts"]} == {name: one.value for name, one in alone.items()}
    assert {name: one.onnx for name, one in of_bundle(home / "adult.zip").items()} == {"rules": rule().onnx}
    with opened(str(home / ".shall" / "shall.db")) as store:
        assert [record.subject for record in store.records("check")] == ["adult", "adult.rules"]
        assert len({record.subject for record in store.records("look")}) == 2       # of the same rows, each paid for


def test_what_it_does_not_keep_is_told_and_counts(home: Path) -> None:
    shipped = shall.ship(model(), home / "shall.toml", home / "adult.zip", branches={"rules": rule(0.0)})
    assert shipped.check is not None and shipped.check.verdict is Finding.MET
    assert [one.verdict for one in shipped.branches[0].verdicts] == [Finding.BROKEN]
    assert "What falls back to the branch rules" in str(shipped) and "✗ broken" in str(shipped)
    model().save(home / "model")
    rule(0.0).save(home / "rules")
    said = ["model", "--spec", str(home / "shall.toml"), "-o", str(home / "a.zip"), "--no-record", "--branch"]
    said[0] = str(home / "model")
    assert command.main([*said, f"rules={home / 'rules'}"], standalone_mode=False) == 1
    rule().save(home / "rules")
    assert command.main([*said, f"rules={home / 'rules'}"], standalone_mode=False) == 0


def test_another_branch_is_another_version(home: Path) -> None:
    (home / "shall.toml").write_text(SPEC.replace('"gate.parquet"', '"gate.parquet"\nlooks = 2'))
    versions = [shall.ship(model(), home / "shall.toml", home / "a.zip", branches={"rules": rule(least)}).version
                for least in (14.0, 14.0, 13.0)]
    assert versions == ["1", "1", "2"]
    with pytest.raises(LooksSpent):         # a third candidate for the same branch; the model was looked at once
        shall.ship(model(), home / "shall.toml", home / "a.zip", branches={"rules": rule(12.0)})


def bare() -> g.Compiled:
    """A score alone, by which a server would decide 0 or 1."""
    x = g.inputs({"education_num": "number"})
    return g.compile(x, score=g.where(x["education_num"] >= 14, 0.9, 0.1))


WRONG: dict[str, tuple[Callable[[], dict[str, g.Compiled]], str]] = {
    "none": (dict, "right falls back to the branch rules, which is not there: .*--branch rules=FOLDER"),
    "another one": (lambda: {"rule": rule()}, "right falls back to the branch rules, which is not there"),
    "a name that is none": (lambda: {"rules": rule(), "My rules": rule()}, "a branch has a-z, 0-9, _ and -"),
    "a misspelled one": (lambda: {"ruels": rule()}, "which is not there: did you mean `ruels`"),
    "the model itself": (lambda: {"rules": model()}, "the branch rules is the graph itself"),
    "no decision": (lambda: {"rules": bare()}, "decides between 0, 1, and the graph between <=50K, >50K: .*labels="),
    "an input of its own": (lambda: {"rules": rule(inputs={"fnlwgt": "number"}, of="fnlwgt")},
                            "the branch rules takes fnlwgt, which the graph does not take"),
    "an input of another kind": (lambda: {"rules": rule(inputs={"education_num": "date"})},
                                 "takes education_num as date, and the graph takes it as number"),
    "other classes": (lambda: {"rules": rule(labels=("no", "yes"))}, "decides between no, yes, and the graph between"),
}


def test_where_a_number_is_said_a_branch_says_one(home: Path) -> None:
    x = g.inputs(INPUTS)
    file = {"subject": {"name": "hours", "kind": "regressor", "target": "hours_per_week"},
            "data": {"gate": str(home / "gate.parquet")},
            "build": {"use_groups": ["sex"]}, "groups": {"sex": "sex"}, "requirements": {
                "near": {"that": "mean_absolute_error <= 60", "on_broken": "fall back to rules"}}}
    whole = g.compile(x, score=x["age"] * 0.1 + x["education_num"] + g.where(x["sex"] == "Male", 30.0, 25.0))
    with pytest.raises(InputError, match="the branch rules decides between 0, 1, and the graph says a number"):
        shall.ship(whole, file, home / "a.zip", branches={"rules": rule(labels=None)})
    x = g.inputs({"age": "number"})
    found = shall.ship(whole, file, home / "a.zip", branches={"rules": g.compile(x, score=x["age"] * 0.0 + 40.0)})
    assert [one.verdict for one in found.branches[0].verdicts] == [Finding.MET]


@pytest.mark.parametrize("case", WRONG)
def test_a_branch_that_cannot_stand_in_does_not_ship(home: Path, case: str) -> None:
    branches, words = WRONG[case]
    with pytest.raises(InputError, match=words):
        shall.ship(model(), home / "shall.toml", home / "adult.zip", branches=branches())
    assert not (home / "adult.zip").exists() and not (home / ".shall").exists()
