"""Packs as data: what comes with shall is dated, has its source, and is read with the measures there are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall.core.errors import FileError, InputError
from shall.registry import Named
from shall.spec.known import Known
from shall.spec.pack import FOLDER, is_path, name_of, read_pack, shipped, shipped_pack, wrong_path

GOOD = """pack = 1
title = "House rules"
source = "internal standard 4.2"
date = 2026-01-31
not_covered = ["what cannot be counted"]

[groups]
customer = "the sex of the customer"

[requirements]
equal = "difference of recall over customer <= 0.10"

[requirements.slow]
that = "p99(latency) <= 200"
why = "people hang up"
controls = ["4.2.1"]
"""


def read(text: str, folder: Path, measures: Mapping[str, Named]) -> tuple:
    (folder / "house.pack.toml").write_text(text, encoding="utf-8")
    known = Known(measures, (), ("train",), {}, "classifier", datetime.date(2026, 11, 21))
    pack, problems = read_pack("./house.pack.toml", folder, Path(), known)
    return pack, [str(problem) for problem in problems.sorted()]


def test_those_that_come_with_shall() -> None:
    assert shipped() == ("four-fifths", "nyc-local-law-144-2023", "readiness", "reliability")


@pytest.mark.parametrize("name", shipped())
def test_each_one_has_a_source_a_date_and_reasons_and_needs_only_measures_that_exist(name: str) -> None:
    pack = shipped_pack(name)                       # of the real registry: an unknown measure is an error
    assert pack.name == name and pack.title and pack.source and pack.about
    assert datetime.date(1964, 7, 2) < pack.date <= datetime.date(2026, 12, 31)
    assert pack.requirements
    for requirement in pack.requirements:
        assert requirement.why and requirement.origin == name and requirement.waive is None
        assert {name for over in requirement.over for name in over} <= {*pack.groups, "feature", "group"}


@pytest.mark.parametrize("name", ["four-fifths", "nyc-local-law-144-2023"])
def test_law_has_an_address_its_paragraph_on_every_line_and_says_what_is_left(name: str) -> None:
    pack = shipped_pack(name)
    assert pack.url.startswith("https://") and len(pack.not_covered) >= 3
    assert all(requirement.controls for requirement in pack.requirements)
    assert {str(requirement.bound) for requirement in pack.requirements} == {">= 0.80"}


def test_no_figure_of_a_law_stands_in_code() -> None:
    for path in FOLDER.parent.glob("*.py"):
        assert "1607" not in path.read_text(encoding="utf-8")


def test_a_pack_of_the_house(tmp_path: Path, measures: Mapping[str, Named]) -> None:
    pack, told = read(GOOD, tmp_path, measures)
    assert told == []
    assert (pack.name, pack.title, pack.date) == ("house", "House rules", datetime.date(2026, 1, 31))
    assert pack.groups == {"customer": "the sex of the customer"}
    assert pack.not_covered == ("what cannot be counted",)
    equal, slow = pack.requirements
    assert equal.origin == slow.origin == "house"
    assert (slow.why, slow.controls) == ("people hang up", ("4.2.1",))


@pytest.mark.parametrize(("old", "new", "said"), [
    ("pack = 1", "pack = 2", "house.pack.toml:1:8: the pack is of version 2"),
    ("pack = 1", "pack = true", "house.pack.toml:1:8: the pack is of version True"),
    ("pack = 1\n", "", "this is no pack: its version is missing"),
    ('title = "House rules"\n', "", "the pack does not say `title`"),
    ("date = 2026-01-31", "date = 2026-01-31T00:00:00", "house.pack.toml:4:8: `date` is a date"),
    ("over customer", "over sex", 'house.pack.toml:11:36: there is no group `sex`\n    define it in [groups]: sex'),
    ("recall", "recal", "house.pack.toml:11:24: there is no measure `recal`\n    did you mean `recall`?"),
    ("controls", "waive = {}\ncontrols", "house.pack.toml:16:1: there is no key `waive`"),
    ("pack = 1", "extends = []\npack = 1", "there is no key `extends`"),
])
def test_what_is_wrong_with_a_pack_names_the_pack_and_its_line(
    old: str, new: str, said: str, tmp_path: Path, measures: Mapping[str, Named],
) -> None:
    assert any(said in problem for problem in read(GOOD.replace(old, new), tmp_path, measures)[1])


def test_a_pack_without_a_line(tmp_path: Path, measures: Mapping[str, Named]) -> None:
    assert any("there is no requirement" in told
               for told in read(GOOD.partition("[requirements]")[0], tmp_path, measures)[1])


def test_names_and_paths() -> None:
    assert [is_path(item) for item in ("four-fifths", "./a.toml", "a.toml", "a\\b", "p/a.toml")] == [
        False, True, True, True, True]
    assert [name_of(item) for item in ("four-fifths", "./house.pack.toml", "p/house.toml")] == [
        "four-fifths", "house", "house"]
    for item, said in (("/a.toml", "absolute"), ("C:/a.toml", "absolute"), ("../a.toml", "leaves"), ("a\\b", "back"),
                       ("p/../../a.toml", "leaves"), ("./a", ".toml"), ("./a.toml", "")):
        assert said in wrong_path(item)


def test_a_pack_that_there_is_not() -> None:
    with pytest.raises(InputError, match="did you mean `four-fifths`"):
        shipped_pack("four-fiths")


def test_a_pack_that_is_too_large(tmp_path: Path, measures: Mapping[str, Named]) -> None:
    with pytest.raises(FileError, match="larger than 256 KB"):
        read(GOOD + "#" * 300_000, tmp_path, measures)
