"""The store in one SQLite file: what it keeps, what it refuses, what it says."""

from __future__ import annotations

import datetime
from pathlib import Path

import apsw
import pytest

from shall.core.chain import GENESIS
from shall.core.errors import Damaged, InputError, LooksSpent, StoreError, Unusable
from shall.core.store import Head, Store
from shall.stores._opening import APPLICATION, migrations, refuse_old
from shall.stores.sqlite import SqliteStore, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / ".shall" / "shall.db")


def test_a_record_comes_back_as_it_was_written(store: Store) -> None:
    written = store.append("verdicts", "model-1", {"b": [1, 2.5, None, True], "a": "ü"})
    assert store.records("verdicts") == (written,)
    assert written.body == {"a": "ü", "b": [1, 2.5, None, True]}
    assert (written.sequence, written.previous) == (1, GENESIS)
    assert written.created.endswith("+00:00")


def test_records_follow_one_another(store: Store) -> None:
    first, second = store.append("a", "x", {}), store.append("b", "y", {})
    assert (second.sequence, second.previous) == (2, first.hash)
    assert store.head() == Head(2, second.hash) == store.verify()


def test_records_and_latest_choose_by_kind_and_subject(store: Store) -> None:
    for number, subject in enumerate(("x", "y", "x")):
        store.append("verdicts", subject, {"number": number})
    store.append("other", "x", {})
    assert [record.body["number"] for record in store.records("verdicts", "x")] == [0, 2]
    assert len(store.records("verdicts")) == 3
    latest = store.latest("verdicts", "y")
    assert latest is not None and latest.body == {"number": 1}
    assert store.latest("verdicts", "z") is None


def test_a_key_is_written_once(store: Store) -> None:
    first = store.append("event", "x", {"n": 1}, key="k")
    assert store.append("event", "x", {"n": 2}, key="k") == first
    assert store.append("event", "y", {"n": 2}, key="k").sequence == 2
    assert store.head().sequence == 2


def test_order_is_the_sequence_whatever_the_clock_says(tmp_path: Path) -> None:
    times = [datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2038, 2026, 9999)]
    store = SqliteStore(tmp_path / "s.db", clock=lambda: times.pop(0))
    records = [store.append("a", "x", {}) for _ in range(3)]
    assert store.records("a") == tuple(records)
    assert store.verify().sequence == 3


def test_time_is_kept_in_utc(tmp_path: Path) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    store = SqliteStore(tmp_path / "s.db", clock=lambda: datetime.datetime(2026, 10, 25, 2, 30, tzinfo=zone))
    assert store.append("a", "x", {}).created == "2026-10-25T00:30:00.000000+00:00"


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": float("inf")}, {"a": {1: 2}}, {"a": {2}}, {"a": "\ud800"}])
def test_a_body_that_is_not_json_is_refused_and_nothing_is_recorded(store: Store, body: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="cannot be kept as JSON"):
        store.append("a", "x", body)
    assert store.head() == Head(0, GENESIS)


# --- blobs ------------------------------------------------------------------------------------------
def test_a_blob_is_kept_once_under_its_digest(store: Store) -> None:
    name = store.put_blob(b"tally" * 10_000)
    assert store.put_blob(b"tally" * 10_000) == name
    assert store.blob(name) == b"tally" * 10_000
    assert store.head().sequence == store.verify().sequence == 1


def test_an_empty_blob_is_a_blob(store: Store) -> None:
    assert store.blob(store.put_blob(b"")) == b""


def test_an_unknown_blob_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no blob abc"):
        store.blob("abc")


# --- looks ------------------------------------------------------------------------------------------
def test_the_budget_counts_different_subjects_and_repeats_are_free(store: Store) -> None:
    assert [store.look("gate", f"model-{n}", 3).number for n in (1, 2, 2, 1, 3)] == [1, 2, 2, 1, 3]
    with pytest.raises(LooksSpent, match="3 different models"):
        store.look("gate", "model-4", 3)
    again = store.look("gate", "model-2", 3)
    assert (again.number, again.repeated, again.left) == (2, True, 0)
    assert len(store.looks("gate")) == 3


