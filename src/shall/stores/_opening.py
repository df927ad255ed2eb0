"""Open a SQLite file safely: version, settings, migrations, and errors in the reader's words."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import apsw

from shall.core.errors import Damaged, StoreError, Unusable
from shall.stores._migrations import steps_of

APPLICATION: Final = 0x7368616C             # "shal", in the header of the file
OLDEST: Final = (3, 51, 3)                  # before it two connections could corrupt a file in WAL mode
WAIT_MS: Final = 30_000
HEADER: Final = 100                         # bytes that a SQLite file begins with, some of them zero in every one
BESIDE: Final = Path(".shall", "shall.db")  # where a store lies in a folder


def connect(path: Path) -> apsw.Connection:
    """An open connection, migrated to the newest schema; the folder is made where it is missing."""
    refuse_old(apsw.sqlitelibversion())
    refuse_other(path)
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = apsw.Connection(str(path))
        try:
            settle(connection)
            migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def refuse_old(version: str) -> None:
    """Raise StoreError for a SQLite with the WAL-reset fault."""
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST:
        needed = ".".join(str(part) for part in OLDEST)
        raise StoreError(f"SQLite {version} can corrupt a file that two processes write; {needed} or later is needed: "
                         "pip install --upgrade apsw")


def refuse_other(path: Path) -> None:
    """Raise Unusable for a folder and for a text: their address was mistaken for that of a store."""
    with told(path):
        if path.is_dir():
            inside = path / BESIDE if (path / BESIDE).is_file() else path / BESIDE.name
            raise Unusable(f"{path} is a folder, and a store is a file: name it, such as {inside}")
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(HEADER)
            if head and 0 not in head:
                raise Unusable(f"{path} is a text and no store: name the file of the store, such as {BESIDE}")


def settle(connection: apsw.Connection) -> None:
    """What every connection is set to. The busy timeout comes first, or switching to WAL fails under company."""
    connection.set_busy_timeout(WAIT_MS)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
    connection.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
    connection.pragma("synchronous", "extra")   # a journal that a power cut brings back would undo the switch to WAL
    _into_wal(connection)
    connection.pragma("synchronous", "full")
    connection.pragma("cell_size_check", "on")


def _into_wal(connection: apsw.Connection) -> None:
    # Two that switch a new file at one moment each wait for the other: SQLite then refuses one at once,
    # without the busy timeout, and it has to try again.
    deadline = time.monotonic() + WAIT_MS / 1000
    while connection.pragma("journal_mode") != "wal":
        try:
            if connection.pragma("journal_mode", "wal") != "wal":
                raise StoreError(f"{connection.filename or 'a store in memory'}: processes cannot share it there; put "
                                 "it on a disk of this machine, not of a network")
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def migrations() -> tuple[str, ...]:
    """The numbered SQL, in order; number 1 brings an empty file to schema 1."""
    return steps_of("sqlite")


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Bring the file to the newest schema, forward only; of two processes one does it and the other waits."""
    steps = migrations()
    if connection.pragma("user_version") == len(steps) and connection.pragma("application_id") == APPLICATION:
        return
    with writing(connection):
        version = connection.pragma("user_version")
        if version > len(steps):
            raise Unusable(f"{path} has schema {version}, and this shall knows {len(steps)}: it was written by a "
                             "newer shall; upgrade this one")
        empty = connection.execute("SELECT count(*) = 0 FROM sqlite_schema").get
        if connection.pragma("application_id") != APPLICATION and not empty:
            raise Unusable(f"{path} is a SQLite file of something else, and no store: name the file of the store, such "
                           f"as {BESIDE}")
        for step in steps[version:]:
            connection.execute(step)
        connection.pragma("application_id", APPLICATION)
        connection.pragma("user_version", len(steps))


def schema(connection: apsw.Connection) -> frozenset[tuple[str, ...]]:
    """Every table, index and trigger with its SQL, to compare with what it must be."""
    return frozenset(connection.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"))


@cache
def expected_schema() -> frozenset[tuple[str, ...]]:
    """The schema as a fresh file has it."""
    with closing(apsw.Connection(":memory:")) as fresh:
        for step in migrations():
            fresh.execute(step)
        made = schema(fresh)
    return made


@contextmanager
def writing(connection: apsw.Connection) -> Iterator[None]:
    """One transaction of the one writer: all of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:       # a full disk has rolled it back already
            connection.execute("ROLLBACK")
        raise


NOT_OPENED: Final = (apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, OSError)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the file system into StoreError."""
    try:
        yield
    except (apsw.Error, OSError, UnicodeDecodeError) as problem:
        raise _kind(problem)(f"{path}: {_words(problem)}") from problem


def _kind(problem: Exception) -> type[StoreError]:
    if isinstance(problem, NOT_OPENED):
        return Unusable
    return Damaged if isinstance(problem, (apsw.NotADBError, apsw.CorruptError, UnicodeDecodeError)) else StoreError


def _words(problem: Exception) -> str:
    match problem:
        case apsw.BusyError() | apsw.LockedError():
            return f"another process has been writing for {WAIT_MS // 1000} seconds; try again"
        case apsw.FullError():
            return "no room is left on the disk; nothing was recorded"
        case apsw.IOError():
            return f"the disk refused ({problem}); nothing was recorded"
        case apsw.NotADBError():
            return "this is not a SQLite file, or its beginning is damaged; put back a copy"
        case apsw.CorruptError() | UnicodeDecodeError():
            return f"the file is damaged ({problem}); put back a copy"
        case FileExistsError() | NotADirectoryError():
            return f"no file can lie there, since {problem.filename or 'a part of its path'} is no folder"
        case apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError() | OSError():
            why = getattr(problem, "strerror", None) or problem
            return (f"the file cannot be opened for writing ({why}); check the folder and its rights, or name another "
                    "store")
    return str(problem)
