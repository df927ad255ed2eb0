"""Progress: nothing for short work, a line now and then in a pipe, a moving line on a terminal."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.cli import _progress
from shall.cli._progress import Progress

FILE = """shall = 1
[subject]
target = "y"
positive = "1"
[data]
log = "log.parquet"
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.3"
"""


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(_progress.time, "monotonic", lambda: now[0])
    return now


def test_short_work_is_silent(capsys, clock):
    with Progress() as progress:
        progress("counting", 10)
    assert capsys.readouterr() == ("", "")


def test_long_work_in_a_pipe_tells_every_few_seconds(capsys, clock):
    with Progress() as progress:
        for second in range(13):
            clock[0] = float(second)
            progress("counting gate.parquet", 1000)
    assert capsys.readouterr().err.splitlines() == ["counting gate.parquet: 6,000 rows",
                                                    "counting gate.parquet: 11,000 rows"]


def test_some_work_is_told_to_a_terminal_alone(capsys, clock):
    with Progress(piped=False) as progress:
        for second in range(13):
            clock[0] = float(second)
            progress("looking at every slice", 0)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("verb", "said"), [("slices", "looking at every slice"), ("intersections", "counting ")])
def test_verbs_that_search_tell_a_terminal_what_they_do_and_a_pipe_nothing(shall, tmp_path, monkeypatch, verb, said):
    monkeypatch.setattr(_progress, "QUIET", 0.0)
    monkeypatch.setattr(_progress, "EVERY", 0.0)
    rows = {"age": [*range(18, 68)] * 20, "sex": ["F", "M"] * 500, "y": [0, 1, 1] * 333 + [0], "decision": [1, 0] * 500}
    pq.write_table(pa.table(rows), tmp_path / "log.parquet")
    (tmp_path / "shall.toml").write_text(FILE)
    piped = shall(verb, str(tmp_path / "shall.toml"), "--json")
    assert (piped.code, piped.err) == (0, "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    seen = shall(verb, str(tmp_path / "shall.toml"), "--json")
    assert said in seen.err and seen.out == piped.out


def test_a_terminal_gets_a_moving_line(monkeypatch, clock, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress(of="candidate") as progress:
        clock[0] = 1.0
        progress("trying [bold]", 1)
        assert progress._bar is not None
        assert progress._bar.tasks[0].fields["words"] == "1 candidate"
    assert capsys.readouterr().out == ""


def test_a_search_is_one_line_whose_words_change(monkeypatch, clock, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress(of="candidate", one_line=True) as progress:
        clock[0] = 1.0
        progress("searching", 6)
        progress("best 0.91, within every aim", 6)
        assert progress._bar is not None
        (task,) = progress._bar.tasks
        assert (task.description, task.fields["words"]) == ("best 0.91, within every aim", "12 candidates")
    assert capsys.readouterr().out == ""


def test_nothing_counted_yet_is_no_number(capsys, clock):
    with Progress(of="candidate", one_line=True) as progress:
        clock[0] = 6.0
        progress("looking at the rows", 0)
    assert capsys.readouterr().err == "looking at the rows\n"
