"""A line on another population: weights as a column, every phase finds the same, and refusals say why."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from benchmarks.on_population import worlds
from shall.core.errors import DataError, InputError
from shall.core.evidence import Outcome
from shall.core.log import Binding, Column
from shall.core.verdict import Finding
from shall.phases.datasets import populations
from shall.phases.datasets.asking import LEARNER
from shall.phases.datasets.populations import shared
from shall.tally import Cells

TODAY = datetime.date(2026, 11, 21)
ROWS = 4_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner that takes a tenth of the time, and is right of these rows."""
    monkeypatch.setattr(populations, "LEARNER", "logistic_regression")


def world(seed: int, rows: int = ROWS, shift: float = 0.0, labels: bool = True) -> pa.Table:
    """Rows whose right decisions grow rarer with x; the other population lies higher by ``shift``."""
    chance = np.random.default_rng(seed)
    x, z = chance.normal(shift, 1, rows), chance.normal(0, 1, rows)
    sex = np.where(chance.random(rows) < 0.5, "f", "m")
    right = chance.random(rows) < 1 / (1 + np.exp(x - 1.2))
    decision = (chance.random(rows) < 1 / (1 + np.exp(-z - 0.5 * x * (sex == "m")))).astype(int)
    label = np.where(right, decision, 1 - decision)
    columns: dict[str, Any] = {"x": x, "z": z, "sex": sex, "id": np.arange(rows), "score": 0.2 + 0.6 * decision}
    return pa.table({**columns, "decision": decision, "label": label} if labels else columns)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The rows of another place, without labels."""
    path = tmp_path / "b.parquet"
    pq.write_table(world(2, shift=0.8, labels=False), path)
    return path


def file(other: Path, *lines: str, **more: Any) -> dict[str, Any]:
    return {"subject": {"target": "label", "positive": "1"}, "groups": {"sex": "sex"}, "data": {"b": str(other)},
            "requirements": {f"line{place}": line for place, line in enumerate(lines)}, **more}


def test_the_value_on_another_population_is_near_to_its_true_one(other: Path) -> None:
    report = shall.check(file(other, "accuracy >= 0.5", "accuracy on b >= 0.5"), world(1), on=TODAY)
    plain, there = (verdict.deciding for verdict in report.verdicts)
    truth = shall.check(file(other, "accuracy >= 0.5"), world(3, rows=100_000, shift=0.8), on=TODAY).verdicts[0]
    true = truth.deciding.value
    assert plain.value is not None and there.value is not None and true is not None
    assert plain.value - true > 0.1                                     # what the log alone says is far off
    assert there.low is not None and there.high is not None and there.low <= true <= there.high
    assert there.high - there.low > plain.high - plain.low              # type: ignore[operator]
    assert any(note.startswith("on b: weights from 3 features, effective sample ") for note in report.notes)


def test_no_overlap_is_undecided_and_says_why_and_what_to_do(tmp_path: Path) -> None:
    pq.write_table(world(2, shift=9.0, labels=False), tmp_path / "far.parquet")
    report = shall.check(file(tmp_path / "far.parquet", "accuracy on b >= 0.5", "accuracy >= 0.5"), world(1), on=TODAY)
    there, plain = report.verdicts
    assert there.verdict is Finding.UNDECIDED and plain.verdict is Finding.MET
    assert there.deciding.outcome is Outcome.NOT_AVAILABLE and there.deciding.value is None
    assert "no weights that make them like those of b" in there.deciding.reason
    (note,) = [note for note in report.notes if note.startswith("on b")]
    assert "there are no weights: there is no overlap" in note and "they differ most in x" in note


def test_a_population_without_a_common_column(tmp_path: Path) -> None:
    pq.write_table(pa.table({"w": [1.0, 2.0], "label": [0, 1]}), tmp_path / "b.parquet")
    report = shall.check(file(tmp_path / "b.parquet", "accuracy on b >= 0.5"), world(1), on=TODAY)
    assert report.verdict is Finding.UNDECIDED
    assert any("no column in common" in note for note in report.notes)


@pytest.mark.parametrize("rows", [0, 3])
def test_a_population_of_few_rows_is_not_available(tmp_path: Path, rows: int) -> None:
    pq.write_table(world(2, labels=False).slice(0, rows), tmp_path / "b.parquet")
    report = shall.check(file(tmp_path / "b.parquet", "accuracy on b >= 0.5"), world(1), on=TODAY)
    assert report.verdict is Finding.UNDECIDED
    assert any("on b: there are no weights" in note for note in report.notes)


def test_an_empty_log_is_not_available(other: Path) -> None:
    report = shall.check(file(other, "accuracy on b >= 0.5"), world(1).slice(0, 0), on=TODAY)
    assert report.verdict is Finding.UNDECIDED


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((InputError, DataError)):
        shall.check(file(tmp_path / "none.parquet", "accuracy on b >= 0.5"), world(1), on=TODAY)


def test_roles_are_no_features_and_groups_are() -> None:
    binding = Binding((("id", Column("id")), ("score", Column("s")), ("label", Column("y"))), scores=(("a", "p_a"),))
    log = pa.schema({name: pa.float64() for name in ("id", "s", "y", "p_a", "AGE", "sex", "own")})
    there = pa.schema({name: pa.float64() for name in ("id", "s", "y", "p_a", "AGE", "sex", "theirs")})
    assert shared(log, there, binding) == ("AGE", "sex")
    assert shared(log, there.set(4, pa.field("AGE", pa.list_(pa.int8()))), binding) == ("sex",)


def test_the_usual_learner_finds_about_the_same(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = shall.check(file(other, "accuracy on b >= 0.5"), world(1), on=TODAY).verdicts[0].deciding.value
    monkeypatch.setattr(populations, "LEARNER", LEARNER)
    usual = shall.check(file(other, "accuracy on b >= 0.5"), world(1), on=TODAY).verdicts[0].deciding.value
    assert quick is not None and quick != usual == pytest.approx(quick, abs=0.01)


def test_a_log_with_weights_of_its_own_is_not_weighed_twice(other: Path) -> None:
    """Rows of low x stand for three of their like; their population is what it would be without."""
    table = world(1)
    weight = np.where(table.column("x").to_numpy() < 0, 3.0, 1.0)
    plain = shall.check(file(other, "accuracy on b >= 0.5"), table, on=TODAY).verdicts[0].deciding
    table = table.append_column("times", pa.array(weight))
    found = shall.check(file(other, "accuracy on b >= 0.5", columns={"weight": "times"}), table,
                        on=TODAY).verdicts[0].deciding
    assert plain.value is not None
    assert plain.value == pytest.approx(found.value, abs=0.01)


def test_limits_on_previous_and_overall_are_weighed_too(tmp_path: Path) -> None:
    pq.write_table(world(2, shift=0.8), tmp_path / "labelled.parquet")
    shall_file = tmp_path / "shall.toml"
    shall_file.write_text(f"""shall = 1
