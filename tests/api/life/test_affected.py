"""An alarm is about the group that is worse off, as a filter over the columns of a row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.api.life.affected import affected
from shall.api.opening import file_of
from shall.core.requirement import Requirement

GROUPS = {"sex": "SEX", "age": {"column": "AGEP", "cut": [25, 45]}, "race": "race"}


@pytest.mark.parametrize(("line", "about", "where"), [
    ("accuracy >= 0.8", "all rows", ""),
    ("accuracy >= 0.8 where AGEP >= 18", "all rows", "AGEP >= 18"),
    ("recall over sex >= 0.7", "sex = 2", "SEX = '2'"),
    ("recall over age >= 0.7", "age = below 25", "AGEP < 25"),
    ("recall over age >= 0.7", "age = 25 to 45", "AGEP >= 25 and AGEP < 45"),
    ("recall over age >= 0.7", "age = 45 and over", "AGEP >= 45"),
    ("recall over sex >= 0.7", "sex = (missing)", "SEX is missing"),
    ("recall over sex >= 0.7", "sex = (rest)", ""),
    ("recall over sex by age >= 0.7", "sex = 2, age = below 25", "SEX = '2' and AGEP < 25"),
    ("recall over race >= 0.7", "race = Black, or = other", "race = 'Black, or = other'"),
    ("ratio of selection_rate over sex >= 0.8", "sex = 2 against sex = 1", "SEX = '2'"),
    ("ratio of selection_rate over sex, sex by age >= 0.8", "sex = 2, age = below 25 against sex = 1, age = 25 to 45",
     "SEX = '2' and AGEP < 25"),
    ("ratio of selection_rate over sex, race >= 0.8", "race = B against race = W", "race = 'B'"),
    ("ratio of selection_rate over sex within age >= 0.8", "age = below 25, sex = 2 against age = below 25, sex = 1",
     "AGEP < 25 and SEX = '2'"),
    ("ratio of false_positive_rate over sex >= 0.8", "sex = 2 against sex = 1", "SEX = '1'"),
    ("difference of selection_rate over sex <= 0.1", "sex = 1 against sex = 2", "SEX = '2'"),
    ("difference of false_positive_rate over sex <= 0.1", "sex = 1 against sex = 2", "SEX = '1'"),
    ("difference of recall over sex <= 0.1 where AGEP >= 18 and SEX in ('1', '2')", "sex = 1 against sex = 2",
     "SEX = '2' and AGEP >= 18 and SEX in ('1', '2')"),
    ("ratio of selection_rate over sex >= 0.8", "something else", ""),
    ("recall over sex >= 0.7", "", ""),
])
def test_which_rows(line: str, about: str, where: str) -> None:
    file = file_of({"groups": GROUPS, "requirements": {"one": "accuracy >= 0.1"}})
    found = affected(Requirement.parse(line), about, file.groups)
    assert ("" if found is None else str(found)) == where


def test_what_the_watch_says_is_understood() -> None:
    """The texts of real alarms, of bands and pairs."""
    chance, rows = np.random.default_rng(0), 6_000
    age = chance.uniform(18, 70, rows)
    chosen = chance.random(rows) < np.where(age < 25, 0.1, 0.6)
    log = pa.table({"AGEP": age, "SEX": chance.choice([1, 2], rows), "decision": chosen.astype(int)})
    lines = {"pairs": "ratio of selection_rate over age >= 0.8", "each": "selection_rate over sex by age >= 0.4"}
    file = {"groups": {**GROUPS, "race": "SEX"}, "requirements": lines,
            "watch": {"windows": ["3000 rows"], "false_alarms": "1 per 100,000 rows"}}
    report = shall.watch(file, log)
    found = {(alarm.name, str(affected(Requirement.parse(lines[alarm.name]), alarm.about, file_of(file).groups)))
             for alarm in report.sounded}
    assert found == {("pairs", "AGEP < 25"), ("each", "SEX = '1' and AGEP < 25"), ("each", "SEX = '2' and AGEP < 25")}
