"""Progress: nothing for short work, a line now and then in a pipe, a moving line on a terminal."""

from __future__ import annotations

import sys

import pytest

from shall.cli import _progress
from shall.cli._progress import Progress


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
