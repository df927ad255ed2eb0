"""A log that grows, read from where somebody stopped: each row once, in whatever steps."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters.growing import Done, Growing, growing, is_empty
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
