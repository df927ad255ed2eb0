"""A whole text is brought to today: comments, layout, newlines and quotes stay, and a second time changes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pytest

from shall import spec
from shall.core.errors import FileError
from shall.registry import Named
from shall.spec.migrating import migrate

Measures = Mapping[str, Named]
TODAY = datetime.date(2026, 11, 21)
OLD = """# the rules of our house

confidence = 0.95                # per line

[subject]                        # who
target   = "y"
positive = "1"

[groups]
sex = "SEX"

[requirements]
a = "ratio of selection_rate >= 0.80 over sex"   # keep me
b = 'tpr over sex >= 0.7'
c.that = "accuracy >= 0.7"

[requirements.d]
that = \"\"\"
difference of fpr over sex
<= 0.10\"\"\"
why = "internal standard 4.2"    # and me
"""
NEW = """# the rules of our house
shall = 1

confidence = 95                # per line

[subject]                        # who
target   = "y"
positive = "1"

[groups]
sex = "SEX"

[requirements]
a = "ratio of selection_rate over sex >= 0.80"   # keep me
b = 'true_positive_rate over sex >= 0.7'
c.that = "accuracy >= 0.7"

[requirements.d]
that = \"\"\"difference of false_positive_rate over sex
<= 0.10\"\"\"
why = "internal standard 4.2"    # and me
"""


def test_a_whole_text(measures: Measures) -> None:
    done = migrate(OLD, measures=measures)
    assert done.text == NEW
    assert done.steps == (
        "1. the version of the file is said: shall", "2. confidence is in per cent: confidence",
        "3. clauses stand in the fixed order: requirements.a",
        "4. measures have one name: requirements.b, requirements.d.that")
    assert spec.loads(done.text, on=TODAY, measures=measures).confidence == 95


def test_a_second_time_changes_nothing(measures: Measures) -> None:
    again = migrate(migrate(OLD, measures=measures).text, measures=measures)
    assert again.text == NEW and again.steps == ()


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "good").glob("*.toml")), ids=lambda p: p.name)
def test_a_file_of_today_is_left_alone(path: Path, measures: Measures) -> None:
    text = path.read_text(encoding="utf-8")
    assert migrate(text, measures=measures).text == text


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "wrong_files").glob("*.toml")), ids=lambda p: p.stem)
def test_a_wrong_file_is_migrated_once_or_told(path: Path, measures: Measures) -> None:
    try:
        done = migrate(path.read_bytes().decode(), measures=measures)
    except (FileError, UnicodeDecodeError):
        return
    assert migrate(done.text, measures=measures).steps == ()


def test_newlines_and_the_mark_of_byte_order_stay(measures: Measures) -> None:
    done = migrate("\ufeff" + OLD.replace("\n", "\r\n"), measures=measures)
    assert done.text.startswith("\ufeff# the rules of our house\r\nshall = 1\r\n")
    assert done.text.count("\n") == done.text.count("\r\n")


@pytest.mark.parametrize(("text", "begins"), [
    ("[subject]\n", "shall = 1\n\n[subject]\n"), ("", "shall = 1\n"), ("# only", "# only\nshall = 1\n"),
    ("a = 1\n", "shall = 1\na = 1\n"),
])
def test_where_the_version_is_put(text: str, begins: str, measures: Measures) -> None:
    assert migrate(text, measures=measures).text == begins


def test_no_toml_is_told(measures: Measures) -> None:
    with pytest.raises(FileError, match=r"x\.toml:1:5"):
        migrate("a = yes", "x.toml", measures=measures)
