"""Subjects of several classes, regressors and weighted rows, from a log to a verdict, held against scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn import metrics
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_predict

import shall
from shall.core.errors import DataError, FileError, InputError
from shall.core.evidence import Evidence
from shall.core.verdict import Finding

DIGITS = [str(digit) for digit in range(10)]
SUBJECT = {"target": "label", "classes": DIGITS}
BINARY = {"target": "label", "positive": "1"}


def measured(file: dict[str, Any], table: pa.Table) -> dict[str, Evidence]:
    return {verdict.name: verdict.deciding for verdict in shall.check(file, table, record=False).verdicts}


@pytest.fixture(scope="module")
def digits() -> pa.Table:
    X, y = load_digits(return_X_y=True)
    scores = cross_val_predict(LogisticRegression(max_iter=400), X / 16, y, cv=3, method="predict_proba")
    half = np.where(X[:, :32].sum(axis=1) > X[:, 32:].sum(axis=1), "upper", "lower")
    return pa.table({"label": [str(label) for label in y], "half": half,
                     **{f"score_{name}": scores[:, int(name)] for name in DIGITS}})


LINES = {
    "right": "accuracy >= 0.5", "short": "top_k_accuracy(k = 2) >= 0.9",
    "macro": "recall(average = macro) >= 0.5", "micro": "recall(average = micro) >= 0.5",
    "mass": "recall(average = weighted) >= 0.5", "precise": "precision(average = macro) >= 0.5",
    "each": "recall over class >= 0.5", "area": "roc_auc(average = macro) >= 0.5",
    "halves": "difference of recall over half within class <= 0.5", "both": "recall over class by half >= 0.1",
    "gap": "difference of recall over class <= 0.9", "false": "false_positive_rate over class <= 0.2",
}


def test_several_classes_are_measured_as_scikit_learn_has_them(digits: pa.Table) -> None:
    found = measured({"subject": SUBJECT, "groups": {"half": "half"}, "requirements": LINES}, digits)
    scores = np.stack([digits.column(f"score_{name}").to_numpy() for name in DIGITS], axis=1)
    label = digits.column("label").to_numpy(zero_copy_only=False).astype(int)
    decided = scores.argmax(axis=1)
    recalls = metrics.recall_score(label, decided, average=None)
    assert found["right"].value == metrics.accuracy_score(label, decided)
    assert found["short"].value == metrics.top_k_accuracy_score(label, scores, k=2)
    assert found["macro"].value == pytest.approx(recalls.mean(), rel=1e-12)
    assert found["micro"].value == pytest.approx(metrics.recall_score(label, decided, average="micro"), rel=1e-12)
    assert found["mass"].value == pytest.approx(metrics.recall_score(label, decided, average="weighted"), rel=1e-12)
    assert found["precise"].value == pytest.approx(metrics.precision_score(label, decided, average="macro"), rel=1e-12)
    assert found["area"].value == pytest.approx(
        metrics.roc_auc_score(label, scores, multi_class="ovr", average="macro"), abs=2e-5)
    assert [row.value for row in found["each"].groups] == pytest.approx(recalls.tolist(), rel=1e-12)
    assert [row.group for row in found["each"].groups] == [(("class", name),) for name in DIGITS]
    assert found["each"].value == recalls.min()
    assert found["gap"].value == pytest.approx(recalls.max() - recalls.min(), rel=1e-12)


def test_classes_and_groups_cross(digits: pa.Table) -> None:
    found = measured({"subject": SUBJECT, "groups": {"half": "half"}, "requirements": LINES}, digits)
    assert len(found["both"].groups) == 20
    assert found["both"].groups[0].group == (("class", "0"), ("half", "lower"))
    worst = found["halves"].worst
    assert len({dict(group)["class"] for group in worst}) == 1, "halves are compared inside of a class"
    assert found["both"].coverage is not None
    assert found["both"].coverage.of_rows == len(digits)


def test_bounds_of_an_average_hold_each_class(digits: pa.Table) -> None:
    lines = {name: LINES[name] for name in ("macro", "area", "micro")}
    found = measured({"subject": SUBJECT, "requirements": lines}, digits)
    for evidence in found.values():
        assert evidence.low is not None and evidence.high is not None and evidence.value is not None
        assert evidence.low < evidence.value < evidence.high
    width = {name: evidence.high - evidence.low for name, evidence in found.items()}  # type: ignore[operator]
    assert width["macro"] == pytest.approx(width["micro"], rel=0.5)


@pytest.mark.parametrize("columns", [{"weight": "weight"}, {"unit": "unit"}, {"weight": "weight", "unit": "unit"}])
def test_averages_of_weighted_rows_and_of_units(digits: pa.Table, columns: dict[str, str]) -> None:
    random = np.random.default_rng(0)
    label = np.array(digits.column("label").to_pylist(), dtype=int)
    weight = np.where(label < 3, 5.0, 1.0) + random.random(len(label))
    table = digits.append_column("weight", pa.array(weight)).append_column(
        "unit", pa.array(random.integers(0, 300, len(label)).astype(str)))
    lines = {name: LINES[name] for name in ("right", "micro", "mass", "macro")}
    found = measured({"subject": SUBJECT, "columns": columns, "requirements": lines}, table)
    decided = np.stack([digits.column(f"score_{name}").to_numpy() for name in DIGITS], axis=1).argmax(axis=1)
    for name, average in {"micro": "micro", "mass": "weighted", "macro": "macro"}.items():
        wanted = metrics.recall_score(label, decided, average=average,
                                      sample_weight=weight if "weight" in columns else None)
        assert found[name].value == pytest.approx(wanted, rel=1e-9)
    micro, right = found["micro"], found["right"]       # the same question
    assert (micro.low, micro.high) == pytest.approx((right.low, right.high), rel=1e-9)


@pytest.mark.parametrize(("line", "words"), [
    ("recall >= 0.5", "of several classes `recall` needs `over class`, or an average"),
    ("false_positive_rate(average = micro) <= 0.5", "count a row of false_positive_rate more than once"),
    ("recall(average = macro) over class >= 0.5", "exclude one another"),
    ("mean_absolute_error <= 3", "examines a regressor, not a classifier"),
])
def test_what_several_classes_cannot_be_asked(digits: pa.Table, line: str, words: str) -> None:
    with pytest.raises((InputError, FileError), match=words):
        measured({"subject": SUBJECT, "requirements": {"one": line}}, digits)


def test_two_classes_have_no_average() -> None:
    table = pa.table({"label": [0, 1], "decision": [0, 1]})
    with pytest.raises(InputError, match="needs a subject of more than two classes"):
        measured({"requirements": {"one": "recall(average = macro) >= 0.5"}}, table)


def test_a_class_that_came_late_is_told() -> None:
    many = 2**16 + 1
    table = pa.table({"label": ["a", "b", "c"] * (many // 3) + ["owl"], "decision": ["a"] * (many // 3 * 3 + 1)})
    subject = {"target": "label", "classes": ["a", "b", "c"]}
    report = shall.check({"subject": subject, "requirements": {"right": "accuracy >= 0.1"}}, table, record=False)
    assert any("also has owl, which is no class" in note for note in report.notes)
    assert report.verdicts[0].deciding.n == table.num_rows


# --- regressors -------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def diabetes() -> pa.Table:
    X, y = load_diabetes(return_X_y=True)
    return pa.table({"y": y, "prediction": cross_val_predict(LinearRegression(), X, y, cv=5),
                     "sex": np.where(X[:, 1] > 0, "one", "two")})


def test_a_regressor_is_measured_as_scikit_learn_has_it(diabetes: pa.Table) -> None:
    lines = {"mae": "mae <= 60", "rmse": "rmse <= 70", "r2": "r2 >= 0.3", "loss": "quantile_loss(q = 0.9) <= 60",
             "sexes": "difference of mae over sex <= 15"}
    subject = {"kind": "regressor", "target": "y"}
    found = measured({"subject": subject, "groups": {"sex": "sex"}, "requirements": lines}, diabetes)
    y, guess = (diabetes.column(name).to_numpy() for name in ("y", "prediction"))
    assert found["mae"].value == pytest.approx(metrics.mean_absolute_error(y, guess), rel=1e-12)
    assert found["rmse"].value == pytest.approx(metrics.root_mean_squared_error(y, guess), rel=1e-12)
    assert found["r2"].value == pytest.approx(metrics.r2_score(y, guess), rel=1e-12)
    assert found["loss"].value == pytest.approx(metrics.mean_pinball_loss(y, guess, alpha=0.9), rel=1e-12)
    file = {"subject": subject, "groups": {"sex": "sex"}, "requirements": lines}
    assert shall.check(file, diabetes, record=False).verdict is Finding.MET


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6, 1e8])
def test_the_unit_of_a_target_does_not_matter(diabetes: pa.Table, scale: float) -> None:
    file = {"subject": {"kind": "regressor", "target": "y"}, "requirements": {"r2": "r2 >= 0", "rmse": "rmse >= 0"}}
    scaled = pa.table({name: diabetes.column(name).to_numpy() * scale for name in ("y", "prediction")})
    plain, found = measured(file, diabetes), measured(file, scaled)
    assert found["r2"].value == pytest.approx(plain["r2"].value, rel=1e-9)
    assert found["r2"].low == pytest.approx(plain["r2"].low, rel=1e-6)
    assert found["rmse"].low == pytest.approx(plain["rmse"].low * scale, rel=1e-6)  # type: ignore[operator]


def test_numbers_too_large_to_add_are_not_left_out_in_silence() -> None:
    table = pa.table({"label": [1.0] * 30, "prediction": [2.0] * 29 + [1e60]})
    found = measured({"subject": {"kind": "regressor", "target": "label"}, "requirements": {"mae": "mae <= 9"}}, table)
    assert found["mae"].value is None


# --- weights ----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def weighed() -> pa.Table:
    chance = np.random.default_rng(5)
    rows = 4000
    score = chance.beta(1, 2, rows)
    sex = chance.choice(["F", "M"], rows)
    return pa.table({"label": (chance.random(rows) < score).astype(int), "score": score, "sex": sex,
                     "decision": (score > 0.4).astype(int), "cost": chance.gamma(2, 1, rows),
                     "w": chance.lognormal(0, 1, rows) * np.where(sex == "F", 1, 3)})


WEIGHTED = {
    "accuracy": metrics.accuracy_score, "recall": metrics.recall_score, "precision": metrics.precision_score,
}


def test_weighted_figures_are_those_of_scikit_learn(weighed: pa.Table) -> None:
    lines = {**{name: f"{name} >= 0.1" for name in WEIGHTED}, "brier": "brier <= 0.5", "auc": "roc_auc >= 0.5",
             "cost": "mean(cost) <= 9", "rows": "rows >= 10", "ratio": "ratio of selection_rate over sex >= 0.5"}
    file = {"subject": BINARY, "columns": {"weight": "w"}, "groups": {"sex": "sex"}, "requirements": lines}
    found = measured(file, weighed)
    label, decision, score, w = (weighed.column(name).to_numpy() for name in ("label", "decision", "score", "w"))
    for name, reference in WEIGHTED.items():
        assert found[name].value == pytest.approx(reference(label, decision, sample_weight=w), rel=1e-12)
    assert found["brier"].value == pytest.approx(metrics.brier_score_loss(label, score, sample_weight=w), rel=1e-12)
    assert found["auc"].value == pytest.approx(metrics.roc_auc_score(label, score, sample_weight=w), abs=1e-4)
    assert found["cost"].value == pytest.approx(np.average(weighed.column("cost").to_numpy(), weights=w), rel=1e-12)
    assert found["rows"].value == len(weighed)
    assert found["accuracy"].n == len(weighed), "n stays the number of rows"


def test_equal_weights_change_nothing_and_their_scale_neither(weighed: pa.Table) -> None:
    lines = {"right": "accuracy >= 0.5", "auc": "roc_auc >= 0.5", "ece": "calibration_error <= 0.2",
             "brier": "brier <= 1"}
    file = {"subject": BINARY, "columns": {"weight": "w"}, "requirements": lines}
    plain = measured({"subject": BINARY, "requirements": lines}, weighed.drop_columns(["w"]))
    equal = [weighed.set_column(weighed.column_names.index("w"), "w", pa.array(np.full(len(weighed), weight)))
             for weight in (1.0, 0.1, 7.3e6)]
    for table in equal:
        for name, evidence in measured(file, table).items():
            assert (evidence.value, evidence.low, evidence.high) == pytest.approx(
                (plain[name].value, plain[name].low, plain[name].high), rel=1e-9)


@pytest.mark.parametrize("measure", ["population_stability", "jensen_shannon", "wasserstein"])
def test_drift_of_weighted_rows(weighed: pa.Table, tmp_path: Path, measure: str) -> None:
    train = tmp_path / "train.parquet"
    pq.write_table(weighed.slice(0, 2000), train)
    file = {"subject": BINARY, "data": {"train": str(train)},
            "requirements": {"score": f"{measure} against train <= 0.2"}}
    now = weighed.slice(2000)
    plain = measured(file, now)["score"]
    for weight in (1.0, 0.01, 3e7):
        for table, path in ((now, tmp_path / "now.parquet"), (weighed.slice(0, 2000), train)):
            weights = pa.array(np.full(len(table), weight))
            pq.write_table(table.set_column(table.column_names.index("w"), "w", weights), path)
        found = measured({**file, "columns": {"weight": "w"}}, pq.read_table(tmp_path / "now.parquet"))["score"]
        assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high), rel=1e-6)


def test_a_weight_of_2_is_a_row_twice_but_no_more_evidence(weighed: pa.Table) -> None:
    lines = {"right": "accuracy >= 0.5", "recall": "recall >= 0.1"}
    twice = weighed.slice(0, 500)
    one = measured({"subject": BINARY, "columns": {"weight": "w"}, "requirements": lines},
                   weighed.set_column(weighed.column_names.index("w"), "w", pa.array([2.0] * 500 + [1.0] * 3500)))
    other = measured({"subject": BINARY, "requirements": lines},
                     pa.concat_tables([weighed, twice]).drop_columns(["w"]))
    for name in lines:
        assert one[name].value == pytest.approx(other[name].value, rel=1e-12)
        assert one[name].low < other[name].low  # type: ignore[operator]


def test_rows_of_weight_0_are_rows_that_carry_nothing(weighed: pa.Table) -> None:
    nothing = weighed.set_column(weighed.column_names.index("w"), "w", pa.array([0.0] * len(weighed)))
    file = {"subject": BINARY, "columns": {"weight": "w"}, "requirements": {"right": "accuracy >= 0"}}
    found = measured(file, nothing)["right"]
    assert found.value is None
    assert found.coverage is None or found.coverage.of_rows == len(weighed)


@pytest.mark.parametrize("weight", [None, -1.0, float("nan"), float("inf")])
def test_a_row_without_a_usable_weight_is_an_error(weighed: pa.Table, weight: float | None) -> None:
    table = weighed.set_column(weighed.column_names.index("w"), "w", pa.array([weight] + [1.0] * (len(weighed) - 1)))
    file = {"subject": BINARY, "columns": {"weight": "w"}, "requirements": {"right": "accuracy >= 0"}}
    with pytest.raises(DataError, match="1 rows have no usable weight in column w"):
        measured(file, table)
