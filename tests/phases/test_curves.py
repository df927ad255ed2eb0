"""The curves of a check: of the groups that matter most, on the rows that the verdict stands on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.phases.curves import MOST


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(5)
    rows = 6_000
    score = rng.uniform(size=rows)
    return {"score": score, "label": (rng.uniform(size=rows) < score).astype(int),
            "site": rng.choice([f"s{place:02}" for place in range(30)], rows, p=np.arange(1, 31) / 465),
            "sex": rng.choice(["F", "M"], rows), "person": np.arange(rows) // 3, "age": rng.normal(40, 9, rows)}


@pytest.fixture
def check(frame, tmp_path):
    table = pa.table(frame)
    pq.write_table(table.slice(0, 3_000), tmp_path / "then.parquet")

    def check(requirement: str, **more):
        file = {"groups": {"site": "site", "sex": "sex"}, "data": {"then": str(tmp_path / "then.parquet")},
                "subject": {"target": "label", "positive": "1", "threshold": 0.5},
                "requirements": {"it": requirement}, **more}
        return shall.check(file, table)
    return check


def test_a_measure_without_a_curve_has_none(check):
    assert check("accuracy over sex >= 0.5").curves == ()


def test_each_group_has_its_series(check):
    curve, = check("roc_auc over sex >= 0.5").curves
    assert (curve.title, curve.requirement, curve.measure, curve.left) == ("ROC curve", "it", "roc_auc", 0)
    assert {series.group for series in curve.series} == {(("sex", "F"),), (("sex", "M"),)}
    area = {series.group: np.trapezoid([point.y for point in series.points], [point.x for point in series.points])
            for series in curve.series}
    rows = {row.group: row.value for row in check("roc_auc over sex >= 0.5").verdicts[0].deciding.groups}
    assert area == pytest.approx(rows, abs=0.005)


def test_of_many_groups_the_worst_and_the_largest_are_kept(check):
    report = check("roc_auc over site >= 0.5")
    curve, = report.curves
    part = report.verdicts[0].deciding
    assert (len(curve.groups), curve.left) == (MOST, 30 - MOST)
    assert curve.groups[0] == part.worst[0]
    largest = sorted((row for row in part.groups if row.group != part.worst[0]), key=lambda row: -row.rows)[:MOST - 1]
    assert set(curve.groups[1:]) == {row.group for row in largest}


def test_both_sides_of_a_between_are_one_curve(check):
    assert len(check("calibration_error over sex between 0 and 0.5").curves) == 1


def test_a_filter_is_that_of_the_line(check):
    few, = check("calibration_error <= 0.5 where site = 's29'").curves
    every, = check("calibration_error <= 0.5").curves
    assert few.series[0].points[0].high - few.series[0].points[0].low > (
        every.series[0].points[0].high - every.series[0].points[0].low)


def test_rows_of_one_unit_get_no_bounds(check):
    curve, = check("calibration_error <= 0.5", columns={"unit": "person"}).curves
    assert {point.low for point in curve.series[0].points} == {None}


def test_drift_is_now_beside_the_reference(check):
    curve, = check("population_stability against then <= 0.2").curves
    assert [series.name for series in curve.series] == ["reference", "now"]
    assert [sum(point.y for point in series.points) for series in curve.series] == pytest.approx([1, 1])
    assert curve.series[0].points[0].label == "0 to 0.05"


def test_features_are_panels_of_one_curve(check):
    report = check("population_stability over feature against then <= 0.2", columns={"unit": "person"})
    curve, = report.curves
    assert [dict(group)["feature"] for group in curve.groups] == ["age"]
    assert len(curve.series) == 2


def test_what_another_phase_asks_for_is_not_drawn(check):
    assert check({"that": "roc_auc >= 0.5", "phases": ["watch"]}).curves == ()


def test_one_class_has_no_curve(check, frame):
    report = shall.check({"requirements": {"it": "roc_auc >= 0.5"}},
                         pa.table({"score": frame["score"], "label": np.zeros(6_000, dtype=int)}))
    assert report.curves == ()


def test_rows_count_by_their_weights(check, frame):
    weights = {"weight": np.where(np.array(frame["sex"]) == "F", 2.0, 0.0)}
    table = pa.table({**frame, **weights})
    asked = {"groups": {"sex": "sex"}, "subject": {"target": "label", "positive": "1"}, "columns": {"weight": "weight"},
             "requirements": {"it": "calibration_error <= 0.5"}}
    curve, = shall.check(asked, table).curves
    only = shall.check({**asked, "columns": {}}, pa.table(frame).filter(pa.array(weights["weight"] > 0))).curves[0]
    assert [point.y for point in curve.series[0].points] == pytest.approx([point.y for point in only.series[0].points])
    assert {point.low for point in curve.series[0].points} == {None}
