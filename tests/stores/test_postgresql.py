"""The store in PostgreSQL: many connections, killed ones, rights, what the database itself refuses, and passwords."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shall.core.errors import Damaged, InputError, StoreError
from shall.core.store import Head
from shall.stores import _served, open_store
from shall.stores._kept import KeptStore

psycopg = pytest.importorskip("psycopg")
WRITER = Path(__file__).with_name("writer.py")
KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shall' AND datname = %s"
Database = Callable[[], str]


def start(job: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(WRITER), job, *map(str, arguments)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[str]) -> str:
    said, problem = process.communicate(timeout=300)
    assert process.returncode == 0, problem
    return said


def raw(address: str, sql: str) -> list[Any]:
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(sql)
        return found.fetchall() if found.description else []


# --- many connections -------------------------------------------------------------------------------
def write_together(address: str, connections: int, events: int) -> int:
    """All at once in four processes, and one connection killed after the other on the way; how many were."""
    processes = [start("write_events", address, f"p{number}", events, connections // 4) for number in range(4)]
    name, killed = address.rpartition("/")[2], 0
    with psycopg.connect(address, autocommit=True) as watcher:
        while any(process.poll() is None for process in processes):
            found = watcher.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'shall' "
                                    "AND datname = %s AND state <> 'idle' LIMIT 1", (name,)).fetchone()
            if found and killed < 4:
                watcher.execute("SELECT pg_terminate_backend(%s)", found)
                killed += 1
            time.sleep(0.1)
    for process in processes:
        finish(process)
    with open_store(address) as store:
        assert store.verify().sequence == connections * events
        keys = {(record.subject, record.body["number"]) for record in store.records("event")}
        assert len(keys) == connections * events                # none lost, none doubled, although none had a key
    return killed


def test_sixteen_connections_write_at_once_and_some_are_killed(postgresql: Database) -> None:
    while not write_together(postgresql(), 16, 40):         # they were done before any was seen
        pass


@pytest.mark.slow
def test_sixteen_connections_write_forty_thousand_records(postgresql: Database) -> None:
    assert write_together(postgresql(), 16, 2_500)


def test_processes_migrate_at_once(postgresql: Database, tmp_path: Path) -> None:
    address, go = postgresql(), tmp_path / "go"
    processes = [start("open_only", address, go) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    go.touch()
    for process in processes:
        finish(process)
    with open_store(address) as store:
        assert store.verify().sequence == 3
    assert raw(address, "SELECT number FROM shall.migration") == [(1,)]


def test_processes_share_the_budget_of_a_gate(postgresql: Database) -> None:
    address, subjects = postgresql(), [f"model-{number}" for number in range(12)]
    processes = [start("look_at", address, "gate", 5, *subjects[number:], *subjects[:number]) for number in (0, 4, 8)]
    lines = [line.split() for process in processes for line in finish(process).splitlines()]
    assert sorted(int(line[2]) for line in lines if line[0] == "granted") == [1, 2, 3, 4, 5]


def test_a_connection_that_was_killed_is_made_anew(postgresql: Database) -> None:
    address = postgresql()
    with open_store(address) as store:
        for number in range(5):
            assert store.append("a", "x", {"n": number}).sequence == number + 1
            raw(address, KILL.replace("%s", f"'{address.rpartition('/')[2]}'"))
        assert len(store.records("a")) == 5 == store.verify().sequence


@pytest.mark.parametrize("recorded", [True, False])
def test_what_was_recorded_when_the_connection_was_lost_is_not_recorded_twice(postgresql: Database,
                                                                              recorded: bool) -> None:
    address = postgresql()
    with open_store(address) as store:
        assert isinstance(store, KeptStore)
        server: Any = store._database
        run, lost = server._run, []

        def lose(sql: str, *rest: Any) -> Any:
            if sql == "COMMIT" and not lost:
                lost.append(sql)
                if recorded:
                    run(sql)                # it arrives, and the answer does not
                raw(address, KILL.replace("%s", f"'{address.rpartition('/')[2]}'"))
            return run(sql, *rest)
        server._run = lose
        assert store.append("a", "x", {"n": 1}).sequence == 1
        assert lost and store.verify().sequence == 1


def test_a_reader_sees_one_moment_while_others_write(postgresql: Database) -> None:
    address = postgresql()
    done = threading.Event()

    def write() -> None:
        with open_store(address) as other:
            while not done.is_set():
                other.append("event", "x", {"text": "x" * 100})
    thread = threading.Thread(target=write)
    with open_store(address) as store:
        thread.start()
        try:
            heads = [store.verify() for _ in range(20)]
        finally:
            done.set()
            thread.join()
        assert heads == sorted(heads, key=lambda head: head.sequence)
        assert store.verify(heads[3]).sequence >= heads[-1].sequence


# --- append-only ------------------------------------------------------------------------------------
@pytest.mark.parametrize("sql", [
    "UPDATE shall.record SET body = '{}'", "DELETE FROM shall.record", "TRUNCATE shall.record",
    "INSERT INTO shall.record SELECT sequence + 5, kind, subject, 'k', body, created, hash, hash FROM shall.record",
    "INSERT INTO shall.record SELECT 2, kind, subject, 'k', body, created, 'fork', hash FROM shall.record",
    "INSERT INTO shall.record SELECT 1, kind, subject, 'k', body, created, previous, hash FROM shall.record",
    "UPDATE shall.blob SET content = ''", "DELETE FROM shall.blob", "TRUNCATE shall.blob",
    "INSERT INTO shall.blob SELECT digest, '' FROM shall.blob",
])
def test_the_database_itself_refuses_change(postgresql: Database, sql: str) -> None:
    address = postgresql()
    with open_store(address) as store:
        store.put_blob(b"one")
    with pytest.raises(psycopg.Error, match=r"only ever follows|never changed or deleted|duplicate key"):
        raw(address, sql)


FREE = "ALTER TABLE shall.record DISABLE TRIGGER ALL; ALTER TABLE shall.blob DISABLE TRIGGER ALL; "
BOUND = "; ALTER TABLE shall.record ENABLE TRIGGER ALL; ALTER TABLE shall.blob ENABLE TRIGGER ALL"


@pytest.mark.parametrize(("sql", "message"), [
    ("UPDATE shall.record SET body = '{\"n\":7}' WHERE sequence = 3", "record 3 was changed after it was written"),
    ("UPDATE shall.record SET created = '2020' WHERE sequence = 1", "record 1 was changed"),
    ("DELETE FROM shall.record WHERE sequence = 2", "record 2 is missing"),
    ("DELETE FROM shall.record WHERE sequence = 4", "record 4 is not the one that is known"),
    ("UPDATE shall.blob SET content = 'two'", r"the blob \w+ of record 4 is missing or was changed"),
    ("DELETE FROM shall.blob", "the blob .* of record 4 is missing"),
    ("INSERT INTO shall.blob VALUES ('aa', 'x')", "1 blobs are in no record"),
])
def test_who_switches_the_triggers_off_is_found_out(postgresql: Database, sql: str, message: str) -> None:
    address = postgresql()
    with open_store(address) as store:
        for number in range(3):
            store.append("a", "x", {"n": number})
        store.put_blob(b"one")
        known = store.head()
        raw(address, FREE + sql + BOUND)
        with pytest.raises(Damaged, match=message):
            store.verify(known)


@pytest.mark.parametrize("sql", [
    "ALTER TABLE shall.record DISABLE TRIGGER record_stays", "DROP TRIGGER record_follows ON shall.record",
    "ALTER TABLE shall.record DROP CONSTRAINT record_kind_subject_key_key",
    "CREATE OR REPLACE FUNCTION shall.stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
])
def test_a_changed_schema_is_found(postgresql: Database, sql: str) -> None:
    address = postgresql()
    with open_store(address) as store:
        store.verify()
        raw(address, sql)
        with pytest.raises(Damaged, match="not as shall made them"):
            store.verify()


# --- what is acknowledged, and who waits -----------------------------------------------------------
@pytest.mark.parametrize(("default", "counts"), [("off", "on"), ("local", "local"), ("remote_apply", "remote_apply")])
def test_what_is_acknowledged_is_on_the_disk_whatever_the_default_of_the_server(postgresql: Database, default: str,
                                                                                counts: str) -> None:
    address = postgresql()
    raw(address, f"ALTER DATABASE {address.rpartition('/')[2]} SET synchronous_commit = {default}")
    with open_store(address) as store:
        assert isinstance(store, KeptStore)
        for _ in range(2):                                      # also over a connection that was made anew
            assert store._database.rows("SHOW synchronous_commit") == [(counts,)]
            raw(address, KILL.replace("%s", f"'{address.rpartition('/')[2]}'"))


def test_a_writer_that_froze_does_not_keep_the_others_out(postgresql: Database,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    address = postgresql()
    monkeypatch.setattr(_served, "SETTINGS", tuple(one.replace(f"'{2 * _served.WAIT_S}s'", "'500ms'")
                                                   for one in _served.SETTINGS))
    inside, go = threading.Event(), threading.Event()

    def frozen() -> None:
        inside.set()
        go.wait(20)

    with open_store(address) as one, open_store(address) as other:
        assert isinstance(one, KeptStore)
        writing = threading.Thread(target=one._database.write, args=(frozen,))
        writing.start()
        assert inside.wait(20)
        began = time.monotonic()
        other.append("a", "x", {})
        assert time.monotonic() - began < 10
        go.set()
        writing.join(20)
        assert one.append("a", "y", {}).sequence >= 2 and other.verify().sequence >= 2


# --- opening ----------------------------------------------------------------------------------------
def test_a_newer_schema_is_refused(postgresql: Database) -> None:
    address = postgresql()
    open_store(address).close()
    raw(address, "INSERT INTO shall.migration (number) VALUES (99)")
    with pytest.raises(StoreError, match=r"schema 99.*newer shall"):
        open_store(address)


def test_who_may_only_add_and_read_can_do_that(postgresql: Database) -> None:
    address = postgresql()
    open_store(address).close()
    raw(address, """
        DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clerk') THEN CREATE ROLE clerk LOGIN; END IF;
        END $$; GRANT USAGE ON SCHEMA shall TO clerk; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA shall TO clerk""")
    with open_store(address.replace("shall@", "clerk@")) as store:
        store.append("a", "x", {})
        store.look("gate", "m", 2)
        store.put_blob(b"one")
        assert store.verify().sequence == 3


def test_who_may_not_is_told_what_is_needed(postgresql: Database) -> None:
    address = postgresql()
    raw(address, """DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'nobody_else') THEN
        CREATE ROLE nobody_else LOGIN; END IF; END $$""")
    with pytest.raises(StoreError, match=r"permission denied.*others need USAGE"):
        open_store(address.replace("shall@", "nobody_else@"))


def test_a_server_that_only_reads_says_so(postgresql: Database) -> None:
    address = postgresql()
    with open_store(address) as store:
        store.append("a", "x", {})
        raw(address, f"ALTER DATABASE {address.rpartition('/')[2]} SET default_transaction_read_only = on")
    with open_store(address) as store:
        assert len(store.records("a")) == 1 == store.verify().sequence
        with pytest.raises(StoreError, match="this server only reads"):
            store.append("a", "x", {})


def test_a_database_of_other_letters_is_refused(postgresql: Database) -> None:
    address = postgresql()
    raw(address, "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match="does not keep UTF-8"):
        open_store(address.rpartition("/")[0] + "/latin")


@pytest.mark.parametrize("address", [
    "postgresql://me:hush%20hush@127.0.0.1:1/db", "postgresql://me:hush hush@[127.0.0.1/db",
    "postgresql://me:hush hush@127.0.0.1:1/db?nonsense=1", "postgresql://127.0.0.1:1/db?password=hush%20hush&user=me",
    "postgresql://me:hush hush@127.0.0.1:port/db", "postgresql://me:hush%20hush%zz@127.0.0.1/db",
])
def test_a_password_is_in_no_message(address: str) -> None:
    with pytest.raises((StoreError, InputError)) as caught:
        open_store(address)
    told: BaseException | None = caught.value
    while told is not None:
        assert "hush" not in str(told) and "hush" not in repr(told)
        told = told.__cause__


def test_the_library_is_needed_only_for_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    code = ("import sys; sys.modules['psycopg'] = None\n"
            "from shall.stores import open_store\n"
            "try: open_store('postgresql://x/y')\n"
            "except Exception as problem: print(type(problem).__name__, problem)")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert "MissingExtra" in ran.stdout and "shall[postgresql]" in ran.stdout


def test_it_holds_what_is_known(postgresql: Database) -> None:
    with open_store(postgresql()) as store:
        first = store.append("a", "x", {})
        store.append("a", "x", {})
        assert store.verify(Head(1, first.hash)).sequence == 2
        with pytest.raises(Damaged, match="record 1 is not the one that is known"):
            store.verify(Head(1, "f" * 64))
