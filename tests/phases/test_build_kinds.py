"""`build` for every kind of subject, and for what a file may ask of the search."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

import shall
from examples.fetch import fetch
from shall.core.errors import InputError
from shall.core.verdict import Finding
from shall.phases.build import BuildResult


def build(folder: Path, table: pa.Table, subject: dict[str, Any], lines: dict[str, str], **options: Any) -> BuildResult:
    """A build on two thirds of some rows, with the rest as the gate."""
    order = np.random.default_rng(3).permutation(table.num_rows)
    cut = table.num_rows * 2 // 3
    for name, rows in (("train", order[:cut]), ("gate", order[cut:])):
        pq.write_table(table.take(pa.array(rows)), folder / f"{name}.parquet")
    groups = {"sex": "sex", "race": "race"} if "sex" in table.column_names else {}
    return shall.build({
        "subject": subject, "data": {name: str(folder / f"{name}.parquet") for name in ("train", "gate")},
        "groups": groups, "requirements": lines, "build": {"trials": 2, "readiness": "off", **options}})


def checked(folder: Path, found: BuildResult, subject: dict[str, Any], lines: dict[str, str]) -> list[Finding]:
    """What `check` finds of the saved model."""
    assert found.candidate is not None
    place = found.candidate.save(folder / "model")
    report = shall.check({"subject": {**subject, "model": str(place)}, "data": {"gate": str(folder / "gate.parquet")},
                          "requirements": lines})
    return [verdict.verdict for verdict in report.verdicts]


def compas() -> pa.Table:
    table = pq.read_table(fetch("compas") / "compas.parquet")
    names = ["sex", "race", "age", "priors_count", "juv_fel_count", "c_charge_degree", "two_year_recid"]
    return table.select(names)


def test_several_classes(tmp_path: Path) -> None:
    some = load_digits()
    chosen = some.target < 4
    table = pa.table({**{f"x{place}": some.data[chosen][:, place] for place in range(20, 44)},
                      "digit": np.array(["zero", "one", "two", "three"])[some.target[chosen]]})
    subject = {"target": "digit", "classes": ["zero", "one", "two", "three"]}
    lines = {"right": "accuracy >= 0.9", "each": "recall over class >= 0.8", "sure": "multiclass_log_loss <= 0.4"}
    found = build(tmp_path, table, subject, lines, learners=["logistic_regression"], minimise="multiclass_log_loss")
    assert found.found and found.minimised
    assert all(one.objective < 0 for one in found.tried)
    assert checked(tmp_path, found, subject, lines) == [Finding.MET] * 3


def test_a_number(tmp_path: Path) -> None:
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 4000)
    table = table.append_column("twice", pa.array(table["AGEP"].to_numpy() * 2.0 + 1))
    subject = {"kind": "regressor", "target": "AGEP"}
    lines = {"near": "mean_absolute_error <= 2", "explained": "r_squared >= 0.9"}
    found = build(tmp_path, table.select(["AGEP", "twice"]), subject, lines, learners=["ridge", "lightgbm"])
    assert found.found and found.objective == "root_mean_squared_error"
    assert {one.name for one in found.tried} == {"ridge", "lightgbm"}
    assert max(found.tried, key=lambda one: one.objective).chosen
    assert found.candidate is not None and found.candidate.classes == ()
    assert checked(tmp_path, found, subject, lines) == [Finding.MET] * 2


def test_a_model_that_abstains(tmp_path: Path) -> None:
    some = load_breast_cancer()
    table = pa.table({**{f"x{place}": column for place, column in enumerate(some.data.T)}, "benign": some.target})
    subject = {"target": "benign", "positive": "1"}
    lines = {"answers": "selective_coverage >= 60%", "right": "selective_risk <= 8%"}
    found = build(tmp_path, table, subject, lines, learners=["logistic_regression"], maximise="selective_coverage")
    assert any("abstaining" in one.name for one in found.tried)
    assert found.found
    assert checked(tmp_path, found, subject, lines) == [Finding.MET] * 2


def test_groups_are_used_when_deciding_only_where_the_file_lets_them(tmp_path: Path) -> None:
    lines = {"fair": "ratio of selection_rate over sex >= 0.7"}
    subject = {"target": "two_year_recid", "positive": "1"}
    blind = build(tmp_path, compas(), subject, lines, learners=["lightgbm"], trials=1)
    assert blind.candidate is not None and blind.candidate.by == ()
    assert not any("group thresholds" in one.name for one in blind.tried)
    knowing = build(tmp_path, compas(), subject, lines, learners=["lightgbm"], trials=1, use_groups=["sex"])
    by_group = [one for one in knowing.tried if one.made["rule"]["by_group"]]
    assert by_group and all("group" in one.name for one in by_group)
    assert "sex" in {name for name, _ in by_group[0].made["rule"]["by_group"][0][0]}


def test_a_score_that_must_not_fall(tmp_path: Path) -> None:
    subject, lines = {"target": "two_year_recid", "positive": "1"}, {"useful": "roc_auc >= 0.6"}
    found = build(tmp_path, compas().drop_columns(["sex", "race"]), subject, lines, increasing=["priors_count"],
                  decreasing=["age"], interactions=[["age", "priors_count"]])
    assert found.candidate is not None
    assert found.candidate.learner in ("lightgbm", "xgboost", "hist_gradient_boosting", "additive", "blend")
    row = compas().slice(0, 1)
    many = pa.concat_tables([row] * 30)

    def scores(column: str, values: range) -> Any:
        place = many.schema.get_field_index(column)
        assert found.candidate is not None
        values_of = pa.array(list(values), many.schema.field(place).type)
        return found.candidate.score(many.set_column(place, column, values_of))

    assert (np.diff(scores("priors_count", range(30))) >= 0).all()
    assert (np.diff(scores("age", range(20, 50))) <= 0).all()


@pytest.mark.parametrize(("options", "words"), [
    ({"learners": ["lightgbn"]}, "lightgbn"), ({"increasing": ["priors"]}, "priors, which is no feature"),
    ({"learners": ["logistic_regression"], "increasing": ["age"]}, "none of its learners"),
    ({"increasing": ["age"], "decreasing": ["age"]}, "take one of them away"),
    ({"mitigations": ["reweigh"]}, "reweigh")])
def test_what_is_not_there_is_said(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        build(tmp_path, compas(), {"target": "two_year_recid", "positive": "1"},
              {"fair": "ratio of selection_rate over sex >= 0.7"}, **options)
