"""The story of the demo is true: the same file, the same data, the verdicts that are told."""

from __future__ import annotations

from pathlib import Path

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
                     "-TERM", "check"]
    assert {step.codes for step in steps[:9]} == {(demo.MET,), (demo.BROKEN,)}
    assert [step.codes for step in steps[9:]] == [(demo.MET,)] * 3 + [(demo.MET, demo.UNDECIDED)]
    assert [step.way for step in steps if step.way != "run"] == ["start", "stop"]
