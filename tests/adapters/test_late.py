"""Labels that come later, as they are now."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pytest

from shall.adapters import open_log as read_log
from shall.adapters.late import LateLabels
from shall.core.decisions import Field, Label, Record
from shall.stores.decisions import open_log

FIELDS = (Field("sex", "text"),)


def late(place: Path) -> LateLabels:
    return LateLabels(place, lambda: read_log(place), "id", "label")


def test_read_on_from_where_it_stopped_the_newest_label_counts_as_in_one_reading(tmp_path: Path) -> None:
    chance, folder = random.Random(0), tmp_path / "decisions"
    ids: list[str] = []
    known = late(folder / "labels")
    assert not known.look()
    with open_log(folder, FIELDS, rows_a_segment=90) as log:
        for step in range(12):
            record = Record(log.next_id(), step, f"r{step}", "m@1", "ab", "live", ("f",))
            log.write([record])
            ids.append(record.id)
            said = [Label(chance.choice(ids), str(chance.randint(0, 1)), step) for _ in range(30)]
            log.write_labels(said)
            log.write_labels([Label(f"r{step}", "1", step)])
            if chance.random() < 0.7:
                assert known.look()
    known.look()
    assert not known.look()
    once = late(folder / "labels")
    once.look()
    asked = pa.array([*ids, "nobody", None])
    assert known.of(asked, "log").equals(once.of(asked, "log"))
    assert known.of(asked, "log").to_pylist()[-2:] == [None, None]
    singles = [known.of_one(asked.slice(place, 1), "log")[0].as_py() for place in range(len(asked))]
    assert singles == known.of(asked, "log").to_pylist()


def test_labels_that_nobody_waits_for_are_let_go_and_a_new_one_comes_in(tmp_path: Path) -> None:
    folder = tmp_path / "decisions"
    with open_log(folder, FIELDS) as log:
        records = [Record(log.next_id(), 0, "", "m@1", "ab", "live", ("f",)) for _ in range(3)]
        log.write(records)
        log.write_labels([Label(one.id, "1", 0) for one in records])
        known = late(folder / "labels")
        known.look()
        ids = pa.array([one.id for one in records])
        with known.only_used():
            assert known.of(ids.slice(1, 1), "log").to_pylist() == ["1"]
        assert known.of(ids, "log").to_pylist() == [None, "1", None]
        log.write_labels([Label(records[1].id, "0", 1)])
        assert known.look() and known.of(ids, "log").to_pylist() == [None, "0", None]


def test_without_any_label(tmp_path: Path) -> None:
    known = late(tmp_path / "labels")
    assert known.of(pa.array(["a"]), "log").to_pylist() == [None] == known.of_one(pa.array(["a"]), "log").to_pylist()
    with known.only_used(), pytest.raises(ZeroDivisionError):
        raise ZeroDivisionError
