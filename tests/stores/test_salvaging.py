"""What is saved of a damaged file: every record that is what was written, and no other; what is lost is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import apsw
import pytest

from shall.core.chain import digest, seal
from shall.core.errors import InputError, StoreError
from shall.core.store import Head, Record
from shall.stores.salvaging import CHANGED, CONTRADICTED, EMPTY, GONE, LOST, SALVAGED, UNKNOWN, salvage
from shall.stores.sqlite import SqliteStore, open_store

RECORDS = 30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        for number in range(RECORDS):
            body = {"mark": f"<{number + 1:04d}>", "text": "x" * 150}
            store.append("event", f"model-{number % 3}", body, str(number))
        store.put_blob(b"\x05" * 9000)
    return path


def head_of(path: Path) -> Head:
    with open_store(path) as store:
        return store.head()


def kept(path: Path) -> dict[int, Record]:
    with open_store(path) as store:
        store.verify()
        return {record.sequence: record for kind in ("event", "blob", "look", LOST, SALVAGED)
                for record in store.records(kind)}


def changed(path: Path, sql: str, *bindings: object) -> None:
    """What somebody does who switches the triggers off."""
    connection = apsw.Connection(str(path))
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(sql, bindings)
    for _, again in triggers:
        connection.execute(again)
    connection.close()


def test_of_a_whole_file_comes_the_same_chain(path: Path, tmp_path: Path) -> None:
    before = head_of(path)
    found = salvage(path, tmp_path / "out.db", before)
    assert (found.whole, found.head, found.records, found.lost, found.blobs) == (True, before, RECORDS + 1, {}, 0)
    assert found.beyond == 0
    assert kept(tmp_path / "out.db") == kept(path)


def test_what_is_in_the_log_of_a_killed_process_is_saved_too(path: Path, tmp_path: Path) -> None:
    with open_store(path) as store:
        store.append("event", "late", {"text": "y" * 9000})
        head = store.head()
        for end in ("", "-wal"):
            shutil.copy(path.with_name(path.name + end), tmp_path / f"killed.db{end}")
    assert salvage(tmp_path / "killed.db", tmp_path / "out.db").head == head


def test_every_record_but_the_changed_one_keeps_its_number_and_content(path: Path, tmp_path: Path) -> None:
    before, content = kept(path), path.read_bytes()
    path.write_bytes(content.replace(b"<0011>", b"<9011>"))
    found = salvage(path, tmp_path / "out.db")
    after = kept(tmp_path / "out.db")
    assert (dict(found.lost), found.records, found.whole) == ({11: CHANGED}, RECORDS, False)
    assert [*found.spans()] == [(11, 11, CHANGED)]
    for number, record in before.items():
        assert after[number] == record if number < 11 else number == 11 or after[number].body == record.body
    assert (after[11].kind, after[11].subject, after[11].body) == (LOST, "11", {"why": CHANGED})
    assert b"<9011>" not in (tmp_path / "out.db").read_bytes()
    assert path.read_bytes() == content.replace(b"<0011>", b"<9011>")       # it was only read


def test_the_last_record_has_the_hashes_of_before(path: Path, tmp_path: Path) -> None:
    before, source = kept(path), path.read_bytes().replace(b"<0011>", b"<9011>")
    path.write_bytes(source)
    salvage(path, tmp_path / "out.db")
    with open_store(tmp_path / "out.db") as store:
        (last,) = store.records(SALVAGED)
        hashes = json.loads(store.blob(last.body["hashes"]))
    assert last.subject == digest(source)
    assert (last.body["from"], last.body["records"], last.body["lost"]) == ("s.db", RECORDS, 1)
    assert hashes == {str(number): record.hash for number, record in before.items() if number > 11}


def forged(path: Path, number: int) -> None:
    """A record rewritten with a digest of its own, by somebody who knows how."""
    with open_store(path) as store:
        (old,) = [record for record in store.records("event") if record.sequence == number]
    body = json.dumps({"mark": "forged"}, separators=(",", ":"))
    hash = seal((number, old.kind, old.subject, old.key, body, old.created), old.previous)
    changed(path, "UPDATE record SET body = ?, hash = ? WHERE sequence = ?", body, hash, number)


def test_a_record_rewritten_with_its_digest_is_contradicted_by_the_next(path: Path, tmp_path: Path) -> None:
    forged(path, 11)
    found = salvage(path, tmp_path / "out.db")
    assert dict(found.lost) == {11: CONTRADICTED} or dict(found.lost) == {11: CHANGED}
    assert all(record.body.get("mark") != "forged" for record in kept(tmp_path / "out.db").values())


def test_a_last_record_rewritten_with_its_digest_is_found_by_who_knows_the_head(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with open_store(path) as store:
        for number in range(3):
            store.append("event", "x", {"mark": number})
        known = store.head()
    forged(path, 3)
    assert salvage(path, tmp_path / "one.db").whole             # nothing in the file contradicts it
    found = salvage(path, tmp_path / "two.db", known)
    assert dict(found.lost) == {3: UNKNOWN}
    assert len(kept(tmp_path / "two.db")) == 5                   # two, the lost one, the hashes and the end


def test_a_file_cut_short_lacks_what_a_known_head_has(path: Path, tmp_path: Path) -> None:
    known = head_of(path)
    changed(path, "DELETE FROM record WHERE sequence > 28")
    changed(path, "DELETE FROM blob")
    connection = apsw.Connection(str(path))
    connection.execute("VACUUM")                                # or what was deleted would be found again
    connection.close()
    assert salvage(path, tmp_path / "one.db").records == 28
    found = salvage(path, tmp_path / "two.db", known)
    assert dict(found.lost) == {number: GONE for number in range(29, 32)} and found.beyond == 3


def test_deleted_records_that_still_lie_in_the_file_are_not_gone_for_good(path: Path, tmp_path: Path) -> None:
    changed(path, "DELETE FROM record WHERE sequence = 11")
    found = salvage(path, tmp_path / "out.db")
    assert {*found.lost} <= {11} and found.records >= RECORDS


def test_a_blob_whose_bytes_are_lost_takes_its_record_with_it(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\x05" * 2000, b"\x06" * 2000))
    found = salvage(path, tmp_path / "out.db")
    assert dict(found.lost) == {RECORDS + 1: EMPTY}


def test_a_blob_whose_record_is_lost_is_kept(path: Path, tmp_path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"size":9000}', b'{"size":9001}'))
    found = salvage(path, tmp_path / "out.db")
    assert (dict(found.lost), found.blobs) == ({RECORDS + 1: CHANGED}, 1)
    with open_store(tmp_path / "out.db") as store:
        assert store.blob(digest(b"\x05" * 9000)) == b"\x05" * 9000


@pytest.mark.parametrize("start", [b"", b"SQLite format 3\0"])
def test_a_file_without_its_first_page_is_salvaged(path: Path, tmp_path: Path, start: bytes) -> None:
    before, content = kept(path), path.read_bytes()
    path.write_bytes(start + bytes(4096 - len(start)) + content[4096:])
    with pytest.raises(StoreError):
        open_store(path)
    assert salvage(path, tmp_path / "out.db").whole
    assert kept(tmp_path / "out.db") == before


@pytest.mark.parametrize("size", [512, 1024, 8192, 65536])
def test_pages_of_every_size_are_read(tmp_path: Path, size: int) -> None:
    connection = apsw.Connection(str(tmp_path / "s.db"))
    connection.pragma("page_size", size)
    connection.execute("VACUUM")
    connection.close()
    with open_store(tmp_path / "s.db") as store:
        assert isinstance(store, SqliteStore) and store._connection.pragma("page_size") == size
        for number in range(40):
            store.append("event", "x", {"n": number, "text": "ü" * (number * 211 % 5000)})
        store.put_blob(b"\x09" * 100_000)
        head = store.head()
    assert salvage(tmp_path / "s.db", tmp_path / "out.db").head == head


def test_what_cannot_be_salvaged_is_told(path: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        salvage(tmp_path / "none.db", tmp_path / "out.db")
    with pytest.raises(InputError, match="exists: what is salvaged needs a new file"):
        salvage(path, path)
    (tmp_path / "other").write_bytes(b"\r" * 20_000)
    with pytest.raises(StoreError, match="no record in it is what was written"):
        salvage(tmp_path / "other", tmp_path / "out.db")
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(StoreError, match="no record in it is what was written"):
        salvage(tmp_path / "empty", tmp_path / "out.db")
    assert not (tmp_path / "out.db").exists() and not (tmp_path / "out.db.part").exists()
