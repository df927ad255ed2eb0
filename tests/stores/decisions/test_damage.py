"""K5: bits are flipped, files are cut, swapped, put back. What changed is found and named, and the rest is got."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Label, Record
from shall.core.errors import DataError, StoreError
from shall.stores.decisions import DecisionLog, open_log, salvage, verify

FIELDS = (Field("age", "number"), Field("text", "text"))
SEED = random.randrange(2**32)
SMALL, ALL = (200, 100, 100), (1500, 500, 500)      # flips, cuts, swaps


def record(log: DecisionLog, number: int) -> Record:
    values = (number, f"<{number:04d}>")
    return Record(f"aaaaaaaaaaaaa-{number}", number, f"r{number}", "income@7", "ab" * 32, "live", values)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three segments, of which one was let go, and a journal, by one writer; a journal by another; labels."""
    folder = tmp_path_factory.mktemp("whole") / "income"
    with open_log(folder, FIELDS, rows_a_segment=20) as log:
        for number in range(60):
            log.write([record(log, number)])
        log.write_labels([Label(f"r{number}", "1", number) for number in range(10)])
    running = [open_log(folder, FIELDS) for _ in range(2)]
    for number in range(60, 80):
        running[number % 2].write([record(running[0], number)])
        running[number % 2].write_labels([Label(f"r{number}", "0", number)])
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy)
    for log in running:
        log.close()
    yield copy


def content(folder: Path) -> list[list[dict[str, Any]]]:
    found = []
    for place in (folder, folder / "labels"):
        log = read_log(place)
        found.append(pa.Table.from_batches(log.batches(log.schema.names), log.schema).to_pylist())
    return found


