"""Files of every kind of subject: they are read, and every line comes back as it was written."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall import spec
from shall.core.requirement import Requirement
from shall.registry import Named

GOOD = sorted((Path(__file__).parent / "good").glob("*.toml"))
TODAY = datetime.date(2026, 11, 21)
Measures = Mapping[str, Named]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_it_is_read_and_its_lines_come_back(path: Path, measures: Measures) -> None:
    file = spec.load(path, on=TODAY, measures=measures)
    assert spec.lint(path, on=TODAY, measures=measures) == ()
    for name, said in tomllib.loads(path.read_text())["requirements"].items():
        line = said if isinstance(said, str) else said.get("that")
        found = next(requirement for requirement in file.requirements if requirement.name == name)
        if line:
            assert str(found) == line
            assert Requirement.parse(line) == Requirement.parse(str(found))


def test_a_subject_of_several_classes(measures: Measures) -> None:
    file = spec.load(next(path for path in GOOD if "multi" in path.name), on=TODAY, measures=measures)
    assert file.subject.kind == "classifier" and file.subject.positive is None
    assert file.subject.classes == ("bus", "car", "van")
    assert file.scores == {"bus": "p_bus", "car": "p_car", "van": "p_van"}
    assert {role: column.name for role, column in file.columns.items()} == {
        "set": "allowed", "abstained": "no_answer", "weight": "weight"}
    named = [mention.name for mention in file.mentions]
    assert {"p_bus", "p_car", "p_van", "allowed"} <= set(named)


def test_a_regressor_needs_no_positive_value(measures: Measures) -> None:
    file = spec.load(next(path for path in GOOD if "regressor" in path.name), on=TODAY, measures=measures)
    assert file.subject.kind == "regressor" and file.subject.target == "price"
    assert file.columns["lower"].name == "low" and file.columns["upper"].name == "high"


def test_a_data_set_needs_no_label(measures: Measures) -> None:
    file = spec.load(next(path for path in GOOD if "dataset" in path.name), on=TODAY, measures=measures)
    assert file.subject.kind == "dataset" and file.subject.target is None
    assert "ready_rows" in [requirement.name for requirement in file.requirements]
