"""Decisions are kept and sealed, by one writer or many; a full queue is said."""

from __future__ import annotations

import datetime
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Label, Sink
from shall.core.errors import DataError, StoreError
from shall.stores.decisions import QueueFull, open_log, verify
from tests.stores.decisions.decided import FIELDS, keep, record, rows, submitted


def test_it_is_a_sink(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        sink: Sink = log
        assert sink.fields == FIELDS
        assert len({sink.next_id() for _ in range(1000)}) == 1000


def test_a_decision_is_read_as_it_was_given_before_and_after_it_is_sealed(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        one = record(log, "r", (39.5, "F\x00ü", "1", True))
        log.write([one, record(log, "r", (None, None, None, None))])
        before = rows(folder)
    assert rows(folder) == before
    assert [part.suffix for part in sorted(folder.iterdir())] == [".json", ".parquet", ".chain", ".lock"]
    when = datetime.datetime.fromtimestamp(1_800_000_000, datetime.UTC)
    assert before[0] == {"id": one.id, "time": when, "request": "r", "model": "income@7", "bundle": "ab" * 32,
                         "mode": "live", "weight": 1.0,
                         "age": 39.5, "sex": "F\x00ü", "decision": "1", "abstained": True}
    assert [before[1][field.name] for field in FIELDS] == [None] * 4


def test_types_are_kept(folder: Path) -> None:
    fields = [Field("whole", "number"), Field("real", "number"), Field("when", "date"), Field("none", "number")]
    moment = datetime.datetime(2026, 11, 21, 12, 30, tzinfo=datetime.UTC)
    given = [(1, np.float64(1.5), datetime.date(2020, 2, 29), None), (np.int64(2**53 + 1), 2, moment, None),
             (3, np.float32(0.5), "2026-11-21T12:30:00+00:00", None), (None, 4.0, int(moment.timestamp() * 1e6), None)]
    with open_log(folder, fields) as log:
        for values in given:
            log.write([record(log, values=values)])
        before = read_log(folder).schema
    log_of = read_log(folder)
    assert before.equals(log_of.schema)
    assert [str(log_of.schema.field(field.name).type) for field in fields] == [
        "int64", "double", "timestamp[us, tz=UTC]", "double"]
    found = rows(folder)
    assert [row["whole"] for row in found] == [1, 2**53 + 1, 3, None]
    assert [row["real"] for row in found] == [1.5, 2.0, 0.5, 4.0]
    assert [row["when"] for row in found] == [datetime.datetime(2020, 2, 29, tzinfo=datetime.UTC), *[moment] * 3]


def test_a_value_of_another_kind_is_kept_beside(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        log.write([record(log, values=("old", "F", "1", False))])
        log.write([record(log, values=(39, 7, "1", False))])
    table = pq.read_table(next(folder.glob("*.parquet")))
    assert table.column("age").to_pylist() == [None, 39.0]
    assert table.column("unfit").to_pylist() == ['{"age": "old"}', '{"sex": 7}']


@pytest.mark.parametrize("value", [object(), 2**70, {1, 2}, 1 + 2j])
def test_what_cannot_be_written_is_refused_and_the_log_goes_on(folder: Path, value: object) -> None:
    with open_log(folder, FIELDS) as log:
        if value != {1, 2}:                 # a set is written as a list, and comes to lie under `unfit`
            with pytest.raises(DataError, match="cannot be logged"):
                log.write([record(log, "r", (value, "F", "1", False))])
        with pytest.raises(DataError, match="has 1 values, and 4 fields"):
            log.write([record(log, "r", (1,))])
        log.write([record(log, "r")])
        assert len(rows(folder)) == 1


def test_fields_with_the_names_of_fixed_columns_keep_them(folder: Path) -> None:
    fields = [Field("time", "text"), Field("weight", "number"), Field("decision_weight", "number")]
    with open_log(folder, fields) as log:
        log.write([record(log, values=("noon", 70, 1))])
        assert "decision_time" in read_log(folder).schema.names
    row, = rows(folder)
    assert (row["time"], row["weight"], row["decision_weight"], row["decision_decision_weight"]) == ("noon", 70, 1, 1.0)


def test_versions_may_log_other_fields(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        log.write([record(log)])
    with open_log(folder, [Field("decision", "text"), Field("age", "number"), Field("mode", "text")]) as log:
        log.write([record(log, values=("0", 1.5, "car"))])
        found = rows(folder)
    assert [(row["age"], row["sex"], row["mode"], row["decision_mode"]) for row in found] == [
        (39.0, "F", None, "live"), (1.5, None, "car", "live")]
    assert rows(folder) == found
    with open_log(folder, [Field("age", "text")]) as log:
        log.write([record(log, values=("young",))])
    with pytest.raises(DataError, match="age that is a number in one version of the model and a text in another"):
        read_log(folder)


def test_an_empty_log_has_its_columns(folder: Path) -> None:
    open_log(folder, FIELDS).close()
    assert read_log(folder).schema.names[-4:] == [field.name for field in FIELDS]
    assert rows(folder) == []
    assert verify(folder).rows == 0


def test_segments_are_sealed_by_rows_and_by_age(folder: Path) -> None:
    with open_log(folder, FIELDS, rows_a_segment=10) as log:
        ids = keep(log, 35)
    assert [pq.read_metadata(path).num_rows for path in sorted(folder.glob("*.parquet"))] == [10, 10, 10, 5]
    assert [row["id"] for row in rows(folder)] == ids
    sealed = threading.Event()
    with open_log(folder, FIELDS, seconds_a_segment=0.01, heads=lambda *_: sealed.set()) as log:
        keep(log, 1)
        assert sealed.wait(10)
        assert len([*folder.glob("*.parquet")]) == 5


def test_heads_are_told_and_are_found_again(folder: Path) -> None:
    told: list[tuple[str, int, str]] = []
    with open_log(folder, FIELDS, rows_a_segment=10,
                  heads=lambda writer, link: told.append((writer, link["last"], link["link"]))) as log:
        keep(log, 25)
    assert [(writer, last) for writer, last, _ in told] == [("income/w1", 10), ("income/w1", 20), ("income/w1", 25)]
    assert verify(folder).heads["w1"].hash == told[-1][2]


def test_a_log_goes_on_where_it_was(folder: Path) -> None:
    ids: list[str] = []
    for _ in range(5):
        with open_log(folder, FIELDS, rows_a_segment=10) as log:
            assert log.writer == "w1" and log.notes == ()
            ids += keep(log, 7)
    assert [row["id"] for row in rows(folder)] == ids
    assert verify(folder).rows == 35


def test_two_write_at_once_and_each_has_a_journal(folder: Path) -> None:
    with open_log(folder, FIELDS) as one, open_log(folder, FIELDS) as other:
        assert (one.writer, other.writer) == ("w1", "w2")
        ids = [*keep(one, 5), *keep(other, 5)]
        assert [row["id"] for row in rows(folder)] == ids
        assert verify(folder).rows == 10
    assert {row["id"] for row in rows(folder)} == {*ids}


def test_whoever_is_told_may_fail_and_the_others_hear_it(folder: Path) -> None:
    done = threading.Event()
    with open_log(folder, FIELDS) as log:
        log.submit([record(log)], lambda problem: 1 / 0)      # type: ignore[arg-type,return-value]
        log.submit([record(log)], lambda problem: done.set())
        assert done.wait(10)


def test_what_is_closed_takes_nothing(folder: Path) -> None:
    log = open_log(folder, FIELDS)
    log.close()
    with pytest.raises(StoreError, match="closed"):
        log.write([record(log)])


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text('{"shall": "decision log", "format": 1, "kind": "labels", "log": "' + "0" * 64
                                       + '", "fields": []}')
    with pytest.raises(StoreError, match="holds labels, not decisions"):
        open_log(tmp_path, FIELDS)
    (tmp_path / "log.json").write_text('{"shall": "decision log", "format": 9, "kind": "decisions"}')
    with pytest.raises(StoreError, match="format 9"):
        open_log(tmp_path, FIELDS)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened for writing"):
        open_log(tmp_path / "file", FIELDS)
    with pytest.raises(DataError, match="two fields are called age"):
        open_log(tmp_path / "x", [FIELDS[0], FIELDS[0]])


def test_a_full_queue_is_said_at_once(folder: Path, slow: threading.Event) -> None:
    with open_log(folder, FIELDS, queue=10) as log:
        first, _ = submitted(log, 1)
        while log.waiting:                  # until it is being written
            time.sleep(0.001)
        told, taken = submitted(log, 100)
        assert taken == 10 and first == told == []
        assert log.alarms["queue_full"] == 1 and log.waiting == 10
        slow.set()
    assert [*first, *told] == [None] * 11 == [None] * len(rows(folder))


def test_who_may_try_answers_though_the_queue_is_full(folder: Path, slow: threading.Event) -> None:
    with open_log(folder, FIELDS, queue=10, durable="try") as log:
        told, taken = submitted(log, 100)
        assert taken == 100
        missed = log.alarms["not_logged"]
        assert len(told) == missed >= 80 and {type(one) for one in told} == {QueueFull}
        slow.set()
    assert told[missed:] == [None] * (100 - missed) == [None] * len(rows(folder))


def test_a_large_batch_is_one_group(folder: Path) -> None:
    with open_log(folder, FIELDS, rows_a_segment=5000) as log:
        log.write([record(log, "batch") for _ in range(12_000)])
        assert len(log.answered("batch") or []) == 12_000
    assert len(rows(folder)) == 12_000 and verify(folder).heads["w1"].sequence == 12_000


def test_many_make_a_log_at_once(folder: Path) -> None:
    ready, logs = threading.Barrier(6), []

    def begin() -> None:
        ready.wait()
        log = open_log(folder, FIELDS)
        logs.append(log)
        keep(log, 3)
        log.write_labels([Label("d", "1", 0)])

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(log.writer for log in logs) == [f"w{number}" for number in range(1, 7)]
    for log in logs:
        log.close()
    assert (verify(folder).rows, verify(folder).labels) == (18, 6)
