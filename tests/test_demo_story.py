"""The story of the demo is true: the same file, the same data, the verdicts that are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import examples.employment
import shall
from examples.employment import demo
from examples.fetch import fetch
from shall.core.verdict import Verdict

FILE = Path(examples.employment.__file__).parent / "shall.toml"


@pytest.fixture(scope="module")
def data() -> Path:
    return fetch("employment")


def found(verdicts: tuple[Verdict, ...]) -> dict[str, str]:
    return {verdict.name: str(verdict.verdict) for verdict in verdicts}


def test_in_2015_only_the_gap_of_false_positive_rates_is_broken(data: Path) -> None:
    report = shall.check(FILE, data / "2015.parquet", record=False)
    assert report.rows == 43_348
    assert found(report.verdicts) == {"useful": "met", "calibrated": "met", "fair": "met", "equal": "broken"}
    equal = report.verdicts[-1].deciding
    assert equal.value is not None
    assert round(equal.value, 3) == 0.185
    assert [dict(group)["sex"] for group in equal.worst] == ["women", "men"]


def test_in_service_calibration_creeps_while_the_area_under_the_curve_stays(data: Path) -> None:
    report = shall.watch(FILE, data / "decisions", labels=data / "labels.parquet")
    assert [window.label for window in report.windows] == ["2016", "2017", "2018"]
    by_year = [found(window.verdicts) for window in report.windows]
    assert [year["useful"] for year in by_year] == ["met", "met", "met"]
    assert [year["calibrated"] for year in by_year] == ["undecided", "undecided", "broken"]
    areas = [verdict.deciding.value for window in report.windows for verdict in window.verdicts
             if verdict.name == "useful"]
    assert [round(area, 4) for area in areas if area is not None] == [0.7937, 0.8, 0.802]
    assert all(window.labelled == window.rows for window in report.windows)


def test_the_alarm_hears_householders_and_says_so(data: Path) -> None:
    """They stand first in their household, and are right more often than everybody is."""
    roles = {"id": "id", "time": "year", "unit": "household", "decision": "prediction"}
    file = {"subject": {"target": "employed", "positive": "1"}, "columns": roles, "requirements": {
        "right": "accuracy >= 0.78"}, "watch": {"windows": ["1 year"], "false_alarms": "1 per year"}}
    one, = shall.watch(file, data / "decisions", labels=data / "labels.parquet").heard
    assert (one.name, one.window, round(one.heard, 3), round(one.value, 3)) == ("right", "2018", 0.808, 0.795)
    assert (one.first, one.n) == (74_386, 130_523)


def test_a_model_is_built_that_keeps_every_requirement(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("lightgbm")
    parted = shall.split(data / "2015.parquet", share=0.5, by="unit", column="household", into=tmp_path)
    text = FILE.read_text().replace("../../.data/employment/", "")
    assert f'train = "{Path(parted.train).name}"' in text
    (tmp_path / "shall.toml").write_text(text)
    result = shall.build(tmp_path / "shall.toml")
    assert result.found
    assert found(result.verdicts) == {"useful": "met", "calibrated": "met", "fair": "met", "equal": "met"}


def test_labels_are_not_in_the_log_of_decisions(data: Path) -> None:
    report = shall.watch(FILE, data / "decisions")
    assert {found(window.verdicts)["calibrated"] for window in report.windows} == {"undecided"}
    assert {found(window.verdicts)["fair"] for window in report.windows} == {"met"}, "decisions need no labels"


def test_the_demo_tells_each_command_once_and_knows_its_exit_code() -> None:
    steps = demo.steps("data")
    verbs = [step.command.split()[1] for step in steps]
    assert verbs == ["init", "lint", "check", "split", "check", "build", "ship", "prove", "watch", "serve", "client.py",
                     "check", "client.py", "watch", "client.py", "keys", "recall", "client.py", "-TERM"]
    broken = [step.command.split()[1] for step in steps if step.codes == (demo.BROKEN,)]
    assert broken == ["check", "watch", "watch"]
    assert [step.way for step in steps if step.way != "run"] == ["start", "stop"]


def test_in_service_fair_holds_in_every_year_and_is_broken_where_the_institutions_stand_together(data: Path) -> None:
    report = shall.watch(FILE, data / "decisions")
    assert {found(window.verdicts)["fair"] for window in report.windows} == {"met"}
    rows = [alarm.row for alarm in report.sounded if alarm.name == "fair"]
    people = pa.concat_tables([pq.read_table(data / "decisions" / f"{year}.parquet", columns=["RELP"])
                               for year in (2016, 2017, 2018)], promote_options="permissive")
    away = np.isin(people.column("RELP").to_pylist(), ["16", "17"])
    assert rows and away[min(rows) - 100:max(rows)].mean() > 0.95


def test_women_with_a_disability_are_in_work_as_men_are_and_taken_for_employed_more_rarely(data: Path) -> None:
    pytest.importorskip("tritonclient.http")
    from examples.employment import client

    people = client.chosen(pa.concat_tables([pq.read_table(data / "decisions" / f"{year}.parquet")
                                             for year in (2017, 2018)], promote_options="permissive"),
                           ["DIS=1", "AGEP>=50"])
    assert len(people) == 4_319 and "4,319" in " ".join(step.told for step in demo.steps("data"))
    women = np.array(people.column("sex").to_pylist()) == "women"
    truth = np.array(client.known(people, pq.read_table(data / "labels.parquet")))
    taken = people.column("prediction").to_numpy()
    assert truth[women].mean() / truth[~women].mean() > 0.85
    assert taken[women].mean() / taken[~women].mean() < 0.70