def test_each_gate_has_its_own_budget(store: Store) -> None:
    assert store.look("gate-1", "m", 1).left == 0
    assert store.look("gate-2", "m", 1).number == 1


def test_a_refusal_says_how_many_when_and_what_to_do(tmp_path: Path) -> None:
    days = iter(datetime.datetime(2026, 3, day, tzinfo=datetime.UTC) for day in (1, 9, 10))
    store = SqliteStore(tmp_path / "s.db", clock=lambda: next(days))
    store.look("gate", "a", 2)
    store.look("gate", "b", 2)
    with pytest.raises(LooksSpent) as refused:
        store.look("gate", "c", 2)
    for words in ("2 different models", "2026-03-01", "2026-03-09", "`looks = 2`", "fresh gate", "stay free"):
        assert words in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_budget_below_one_is_an_input_error(store: Store) -> None:
    with pytest.raises(InputError, match="at least one look"):
        store.look("gate", "m", 0)


# --- append-only ------------------------------------------------------------------------------------
@pytest.mark.parametrize("sql", [
    "UPDATE record SET body = '{}'",
    "DELETE FROM record",
    "INSERT OR REPLACE INTO record SELECT * FROM record",
    "INSERT INTO record SELECT sequence + 5, kind, subject, 'k', body, created, hash, hash FROM record",
    "INSERT INTO record SELECT 2, kind, subject, 'k', body, created, 'fork', hash FROM record",
    "UPDATE blob SET content = x'00'",
    "DELETE FROM blob",
    "INSERT OR REPLACE INTO blob SELECT digest, x'00' FROM blob",
])
def test_the_file_itself_refuses_change(tmp_path: Path, sql: str) -> None:
    with open_store(tmp_path / "s.db") as store:
        store.put_blob(b"one")
    with pytest.raises(apsw.ConstraintError, match=r"record|blob"):
        apsw.Connection(str(tmp_path / "s.db")).execute(sql)


# --- opening ----------------------------------------------------------------------------------------
def test_what_is_written_is_there_when_opened_again(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        head = store.append("a", "x", {"n": 1})
    with open_store(tmp_path / "s.db") as store:
        assert store.records("a", "x") == (head,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.db"]     # the log is folded in on closing


def test_settings_are_the_safe_ones(tmp_path: Path) -> None:
    connection = SqliteStore(tmp_path / "s.db")._connection
    names = ("journal_mode", "synchronous", "application_id", "user_version")
    settings = {name: connection.pragma(name) for name in names}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "application_id": APPLICATION,
                        "user_version": len(migrations())}


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_an_old_sqlite_is_refused(version: str) -> None:
    with pytest.raises(StoreError, match=f"SQLite {version} .* 3.51.3 or later"):
        refuse_old(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_new_sqlite_is_taken(version: str) -> None:
    refuse_old(version)


def test_a_file_of_a_newer_shall_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path / "s.db").close()
    apsw.Connection(str(tmp_path / "s.db")).pragma("user_version", 99)
    with pytest.raises(StoreError, match=r"schema 99.*newer shall"):
        open_store(tmp_path / "s.db")


def test_a_sqlite_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    other = apsw.Connection(str(tmp_path / "s.db"))
    other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="of something else"):
        open_store(tmp_path / "s.db")
    assert other.execute("SELECT name FROM sqlite_schema").get == "theirs"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("shall = 1\n" * 1000)
    with pytest.raises(Unusable, match="is a text and no store: name the file of the store"):
        open_store(tmp_path / "s.db")
    (tmp_path / "t.db").write_bytes(bytes(4096))
    with pytest.raises(Damaged, match="not a SQLite file"):
        open_store(tmp_path / "t.db")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"is a folder, and a store is a file: name it, such as .*/shall.db"):
        open_store(tmp_path)
    open_store(tmp_path / ".shall" / "shall.db").close()
    with pytest.raises(Unusable, match=r"such as .*/\.shall/shall.db"):
        open_store(tmp_path)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".shall").write_text("")
    with pytest.raises(Unusable, match=r"no file can lie there, since .*/\.shall is no folder"):
        open_store(tmp_path / ".shall" / "shall.db")