[subject]
name = "p"
target = "label"
positive = "1"
[data]
b = "{tmp_path / 'labelled.parquet'}"
[groups]
sex = "sex"
[requirements]
kept = "accuracy on b >= previous - 0.2"
alike = "accuracy over sex on b >= 80% of overall"
drift = "population_stability over feature against b on b <= 0.1"
""")
    first = shall.check(shall_file, world(1), on=TODAY)
    second = shall.check(shall_file, world(4), on=TODAY)
    assert [one.verdict for one in first.verdicts] == [Finding.UNDECIDED, Finding.MET, Finding.MET]
    assert [one.verdict for one in second.verdicts] == [Finding.MET, Finding.MET, Finding.MET]
    line = "population_stability over feature against b <= 0.1"
    (plain,) = shall.check(file(tmp_path / "labelled.parquet", line), world(4), on=TODAY).verdicts
    assert plain.verdict is Finding.BROKEN


def test_what_is_watched_is_not_weighed(other: Path) -> None:
    report = shall.watch(file(other, "accuracy on b >= 0.5", "accuracy >= 0.5"), world(1), on=TODAY)
    assert [[one.name for one in window.verdicts] for window in report.windows] == [["line1"]]
    assert not any("on b" in note for note in report.notes)


def test_adult_from_a_place_where_few_are_old_learned_and_at_work_for_long(monkeypatch: pytest.MonkeyPatch,
                                                                           tmp_path: Path) -> None:
    """The place has a model and labels; of the whole population there are features. Its hidden labels say the truth."""
    monkeypatch.setattr(populations, "LEARNER", LEARNER)
    log, population = worlds(0, (6_000, 5_000))
    names = [name for name in population.column_names if name not in ("label", "score", "decision")]
    pq.write_table(population.select(names).slice(0, 4_000), tmp_path / "b.parquet")
    plain, there = (one.deciding for one in shall.check(
        file(tmp_path / "b.parquet", "accuracy >= 0.5", "accuracy on b >= 0.5"), log, on=TODAY).verdicts)
    label, decision = (population.column(name).to_numpy() for name in ("label", "decision"))
    true = float((label == decision).mean())
    assert plain.value is not None and there.value is not None
    assert plain.value - true > 0.05 and abs(there.value - true) < 0.015
    assert there.low is not None and there.high is not None and there.low <= true <= there.high


def test_rows_are_planned_for_a_population_before_there_is_a_model(other: Path, tmp_path: Path) -> None:
    pq.write_table(world(1, rows=2_000).drop_columns(["decision", "score"]), tmp_path / "train.parquet")
    lines = shall.plan({
        "subject": {"target": "label", "positive": "1"}, "data": {"train": str(tmp_path / "train.parquet"),
                                                                  "b": str(other)},
        "requirements": {"here": "accuracy >= 0.45", "there": "accuracy on b >= 0.45"}}).lines
    here, there = lines
    assert here.rows is not None and there.rows is not None and here.assumed != there.assumed
    assert there.rows > here.rows                                       # weights cost rows


def test_a_file_of_which_nothing_is_watched(other: Path) -> None:
    report = shall.watch(file(other, "accuracy on b >= 0.5"), world(1), on=TODAY)
    assert [window.verdicts for window in report.windows] == [()]


def test_bounds_know_that_the_weights_were_learned(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same value, and wider bounds than those of known weights; units of many rows are drawn together."""
    table = world(1).append_column("house", pa.array(np.arange(ROWS) // 4))
    width = {}
    for name, columns, known in (("learned", {}, False), ("known", {}, True), ("units", {"unit": "house"}, False)):
        with monkeypatch.context() as patch:
            if known:
                patch.setattr(Cells, "relearned", lambda _: ())
            lines = ("accuracy on b >= 0.5", "ratio of accuracy over sex on b >= 0.5")
            report = shall.check(file(other, *lines, columns=columns), table, on=TODAY)
        width[name] = [(one.deciding.value, one.deciding.high - one.deciding.low)      # type: ignore[operator]
                       for one in report.verdicts]
    for known_, learned in zip(width["known"], width["learned"], strict=True):
        assert known_[0] == learned[0] and known_[1] < learned[1]
    assert width["units"][0][1] > width["known"][0][1]
