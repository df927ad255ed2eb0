"""What is put into the queue stays there until it is taken, also over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from shall.core.errors import StoreError
from shall.stores import outbox
from shall.stores.outbox import WEEK, Outbox


def test_what_is_put_is_there_after_a_restart(tmp_path: Path) -> None:
    first = Outbox(tmp_path / "alerts")
    assert len(first) == 0 and list(first.due(9)) == [] and not (tmp_path / "alerts").exists()
    assert first.put("https://a/", "one", "k1", 10) and first.put("https://b/", "one", "k1", 11)
    assert first.put("https://a/", "again", "k1", 12) and len(first) == 2
    found = list(Outbox(tmp_path / "alerts").due(12))
    assert [(one.to, one.body, one.since) for one in found] == [("https://a/", "one", 10), ("https://b/", "one", 11)]
    first.done(found[0])
    first.done(found[0])
    assert [one.to for one in first.due(12)] == ["https://b/"]


def test_it_is_tried_again_later_each_time(tmp_path: Path) -> None:
    queue = Outbox(tmp_path)
    queue.put("https://a/", "one", "k", 0)
    now, waits = 0.0, []
    while (found := next(queue.due(now), None)) is not None and found.tries < 12:
        assert queue.failed(found, now)
        (again,) = queue.due(now + outbox.LONGEST)
        assert list(queue.due(again.due - 0.01)) == []
        waits.append(again.due - now)
        now = again.due
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_a_week_later_it_is_given_up(tmp_path: Path) -> None:
    queue = Outbox(tmp_path)
    queue.put("https://a/", "one", "k", 0)
    (found,) = queue.due(0)
    assert not queue.failed(found, WEEK) and len(queue) == 0


def test_a_clock_that_goes_back_holds_nothing_up(tmp_path: Path) -> None:
    queue = Outbox(tmp_path)
    queue.put("https://a/", "one", "k", 1e9)
    assert [one.body for one in queue.due(5)] == ["one"]


def test_what_is_torn_is_passed_over(tmp_path: Path) -> None:
    queue = Outbox(tmp_path)
    queue.put("https://a/", "one", "k", 0)
    (tmp_path / "torn.json").write_text('{"shall_message": 1, "to": ')
    (tmp_path / "other.json").write_text("[]")
    (tmp_path / "half.123").write_text("{")
    assert [one.body for one in queue.due(1)] == ["one"]


def test_there_is_an_end_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MOST", 3)
    queue = Outbox(tmp_path)
    assert [queue.put("https://a/", "one", str(number), 0) for number in range(5)] == [True, True, True, False, False]


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "alerts").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        Outbox(tmp_path / "alerts").put("https://a/", "one", "k", 0)