def files(folder: Path) -> list[Path]:
    """Those that hold something."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]


def judged(folder: Path, before: Any) -> str:
    """What `verify` says of a folder that was changed; where it says nothing, nothing may have changed."""
    try:
        head = verify(folder)
    except StoreError:
        return "found"
    if head.notes:                          # the last group of a journal, or the last line of a chain, as if torn
        return "torn"
    assert content(folder) == before, "the content was changed, and it was not seen"
    return "nothing changed"


def test_some_damage_is_found(whole: Path, tmp_path: Path) -> None:
    """K5, small; P is the next."""
    for job, times in zip((flipped, cut, swapped), SMALL, strict=True):
        job(whole, tmp_path / job.__name__, times)


@pytest.mark.slow
@pytest.mark.parametrize(("job", "times"), [*zip(("flipped", "cut", "swapped"), ALL, strict=True)])
def test_all_damage_is_found(whole: Path, tmp_path: Path, job: str, times: int) -> None:
    """K5, P: 1,500 flips, 500 truncations, 500 swaps."""
    {"flipped": flipped, "cut": cut, "swapped": swapped}[job](whole, tmp_path, times)


def flipped(whole: Path, tmp_path: Path, times: int) -> None:
    """Every flipped bit that changes the content is found."""
    print("seed", SEED)                     # shown by pytest when the test fails
    chance, folder, found = random.Random(SEED), tmp_path / "income", Counter[str]()
    shutil.copytree(whole, folder)
    before, places = content(folder), files(folder)
    for _ in range(times):
        path = chance.choice(places)
        clean = path.read_bytes()
        bit = chance.randrange(len(clean) * 8)
        damaged = bytearray(clean)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        found[judged(folder, before)] += 1
        path.write_bytes(clean)
    print(found)
    assert found["found"] > times * 0.6
    assert content(folder) == before


def cut(whole: Path, tmp_path: Path, times: int) -> None:
    """Every file that is cut is found, but for what a writer that was killed may leave."""
    print("seed", SEED)
    chance, folder, found = random.Random(SEED), tmp_path / "income", Counter[str]()
    shutil.copytree(whole, folder)
    before = content(folder)
    rows = verify(folder).rows
    for _ in range(times):
        path = chance.choice(files(folder))
        clean = path.read_bytes()
        path.write_bytes(clean[:chance.randrange(len(clean))])
        try:
            head = verify(folder)
        except StoreError:
            found["found"] += 1
        else:                               # the end of a journal: what a writer that was killed leaves looks alike
            assert path.suffix == ".journal" or content(folder) == before or head.notes
            found["torn" if head.notes else "a whole group" if head.rows < rows else "nothing changed"] += 1
        path.write_bytes(clean)
    print(found)
    assert found["found"] > times * 0.5


def swapped(whole: Path, tmp_path: Path, times: int) -> None:
    """Every file in the place of another is found."""
    print("seed", SEED)
    chance, folder = random.Random(SEED), tmp_path / "income"
    shutil.copytree(whole, folder)
    places = [path for path in files(folder) if path.suffix in (".parquet", ".journal", ".chain")]
    for _ in range(times):
        one, other = chance.sample(places, 2)
        contents = one.read_bytes(), other.read_bytes()
        if chance.random() < 0.5:
            one.write_bytes(contents[1])                # one put in the place of the other
        else:
            one.write_bytes(contents[1])
            other.write_bytes(contents[0])
        with pytest.raises(StoreError):
            verify(folder)
        one.write_bytes(contents[0])
        other.write_bytes(contents[1])
    verify(folder)


# --- what it says -----------------------------------------------------------------------------------
@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "income")
    return tmp_path / "income"


def test_a_missing_segment_is_named_with_its_rows(folder: Path) -> None:
    (folder / "w1-00000002.parquet").unlink()
    with pytest.raises(StoreError, match=r"w1-00000002.parquet is missing: 20 rows"):
        verify(folder)


def test_a_segment_in_the_place_of_another_is_named(folder: Path) -> None:
    shutil.copy(folder / "w1-00000003.parquet", folder / "w1-00000002.parquet")
    with pytest.raises(StoreError, match=r"w1-00000002.parquet holds segment 3 of w1"):
        verify(folder)


def test_a_segment_that_was_put_there_is_named(folder: Path) -> None:
    shutil.copy(folder / "w1-00000003.parquet", folder / "w1-00000009.parquet")
    with pytest.raises(StoreError, match=r"w1-00000009.parquet is in no chain"):
        verify(folder)


def test_a_changed_record_of_a_journal_is_named_and_is_not_given_out(folder: Path) -> None:
    path = folder / "w1-00000004.journal"
    path.write_bytes(path.read_bytes().replace(b"<0066>", b"<0067>"))
    with pytest.raises(StoreError, match=r"w1-00000004.journal was changed at byte [\d,]+, in or after record 64"):
        verify(folder)
    with pytest.raises(DataError, match="damaged"):
        read_log(folder)


def test_who_opens_a_damaged_log_leaves_it_and_writes_elsewhere(folder: Path) -> None:
    path = folder / "w1-00000004.journal"
    damaged = path.read_bytes().replace(b"<0066>", b"<0067>")
    path.write_bytes(damaged)
    with open_log(folder, FIELDS) as log:
        assert log.writer == "w2" and log.alarms["damaged"] >= 1
        assert "writer w1 is left as it is" in log.notes[0]
        log.write([record(log, 100)])
    assert path.read_bytes() == damaged


def test_who_opens_a_log_with_a_damaged_segment_knows_the_requests_of_the_others(folder: Path) -> None:
    """Whatever bit of a request, a value or the name of a column was flipped: no answer is another one."""
    path = folder / "w1-00000002.parquet"
    clean = path.read_bytes()
    with pq.ParquetFile(path) as file:
        group, columns = file.metadata.row_group(0), file.schema_arrow.names
    chunks = [group.column(columns.index(name)) for name in ("request", "age")]
    begins = [one.dictionary_page_offset or one.data_page_offset for one in chunks]
    requests, ages = (range(begin, begin + one.total_compressed_size, 3)
                      for begin, one in zip(begins, chunks, strict=True))
    names = [place for place in range(len(clean)) if clean.startswith(b"request", place)]
    for place in [*requests, *ages, *names]:
        path.write_bytes(clean[:place] + bytes([clean[place] ^ 4]) + clean[place + 1:])
        with open_log(folder, FIELDS) as log:
            assert log.answered("r5") == [record(log, 5)] and log.answered("r45") == [record(log, 45)]
            assert log.answered("r25") in (None, [record(log, 25)])
            assert (log.answered("r25") is None) <= (log.alarms["damaged"] > 0) or place in ages


def test_a_chain_that_was_cut_or_made_anew_is_seen_by_who_knows_the_head(folder: Path) -> None:
    known = verify(folder).heads
    assert verify(folder, known).rows == 80
    path = folder / "w1.chain"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    for name in ("w1-00000003.parquet", "w1-00000004.journal"):
        (folder / name).unlink()
    assert verify(folder).rows == 50        # nothing in the folder itself tells
    with pytest.raises(StoreError, match="cut short, put back from a copy, or made anew"):
        verify(folder, known)


def test_a_changed_line_of_a_chain_is_named(folder: Path) -> None:
    path = folder / "w1.chain"
    path.write_bytes(path.read_bytes().replace(b'"number":2', b'"number":5'))
    with pytest.raises(StoreError, match=r"w1.chain, line 2, was changed"):
        verify(folder)


# --- salvage ----------------------------------------------------------------------------------------
def ages(folder: Path) -> list[int]:
    return sorted(int(row["age"]) for row in content(folder)[0])


def test_salvage_of_a_whole_log_gets_it_all(folder: Path, tmp_path: Path) -> None:
    found = salvage(folder, tmp_path / "out")
    assert (found.rows, found.labels, found.lost) == (80, 30, ())
    rows, labels = content(tmp_path / "out")
    assert rows == content(folder)[0] and len(labels) == len(content(folder)[1])
    assert verify(tmp_path / "out").rows == 80
    with pytest.raises(StoreError, match="is not empty"):
        salvage(folder, tmp_path / "out")


def test_salvage_gets_what_lies_before_the_damage_and_after_it(folder: Path, tmp_path: Path) -> None:
    path = folder / "w1-00000004.journal"
    path.write_bytes(path.read_bytes().replace(b"<0066>", b"<0067>"))
    segment = folder / "w1-00000002.parquet"
    damaged = bytearray(segment.read_bytes())
    damaged[150] ^= 8                       # in the ids
    segment.write_bytes(damaged)
    (folder / "w1-00000001.parquet").unlink()
    found = salvage(folder, tmp_path / "out")
    assert ages(tmp_path / "out") == [*range(40, 66), *range(67, 80)]
    assert found.rows == 39
    said = "\n".join(found.lost)
    assert "w1-00000001.parquet is missing, with 20 rows" in said
    assert "w1-00000002.parquet is not as it was sealed" in said and "20 rows of its row group 0" in said
    assert "records 64 to 64 are damaged" in said
    verify(tmp_path / "out")


def test_salvage_works_without_chains_and_without_the_marker(folder: Path, tmp_path: Path) -> None:
    (folder / "log.json").unlink()
    for path in folder.glob("*.chain"):
        path.unlink()
    found = salvage(folder, tmp_path / "out")
    assert ages(tmp_path / "out") == [*range(80)] and found.rows == 80
    verify(tmp_path / "out")
