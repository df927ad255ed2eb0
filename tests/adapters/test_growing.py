"""A log that grows, read from where somebody stopped: each row once, in whatever steps."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters.growing import Done, Growing, Read, growing, is_empty
from shall.core.decisions import Field, Record
from shall.core.errors import DataError
from shall.stores.decisions import open_log


def step(log: Growing, done: Done, most: int, column: str = "id") -> list[str]:
    """Read so many rows more, as a reader that stops anywhere."""
    found: list[str] = []
    for part, before in log.rest(done):
        read = before
        for batch in log.batches(part, before, [column]):
            some = batch.slice(0, most - len(found))
            found += some.column(0).to_pylist()
            read += some.num_rows
            done[part.key] = log.read(part, read, False)
            if len(found) == most:
                return found
        done[part.key] = log.read(part, read, True)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_files_are_read_once_whoever_stops_where(tmp_path: Path, seed: int) -> None:
    chance, folder = random.Random(seed), tmp_path / "log"
    folder.mkdir()
    assert is_empty(folder)
    ids: list[str] = []
    dones: list[Done] = [{}, {}]
    found: list[list[str]] = [[], []]
    for number in range(8):
        some = [f"{number}.{row}" for row in range(chance.randint(1, 60))]
        ids += some
        pq.write_table(pa.table({"id": some}), folder / f"{number}.parquet")
        log = growing(folder)
        assert log.look(dones) == []
        for done, own in zip(dones, found, strict=True):
            own += step(log, done, chance.choice([1, 7, 1_000]))
    log = growing(folder)
    log.look(dones)
    assert [own + step(log, done, 10**6) for done, own in zip(dones, found, strict=True)] == [ids, ids]
    log.look([{}])
    assert [one for batch in log.before(dones[0], ["id"]) for one in batch.column(0).to_pylist()] == ids


@pytest.mark.parametrize("seed", range(4))
def test_decisions_are_read_once_while_they_are_written_and_sealed(tmp_path: Path, seed: int) -> None:
    chance, folder = random.Random(seed), tmp_path / "decisions"
    ids: list[str] = []
    dones: list[Done] = [{}, {}]
    found: list[list[str]] = [[], []]
    for _ in range(3):
        with open_log(folder, (Field("sex", "text"),), rows_a_segment=40) as writer:
            for _ in range(6):
                records = [Record(writer.next_id(), 0, "", "m@1", "ab", "live", ("f",))
                           for _ in range(chance.randint(1, 30))]
                writer.write(records)
                ids += [record.id for record in records]
                log = growing(folder)
                assert log.look(dones) == []
                for done, own in zip(dones, found, strict=True):
                    own += step(log, done, chance.choice([1, 13, 1_000]))
    log = growing(folder)
    log.look(dones)
    assert [own + step(log, done, 10**6) for done, own in zip(dones, found, strict=True)] == [ids, ids]
    log = growing(folder)
    log.look([{}])
    assert [one for batch in log.before(dones[0], ["id"]) for one in batch.column(0).to_pylist()] == ids


def test_what_does_not_grow_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id\n1\n")
    with pytest.raises(DataError, match="needs one that grows"):
        growing(tmp_path / "log.csv")


def test_a_file_is_read_by_the_columns_that_are_asked_for_whatever_else_it_has(tmp_path: Path) -> None:
    first = pa.table({"id": ["a", "b"], "n": pa.array([1, 2], pa.int32()), "old": [0, 0]})
    pq.write_table(first, tmp_path / "1.parquet")
    log, done = growing(tmp_path), dict[str, Read]()
    assert log.look([done]) == [] and step(log, done, 10, "n") == [1, 2]
    pq.write_table(pa.table({"new": [0], "n": [0.5], "id": ["c"]}), tmp_path / "2.parquet")
    for known, found in ((done, [0.5]), ({}, [1, 2, 0.5])):
        assert log.look([known]) == [] and step(log, known, 10, "n") == found
    pq.write_table(pa.table({"id": ["d"]}), tmp_path / "3.parquet")
    log.look([done])
    with pytest.raises(DataError, match=r"3.parquet has no column n, and .*2.parquet has one: write it into every"):
        step(log, done, 10, "n")
    pq.write_table(pa.table({"id": ["d"], "n": [None]}), tmp_path / "3.parquet")
    log.look([done])
    assert step(log, done, 10, "n") == [None]
    pq.write_table(pa.table({"id": ["e"], "n": ["x"]}), tmp_path / "4.parquet")
    log.look([done])
    with pytest.raises(DataError, match=r"column n is double in .*2.parquet and string in .*4.parquet: write one"):
        step(log, done, 10, "n")
    assert done["3.parquet"].whole and "4.parquet" not in done


def test_a_type_that_does_not_go_with_what_was_read_is_told_in_whatever_order_the_files_lie(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["b"], "n": ["x"]}), tmp_path / "b.parquet")
    log, done = growing(tmp_path), dict[str, Read]()
    log.look([done])
    assert step(log, done, 10, "n") == ["x"]
    pq.write_table(pa.table({"id": ["a"], "n": [1]}), tmp_path / "a.parquet")
    log.look([done])
    with pytest.raises(DataError, match=r"column n is int64 in .*a.parquet and string in .*b.parquet"):
        step(log, done, 10, "n")
    assert step(log, done, 10) == ["a"]


def test_text_that_a_file_lacks_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "sex": ["f"]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"id": ["b"]}), tmp_path / "2.parquet")
    log, done = growing(tmp_path), dict[str, Read]()
    log.look([done])
    with pytest.raises(DataError, match=r"2.parquet has no column sex, and .*1.parquet has one"):
        step(log, done, 10, "sex")
