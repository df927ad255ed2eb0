"""What a stranger is told about 125 wrong files, to the letter.

With SHALL_GOLDEN=write the expected texts are written anew: read each of them before they are kept.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named

FOLDER = Path(__file__).parent / "wrong_files"
FILES = sorted(FOLDER.glob("*.toml"))
TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_told(path: Path, measures: Mapping[str, Named], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(FileError) as caught:
        spec.load(path.name, on=TODAY, measures=measures)
    assert all(problem.line and problem.column and problem.fix for problem in caught.value.problems)
    told = f"{caught.value}\n"
    golden = path.with_suffix(".txt")
    if os.environ.get("SHALL_GOLDEN") == "write":
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")
    assert spec.lint(path.name, on=TODAY, measures=measures) == caught.value.problems


def test_there_are_enough() -> None:
    assert len(FILES) >= 100
