"""Every built-in measure keeps the rules that a plug-in must keep, and the tree keeps its order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shall import registry
from shall.testing import check_measure

ROOM = Path(str(registry.__file__)).parent / "measures"
FILES = sorted(file for file in ROOM.rglob("*.py") if file.stem != "__init__")
IDS = [file.stem for file in FILES]


@pytest.mark.parametrize("measure", IDS)
def test_a_measure_keeps_the_rules(measure: str) -> None:
    check_measure(registry.find("measures", measure))


def test_the_path_is_the_id() -> None:
    assert set(IDS) <= set(registry.ids("measures"))
    assert [name for name, times in Counter(IDS).items() if times > 1] == []
    assert all(len(file.relative_to(ROOM).parts) == 2 for file in FILES), "measures/<question>/<id>.py"


def test_every_name_stands_for_one_measure() -> None:
    names = [alias for measure in IDS for alias, _ in registry.card(measure).aliases]
    assert [name for name, times in Counter([*IDS, *names]).items() if times > 1] == []


def test_every_question_says_what_it_asks() -> None:
    for folder in {file.parent for file in FILES}:
        assert (folder / "__init__.py").read_text(encoding="utf-8").strip().strip('"').endswith("?"), folder


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_measure_file_is_small(file: Path) -> None:
    assert 25 <= len(file.read_text(encoding="utf-8").splitlines()) <= 120
