"""Reading ahead: the same batches, no more than one beside the one in work, errors where they belong, all closed."""

from __future__ import annotations

import threading
import time

import pyarrow as pa
import pytest

from shall.adapters.ahead import ahead


def batch(number):
    return pa.record_batch({"x": [number]})


def test_same_batches_in_the_same_order():
    assert [one["x"][0].as_py() for one in ahead(map(batch, range(50)))] == list(range(50))
    assert list(ahead([])) == []


def test_at_most_one_is_read_ahead():
    read = []
    for number, _ in enumerate(ahead(read.append(number) or batch(number) for number in range(20))):
        time.sleep(0.002)
        assert len(read) <= number + 2
    assert len(read) == 20


def test_all_is_read_by_one_other_thread():
    threads = set()

    def source():
        for number in range(9):
            threads.add(threading.get_ident())
            yield batch(number)

    assert len(list(ahead(source()))) == 9
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_what_reading_raises_comes_after_what_was_read():
    def source():
        yield batch(0)
        raise ValueError("page 7 is damaged")

    found = ahead(source())
    assert next(found)["x"][0].as_py() == 0
    with pytest.raises(ValueError, match="page 7 is damaged"):
        next(found)


def test_a_reader_that_an_interrupt_has_orphaned_is_not_closed_in_its_midst(monkeypatch):
    """Ctrl-C while the thread is started: the pool does not know it, and would let another one close the source."""
    begun, closed, start = threading.Event(), [], threading.Thread.start

    def source():
        try:
            begun.set()
            time.sleep(0.2)
            yield batch(0)
        finally:
            closed.append(True)

    def interrupted(thread):
        monkeypatch.undo()
        start(thread)
        begun.wait(20)
        raise KeyboardInterrupt
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(ahead(source()))
    assert closed == [True]


def test_a_source_that_is_left_early_is_closed_and_its_thread_ends():
    closed, before = [], {*threading.enumerate()}          # an error of a test before may still hold another's thread

    def source():
        try:
            for number in range(1000):
                yield batch(number)
        finally:
            closed.append(True)

    found = ahead(source())
    next(found)
    found.close()
    left = [one.name for one in {*threading.enumerate()} - before if one.name.startswith("shall-reads")]
    assert closed == [True] and left == []
