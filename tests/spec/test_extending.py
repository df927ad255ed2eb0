"""Packs in a shall file: their lines are the file's, under its groups, unless it says otherwise."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named

TODAY = datetime.date(2026, 11, 21)
Measures = Mapping[str, Named]
HEAD = """shall = 1
extends = ["four-fifths"]
[subject]
target = "y"
positive = "1"
[groups]
sex = "SEX"
race = "RACE"
gender = "GENDER"
"""
HOUSE = """pack = 1
title = "House rules"
source = "internal standard 4.2"
date = 2026-01-31
[requirements]
"""


def read(text: str, measures: Measures) -> spec.ShallFile:
    return spec.loads(text, on=TODAY, measures=measures)


def told(text: str, measures: Measures) -> str:
    with pytest.raises(FileError) as caught:
        read(text, measures)
    return str(caught.value)


def test_the_lines_of_a_pack_are_those_of_the_file(measures: Measures) -> None:
    file = read(HEAD, measures)
    assert [(line.name, str(line), line.origin) for line in file.requirements] == [
        ("four_fifths_sex", "ratio of selection_rate over sex >= 0.80", "four-fifths"),
        ("four_fifths_race", "ratio of selection_rate over race >= 0.80", "four-fifths")]
    assert all("29 CFR 1607.4(D)" in line.why for line in file.requirements)
    (used,) = file.packs
    assert file.extends == ("four-fifths",) and used.pack.date == datetime.date(1978, 8, 25)
    assert used.lines == ("four_fifths_sex", "four_fifths_race") and not used.replaced and not used.left_out


def test_its_groups_are_those_of_the_file_under_other_names(measures: Measures) -> None:
    file = read(HEAD + '[packs.four-fifths]\ngroups = { sex = "gender" }\n', measures)
    assert file.requirements[0].over == (("gender",),)
    assert file.requirements[1].over == (("race",),)


def test_the_file_has_the_last_word(measures: Measures) -> None:
    file = read(HEAD + '[requirements]\nfour_fifths_race = "ratio of selection_rate over race >= 0.75"\n', measures)
    by_name = {line.name: line for line in file.requirements}
    assert str(by_name["four_fifths_race"].bound) == ">= 0.75" and by_name["four_fifths_race"].origin == ""
    assert by_name["four_fifths_sex"].origin == "four-fifths"
    assert file.packs[0].replaced == ("four_fifths_race",) and file.packs[0].lines == ("four_fifths_sex",)


def test_a_waiver_of_a_line_of_a_pack_leaves_the_line_as_it_is(measures: Measures) -> None:
    file = read(HEAD + '[requirements.four_fifths_race]\nphases = ["check"]\n'
                'waive = { until = 2027-01-31, by = "committee", why = "retraining" }\n', measures)
    line = file.requirements[0]
    assert line.name == "four_fifths_race" and line.origin == "four-fifths" and str(line.bound) == ">= 0.80"
    assert line.waive is not None and line.waive.by == "committee" and line.phases == ("check",)
    assert "1607" in line.why and line.controls == ("29 CFR 1607.4(D)",)
    assert file.packs[0].replaced == ()


def test_a_line_is_left_out_with_a_reason(measures: Measures) -> None:
    text = HEAD.replace('race = "RACE"\n', "")
    assert "needs the group `race`" in told(text, measures)
    file = read(text + '[packs.four-fifths]\nwithout = { four_fifths_race = "race is not collected" }\n', measures)
    assert [line.name for line in file.requirements] == ["four_fifths_sex"]
    assert file.packs[0].left_out == {"four_fifths_race": "race is not collected"}
    assert "is empty" in told(text + "[packs.four-fifths]\nwithout = { four_fifths_race = '' }\n", measures)


def test_a_group_is_not_needed_where_the_file_says_the_line_itself(measures: Measures) -> None:
    text = HEAD.replace('race = "RACE"\n', "") + "[requirements]\nfour_fifths_race = 'rows >= 5'\n"
    assert [line.name for line in read(text, measures).requirements] == ["four_fifths_race", "four_fifths_sex"]


def test_a_pack_of_the_house_lies_beside_the_file(tmp_path: Path, measures: Measures) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "house.pack.toml").write_text(HOUSE + "good = 'p99(latency) <= 5'\n", encoding="utf-8")
    path = tmp_path / "shall.toml"
    path.write_text(HEAD.replace('"four-fifths"', '"./packs/house.pack.toml", "four-fifths"'), encoding="utf-8")
    file = spec.load(path, on=TODAY, measures=measures)
    assert [line.origin for line in file.requirements] == ["house", "four-fifths", "four-fifths"]
    with pytest.raises(FileError, match=r"packs/house\.pack\.toml:6:13: the log has no column `latency`"):
        spec.expect_columns(file, ["SEX", "RACE", "GENDER"])


def test_what_is_wrong_in_a_pack_comes_with_what_is_wrong_in_the_file(tmp_path: Path, measures: Measures) -> None:
    (tmp_path / "house.toml").write_text(HOUSE + "good = 'recal >= 0.5'\n", encoding="utf-8")
    path = tmp_path / "shall.toml"
    path.write_text(HEAD.replace('"four-fifths"', '"house.toml"') + "[watch]\nwindos = []\n", encoding="utf-8")
    problems = spec.lint(path, on=TODAY, measures=measures)
    assert [(Path(problem.file).name, problem.line) for problem in problems] == [("shall.toml", 11), ("house.toml", 6)]


def test_lines_of_packs_count_to_the_cap(tmp_path: Path, measures: Measures) -> None:
    (tmp_path / "house.toml").write_text(
        HOUSE + "".join(f"h{number} = 'rows >= 1'\n" for number in range(600)), encoding="utf-8")
    path = tmp_path / "shall.toml"
    own = "".join(f"r{number} = 'rows >= 1'\n" for number in range(401))
    path.write_text(HEAD.replace('"four-fifths"', '"house.toml"') + "[requirements]\n" + own, encoding="utf-8")
    (problem,) = spec.lint(path, on=TODAY, measures=measures)
    assert "more than 1,000 requirements, with those of its packs" in problem.message
    path.write_text(path.read_text().replace("r400 = 'rows >= 1'\n", ""), encoding="utf-8")
    assert spec.lint(path, on=TODAY, measures=measures) == ()


def test_a_pack_is_one_file_and_no_more_than_sixteen(measures: Measures) -> None:
    many = ", ".join(f'"p{number}.toml"' for number in range(17))
    assert "more than 16 packs" in told(HEAD.replace('"four-fifths"', many), measures)


def test_a_pack_that_is_a_folder_or_a_pipe(tmp_path: Path, measures: Measures) -> None:
    (tmp_path / "folder.toml").mkdir()
    path = tmp_path / "shall.toml"
    path.write_text(HEAD.replace('"four-fifths"', '"folder.toml"'), encoding="utf-8")
    assert "there is no file" in str(spec.lint(path, on=TODAY, measures=measures)[0])


def test_a_link_does_not_lead_outside(tmp_path: Path, measures: Measures) -> None:
    (tmp_path / "away.toml").write_text(HOUSE + "good = 'rows >= 1'\n", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "house.toml").symlink_to(tmp_path / "away.toml")
    (inside / "circle.toml").symlink_to(inside / "circle.toml")
    path = inside / "shall.toml"
    path.write_text(HEAD.replace('"four-fifths"', '"house.toml", "circle.toml"'), encoding="utf-8")
    first, second = spec.lint(path, on=TODAY, measures=measures)
    assert "lies outside the folder" in first.message and "there is no file" in second.message


def test_packs_are_small_together(tmp_path: Path, measures: Measures) -> None:
    for number in range(16):
        text = HOUSE + f"good{number} = 'rows >= 1'\n#" + "x" * 20_000
        (tmp_path / f"p{number}.toml").write_text(text, encoding="utf-8")
    path = tmp_path / "shall.toml"
    names = [f'"p{number}.toml"' for number in range(16)]
    path.write_text(HEAD.replace('"four-fifths"', ", ".join(names)), encoding="utf-8")
    (problem,) = spec.lint(path, on=TODAY, measures=measures)
    assert "together larger than 256 KB" in problem.message
    path.write_text(HEAD.replace('"four-fifths"', ", ".join(names[:12])), encoding="utf-8")
    assert len(spec.load(path, on=TODAY, measures=measures).requirements) == 12
