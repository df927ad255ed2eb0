"""`shall migrate`: the difference is shown, and made only when that is said."""

from __future__ import annotations

import pytest

OLD = """# ours
[subject]
target = "employed"
positive = "1"
[groups]
sex = "SEX"
[requirements]
fair = "ratio of selection_rate >= 0.80 over sex"  # keep
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shall.toml").write_text(OLD, encoding="utf-8")
    return tmp_path


def test_lint_says_that_it_can_help(shall, folder):
    ran = shall("lint")
    assert ran.code == 2
    assert ran.err.endswith("2 problems\n`shall migrate shall.toml` can mend some of it\n")
    (folder / "shall.toml").write_text("shall = 2\n", encoding="utf-8")
    assert "migrate" not in shall("lint").err


def test_the_difference_is_shown_and_nothing_is_written(shall, folder):
    ran = shall("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert "+shall = 1\n" in ran.out
    assert '-fair = "ratio of selection_rate >= 0.80 over sex"  # keep\n' in ran.out
    assert '+fair = "ratio of selection_rate over sex >= 0.80"  # keep\n' in ran.out
    assert "3. clauses stand in the fixed order: requirements.fair\n" in ran.out
    assert ran.out.endswith("shall.toml: not changed yet; `shall migrate --write` changes it\n")
    assert (folder / "shall.toml").read_text(encoding="utf-8") == OLD


def test_it_is_written_once(shall, folder):
    assert shall("migrate", "--write").out.endswith("shall.toml: rewritten\n")
    assert shall("lint").code == 0
    assert shall("migrate", "--write").out == "shall.toml: nothing to change\n"


def test_a_file_that_cannot_be_read_stops_all_of_them(shall, folder):
    (folder / "broken.toml").write_text("a = yes", encoding="utf-8")
    ran = shall("migrate", "--write", "shall.toml", "broken.toml")
    assert ran.code == 2 and "broken.toml:1:5" in ran.err
    assert (folder / "shall.toml").read_text(encoding="utf-8") == OLD
    assert shall("migrate", "absent.toml").code == 2


def test_newlines_of_windows_stay(shall, folder):
    (folder / "shall.toml").write_bytes(OLD.replace("\n", "\r\n").encode())
    assert shall("migrate", "--write").code == 0
    raw = (folder / "shall.toml").read_bytes()
    assert raw.startswith(b"# ours\r\nshall = 1\r\n") and raw.count(b"\n") == raw.count(b"\r\n")
