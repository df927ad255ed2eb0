"""Columns that the log does not have are told with their places, once the log is known."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named
from shall.spec.problems import nearest

TEXT = """shall = 1

[subject]
target = "later"
positive = "1"

[columns]
score = "scores"
label = "later"
time = { column = "when" }
latency = { unit = "ms" }

[groups]
sex = "SEXX"
race = { at_least = 20, column = "RAC1P" }

[requirements]
fast = "p99(latncy) <= 2 ms"
few = "share(flag = 1 or seen is missing) <= 0.2"
flag = "share(flg = 1) <= 0.2"
elders = "recall over sex >= 0.7 where AGE >= 55 and (SEX = '2' or `odd col` = 'x')"
robust = "attack_success(norm = 'l2') <= 20%"
"""


def test_every_column_is_told_where_it_is_named(measures: Mapping[str, Named]) -> None:
    file = spec.loads(TEXT, "x.toml", on=datetime.date(2026, 11, 21), measures=measures)
    with pytest.raises(FileError) as caught:
        spec.expect_columns(file, ["SEX", "RAC1P", "latency", "AGEP", "flag", "score"])
    found = [(problem.line, problem.column, problem.message, problem.fix) for problem in caught.value.problems]
    names = "its columns are: SEX, RAC1P, latency, AGEP, flag, score"
    assert found == [
        (8, 9, "the log has no column `scores`", "did you mean `score`?"),
        (10, 19, "the log has no column `when`", names),
        (14, 7, "the log has no column `SEXX`", "did you mean `SEX`?"),
        (18, 13, "the log has no column `latncy`", "did you mean `latency`?"),
        (19, 26, "the log has no column `seen`", names),
        (20, 15, "the log has no column `flg`", "did you mean `flag`?"),
        (21, 40, "the log has no column `AGE`", "did you mean `AGEP`?"),
        (21, 68, "the log has no column `odd col`", names),
    ]


def test_a_log_with_every_column(measures: Mapping[str, Named]) -> None:
    file = spec.loads(TEXT, "x.toml", on=datetime.date(2026, 11, 21), measures=measures)
    spec.expect_columns(file, {mention.name for mention in file.mentions})
    assert "later" not in {mention.name for mention in file.mentions}


def test_a_phase_reads_only_what_its_lines_name(measures: Mapping[str, Named]) -> None:
    asked = TEXT.replace('few = "share(flag = 1 or seen is missing) <= 0.2"', "")
    later = '[requirements.few]\nthat = "share(code = 1 or flg = 1 or SEXX is missing) <= 0.2 where AGE > 9"\n'
    text = f'{asked}{later}phases = ["watch"]\n'
    file = spec.loads(text, "x.toml", on=datetime.date(2026, 11, 21), measures=measures)
    names, checked = {mention.name for mention in file.mentions}, spec.of_phase(file, "check")
    assert {mention.name for mention in checked.mentions} == names - {"code"}
    assert [line.name for line in file.requirements if line not in checked.requirements] == ["few"]
    assert spec.of_phase(checked, "check") is checked


def test_a_word_that_is_far_off_is_not_meant() -> None:
    assert nearest("gender", ["DEAR", "AGEP"]) == ""
    assert nearest("age", ["DEAR", "AGEP"]) == "AGEP"
