"""What `previous` is to a model that is put to rows: the version shipped before, and the branch of its name in that."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall import graph as g
from shall.api.opening import file_of
from shall.api.shipping import certified_last
from shall.core.errors import InputError, Refused
from shall.core.verdict import Verdict
from shall.phases.check import CheckReport
from tests.api.preceded import LOOKS, ROWS, against_named, ages, check, figures, laid, rows, spec, undecided


@pytest.fixture(autouse=True)
def _own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHALL_STORE", raising=False)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    folder = laid(tmp_path)
    pq.write_table(rows(), folder / "gate.parquet")
    spec(folder / "shall.toml", data=f"looks = {LOOKS}")
    return folder


def ship(folder: Path, limit: float, place: str | Path, **told: Any) -> CheckReport:
    report = shall.ship(ages(limit), folder / "shall.toml", folder / place, **told)
    assert report.check is not None
    return report.check


def as_logs(folder: Path, new: float, old: float) -> Mapping[str, Any]:
    """The figures of two logs with what both decide on the gate, at the confidence of one look of so many."""
    age = rows()["age"].to_numpy()
    for name, limit in (("new", new), ("old", old)):
        table = rows().append_column("decision", pa.array((age >= limit).astype(int)))
        pq.write_table(table, folder / f"{name}.parquet")
    return figures(against_named(folder, "new.parquet", "old.parquet", 100 - 5 / LOOKS).verdicts)


def test_what_ships_is_held_to_the_version_before_on_the_rows_of_the_gate(gate: Path) -> None:
    assert undecided(ship(gate, 40, "bundle-1")).startswith("no other version of loans was shipped before")
    second = ship(gate, 45, "bundle-2.zip")
    assert figures(second.verdicts) == as_logs(gate, 45, 40) and second.verdicts[0].deciding.value
    assert any(note.startswith("`previous` is version 1, shipped on 2") for note in second.notes)
    assert figures(ship(gate, 45, "again").verdicts) == as_logs(gate, 45, 40)     # the same version again
    third = ship(gate, 43, "bundle-3")
    assert figures(third.verdicts) == as_logs(gate, 43, 45)


def test_a_model_of_the_file_is_held_to_what_was_shipped(gate: Path) -> None:
    for limit, place in ((40, "bundle-1"), (45, "bundle-2")):
        ship(gate, limit, place)
    text = (gate / "shall.toml").read_text()
    for place, new, old in (("bundle-2", 45, 40), ("graph", 50, 45)):
        ages(50).save(gate / "graph")
        (gate / "shall.toml").write_text(text.replace('name = "loans"', f'name = "loans"\nmodel = "{place}"'))
        assert figures(shall.check(gate / "shall.toml").verdicts) == as_logs(gate, new, old)
    assert undecided(check(gate, "v1.parquet")).startswith("no other log of loans was checked before")


def test_a_bundle_that_takes_the_place_of_the_one_before_is_held_to_it_first(gate: Path, tmp_path_factory: Any) -> None:
    place = tmp_path_factory.mktemp("packed") / "bundle"        # not in the folder of the file, but named again
    ship(gate, 40, place)
    assert figures(ship(gate, 45, place).verdicts) == as_logs(gate, 45, 40)
    assert figures(ship(gate, 50, place).verdicts) == as_logs(gate, 50, 45)
    assert "version 3, shipped on " in undecided(ship(gate, 55, "bundle"))


def test_a_bundle_that_is_not_there_as_it_was_gives_no_answer_until_somebody_names_one(gate: Path) -> None:
    ship(gate, 40, "one")
    shutil.copytree(gate / "one", gate / "kept")
    ship(gate, 30, "one", record=False)                         # another one lies there now
    why = undecided(ship(gate, 45, "two"))
    assert why.startswith("version 1, shipped on ") and "say where it is, --previous PLACE" in why
    assert figures(ship(gate, 50, "three", previous=gate / "kept").verdicts) == as_logs(gate, 50, 40)
    with pytest.raises(InputError, match="there is no bundle at"):
        ship(gate, 50, "four", previous=gate / "nowhere")
    files = {"graph.onnx": b""}
    bundle.save(bundle.Bundle(files, bundle.listed(files, {"subject": "loans"}, ())), gate / "empty")
    with pytest.raises(Refused, match=r"has no graph\.json: ship that version again"):
        ship(gate, 50, "four", previous=gate / "empty")


def test_a_place_of_a_record_that_lies_elsewhere_is_not_read(gate: Path, tmp_path_factory: Any) -> None:
    ship(gate, 40, tmp_path_factory.mktemp("elsewhere") / "bundle")
    assert "is not at hand" in undecided(ship(gate, 45, "two"))


def test_the_model_of_a_build_is_kept_for_the_next(gate: Path) -> None:
    """Where bundles are written over one another, `.shall/models` still has what they were made of."""
    text = (gate / "shall.toml").read_text() + '[build]\nlearners = ["{}"]\ntrials = 1\nreadiness = "off"\n'
    pq.write_table(learnable(1), gate / "train.parquet")
    pq.write_table(learnable(2), gate / "gate.parquet")
    text = text.replace("[data]", '[data]\ntrain = "train.parquet"').replace(
        "[requirements]", '[requirements]\nright = "accuracy >= 0.6"')
    decisions, models = [], []
    for number, learner in enumerate(("logistic_regression", "lightgbm")):
        (gate / "shall.toml").write_text(text.format(learner))
        said: list[str] = []
        assert shall.build(gate / "shall.toml", say=said.append).found
        assert "calm is asked of the rows once a model is there, by `shall check` and `shall ship`" in said
        models.append(certified_last(file_of(gate / "shall.toml")))
        found = shall.ship(None, gate / "shall.toml", gate / "bundle")
        decisions.append(shall.load_bundle(gate / "bundle").predict(learnable(2)))
        assert number == 0 or found.check is not None
    (gate / "shall.toml").write_text(text.format("lightgbm").replace('"loans"', '"loans"\nmodel = "bundle"'))
    report = shall.check(gate / "shall.toml")
    calm: Verdict = next(one for one in report.verdicts if one.name == "calm")
    differ = sum(one != other for one, other in zip(*decisions, strict=True))
    assert sum(round(row.value * row.n) for row in calm.deciding.groups if row.value is not None) == differ > 0
    assert any("`previous` is version 1" in note for note in report.notes)
    shall.ship(models[1], gate / "shall.toml", gate / "third", branches={"rules": models[0]})
    shutil.rmtree(gate / "third")               # a branch that was built is kept as well
    x = g.inputs({"age": "number"})
    shipped = shall.ship(models[1], gate / "shall.toml", gate / "fourth",
                         branches={"rules": g.compile(x, **g.decide(x["age"] / 90.0))})
    assert any("`previous` is the branch rules of version 3, shipped on 2" in note for note in shipped.notes)


def learnable(seed: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    age, pay = chance.integers(20, 60, ROWS).astype(float), chance.normal(size=ROWS)
    return pa.table({"age": age, "pay": pay, "sex": np.array(["f", "m"])[chance.integers(0, 2, ROWS)],
                     "paid": ((age - 40) / 10 + pay**2 + chance.normal(size=ROWS) > 0.7).astype(int)})


def test_a_version_with_a_threshold_of_its_own_keeps_it(gate: Path) -> None:
    x = g.inputs({"age": "number"})
    scoring, text = g.compile(x, score=x["age"] * 0.01), (gate / "shall.toml").read_text()
    for place, threshold in (("one", 0.4), ("two", 0.45)):
        (gate / "shall.toml").write_text(text.replace('target =', f'threshold = {threshold}\ntarget ='))
        model = scoring if place == "one" else g.compile(x, score=x["age"] * 0.01 + 0.0)
        found = shall.ship(model, gate / "shall.toml", gate / place).check
    assert found is not None and figures(found.verdicts) == as_logs(gate, 45, 40)


def test_a_version_that_cannot_answer_these_rows_says_so(gate: Path) -> None:
    ship(gate, 40, "one")
    pq.write_table(rows().rename_columns(["id", "years", "sex", "paid"]), gate / "gate.parquet")
    x = g.inputs({"years": "number"})
    model = g.compile(x, score=x["years"] * 0.01, decision=x["years"] >= 45)
    found = shall.ship(model, gate / "shall.toml", gate / "two")
    assert found.check is not None
    assert "cannot answer these rows: version 1, shipped on " in undecided(found.check)


# ---- branches that ship


FALLS = """calm = { that = "churn over sex against previous <= 60%", on_broken = "fall back to rules" }
kept = "negative_flip_rate over sex against previous <= 60%"
won = "positive_flip_rate against previous >= 0.1%"
"""


@pytest.fixture
def falls(gate: Path) -> Path:
    spec(gate / "shall.toml", data=f"looks = {LOOKS}", lines=FALLS)
    return gate


def branch(folder: Path, limits: tuple[float, float | None], place: str, **told: Any) -> tuple[CheckReport, Any]:
    """What is found of the branch of a version that ships, and the report; each decides yes from an age on."""
    model, rules = limits
    report = shall.ship(ages(model), folder / "shall.toml", folder / place,
                        branches={} if rules is None else {"rules": ages(rules)}, **told)
    (found,) = report.branches
    assert found.check is not None
    return found.check, report


def test_a_branch_is_held_to_that_of_its_name_in_the_version_before(falls: Path, tmp_path_factory: Any) -> None:
    first, report = branch(falls, (40, 30), "bundle-1")
    assert undecided(first).startswith("no other branch rules of loans was shipped before: the next version has one")
    assert any(note.startswith("the branch rules: churn, ") and "no other branch" in note for note in report.notes)
    second, report = branch(falls, (45, 32), "bundle-2.zip")
    assert figures(second.verdicts) == as_logs(falls, 32, 30) and second.verdicts[0].deciding.value
    assert [one.name for one in report.branches[0].verdicts] == ["calm"]
    assert any(note.startswith("the branch rules: `previous` is the branch rules of version 1, shipped on 2")
               for note in report.notes)
    alone = laid(tmp_path_factory.mktemp("alone"))              # the same graphs, shipped as models of their own
    pq.write_table(rows(), alone / "gate.parquet")
    spec(alone / "shall.toml", data=f"looks = {LOOKS}", name="rules")
    for limit in (30, 32):
        by_itself = ship(alone, limit, f"bundle-{limit}")
    assert figures(by_itself.verdicts) == figures(second.verdicts)


def test_a_branch_that_did_not_change_is_held_to_what_it_was_held_to(falls: Path) -> None:
    branch(falls, (40, 30), "bundle-1")
    same, _ = branch(falls, (45, 30), "bundle-2")
    assert undecided(same).startswith("no other branch rules of loans was shipped before")
    branch(falls, (45, 32), "bundle-3")
    for limit, place in ((45, "bundle-3"), (50, "bundle-4"), (50, "elsewhere")):
        assert figures(branch(falls, (limit, 32), place)[0].verdicts) == as_logs(falls, 32, 30)
    assert figures(branch(falls, (50, 30), "bundle-5")[0].verdicts) == as_logs(falls, 30, 32)


def test_a_version_without_the_branch_has_none_to_compare_with(falls: Path) -> None:
    spec(falls / "shall.toml", data=f"looks = {LOOKS}")
    branch(falls, (40, 30), "bundle-1")
    ship(falls, 45, "bundle-2")
    found, _ = branch(falls, (50, 32), "bundle-3")
    why = undecided(found)
    assert why.startswith("version 2, shipped on 2") and why.endswith(
        ", has no branch rules: the next version has one before it; for now name a bundle that has it, --previous "
        "PLACE")
    named, report = branch(falls, (50, 32), "again", previous=falls / "bundle-1")
    assert figures(named.verdicts) == as_logs(falls, 32, 30)
    assert figures(report.check.verdicts) == as_logs(falls, 50, 40)
    found, report = branch(falls, (50, 32), "again", previous=falls / "bundle-2")
    assert f"the version in {falls / 'bundle-2'}, has no branch rules" in undecided(found)
    assert figures(report.check.verdicts) == as_logs(falls, 50, 45)
    assert undecided(branch(falls, (55, 34), "four", record=False)[0]).startswith("nothing is recorded here")


def test_a_branch_is_not_read_where_its_bundle_was_written_over(falls: Path) -> None:
    branch(falls, (40, 30), "bundle")
    second, _ = branch(falls, (45, 32), "bundle")               # looked at before it is written over
    assert figures(second.verdicts) == as_logs(falls, 32, 30)
    assert undecided(branch(falls, (45, 32), "elsewhere")[0]).startswith("version 1, shipped on ")
    shutil.rmtree(falls / "bundle")
    third, _ = branch(falls, (50, 34), "bundle-3")
    why = undecided(third)
    assert why.startswith("version 2, shipped on ") and "say where it is, --previous PLACE" in why
