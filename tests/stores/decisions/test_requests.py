"""A request is kept once: at the same time, after a restart, by another process."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from shall.core.errors import DataError, Repeated
from shall.stores.decisions import asked, open_log
from shall.stores.decisions.sealing import Sealer
from tests.stores.decisions.decided import FIELDS, VALUES, keep, record, rows, submitted


def test_a_request_is_kept_once_also_after_a_restart(folder: Path) -> None:
    with open_log(folder, FIELDS, rows_a_segment=3) as log:
        several = [record(log, "r"), record(log, "r")]
        log.write(several)
        assert log.answered("r") == several and log.answered("other") is None
        with pytest.raises(Repeated) as caught:
            log.write([record(log, "r")])
        assert caught.value.request == "r"
        keep(log, 10)
    with open_log(folder, FIELDS) as log:
        assert log.answered("r") == several
        with pytest.raises(Repeated):
            log.write([record(log, "r")])
    assert len(rows(folder)) == 12


def test_of_two_at_the_same_time_one_is_kept(folder: Path, slow: threading.Event) -> None:
    with open_log(folder, FIELDS) as log:
        told, _ = submitted(log, 3, "r")
        assert told == [] and log.answered("r") is None
        slow.set()
        with pytest.raises(Repeated):
            log.write([record(log, "r")])
    assert [type(one) for one in told if one is not None] == [Repeated] * 2 and len(told) == 3
    assert len(rows(folder)) == 1


def test_another_process_is_asked_again(folder: Path) -> None:
    with open_log(folder, FIELDS, rows_a_segment=5) as one, open_log(folder, FIELDS[1:], rows_a_segment=5) as other:
        for number in range(20):
            kept = record(one, f"r{number}")
            one.write([kept])
            if number % 7 == 0:
                assert other.answered(kept.request) == [kept._replace(values=kept.values[1:])]
        assert all(other.answered(f"r{number}") for number in range(20))
        with pytest.raises(Repeated):
            other.write([record(other, "r0", VALUES[1:])])


def test_only_the_newest_requests_are_remembered(folder: Path) -> None:
    with open_log(folder, FIELDS, remember=10_000) as log:
        for number in range(200):
            log.write([record(log, f"r{number}")])
        known = [number for number in range(200) if log.answered(f"r{number}")]
    assert known == [*range(200 - len(known), 200)] and 30 < len(known) < 100


def test_what_is_submitted_together_is_of_one_request(folder: Path) -> None:
    with open_log(folder, FIELDS) as log, pytest.raises(DataError, match="belongs to one request"):
        log.write([record(log, "a"), record(log, "b")])


def test_what_one_writer_kept_last_is_known_whatever_others_kept_since(folder: Path,
                                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """A process is killed, another goes on for long: then the client of the first asks again."""
    monkeypatch.setattr(asked, "BACK", 10)
    with open_log(folder, FIELDS, rows_a_segment=5) as other:
        with open_log(folder, FIELDS, rows_a_segment=5) as killed:
            for number in range(12):
                killed.write([record(killed, f"r{number}")])
        for number in range(100):
            other.write([record(other, f"o{number}")])
        with open_log(folder, FIELDS, rows_a_segment=5) as again:
            assert again.writer == "w2"
            assert all(again.answered(f"r{number}") for number in range(2, 12))


def test_journals_that_wait_to_be_sealed_are_followed_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sealer, "seal", lambda *_: (_ for _ in ()).throw(OSError(28, "no room")))
    one = open_log(folder, FIELDS, rows_a_segment=5)
    for number in range(18):
        one.write([record(one, f"r{number}")])
    other = open_log(folder, FIELDS)
    assert all(other.answered(f"r{number}") for number in range(18))
    assert one.alarms["not_sealed"] >= 1
    monkeypatch.undo()
    other.close()
    one.close()
    assert len([*folder.glob("w1-*.parquet")]) == 4
