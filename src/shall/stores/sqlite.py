"""The store in one SQLite file, `.shall/shall.db` beside the shall file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

import apsw

from shall.core.errors import Damaged
from shall.stores._kept import Clock, KeptStore, Row, now
from shall.stores._opening import connect, expected_schema, schema, told, writing
from shall.stores._verifying import Unreadable

T = TypeVar("T")
# Text is read as bytes: a flipped bit may have made it something that is no text.
RAW: Final = ", ".join(f"CAST({name} AS BLOB)" for name in ("kind", "subject", "key", "body", "created", "previous",
                                                           "hash"))


def open_store(path: str | Path, clock: Clock = now) -> SqliteStore:
    """Open the store at ``path``, or make it.

    Raises StoreError where the file is damaged, of a newer shall or of something else, where it
    cannot be written, and for a SQLite older than 3.51.3. Local disks only: not NFS. Any number of
    processes may have it open, and any number of threads use it; a process that forks opens its own.
    """
    return SqliteStore(Path(path), clock)


class SqliteStore(KeptStore):
    """A `core.store.Store` in a file; see there for what each method does."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path = path
        self._connection = connect(path)
        super().__init__(_File(path, self._connection), clock)


class _File:
    """A `_kept.Database`."""

    def __init__(self, path: Path, connection: apsw.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = RLock()                # apsw refuses two threads at once

    @property
    def name(self) -> str:
        return str(self.path)

    def rows(self, sql: str, bindings: tuple[Any, ...] = ()) -> list[Row]:
        with self._lock, told(self.path):
            return self._connection.execute(sql, bindings).fetchall()

    def write(self, work: Callable[[], T]) -> T:
        with self._lock, told(self.path), writing(self._connection):
            return work()

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._lock, told(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def refuse_changed_schema(self) -> None:
        if schema(self._connection) != expected_schema():
            raise Damaged(f"{self.path}: its tables or triggers are not as shall made them")

    def every_record(self) -> Iterator[Row]:
        try:
            yield from self._connection.execute(f"SELECT sequence, {RAW} FROM record NOT INDEXED ORDER BY sequence")
        except apsw.CorruptError as problem:
            raise Unreadable(str(problem)) from problem

    def every_blob(self) -> dict[str, Any]:
        found = self._connection.execute("SELECT CAST(digest AS BLOB), rowid FROM blob NOT INDEXED")
        return {(name or b"").decode(errors="replace"): row for name, row in found}

    def content(self, place: Any) -> bytes | None:
        found: bytes | None = self._connection.execute("SELECT CAST(content AS BLOB) FROM blob WHERE rowid = ?",
                                                       (place,)).get
        return found

    def refuse_lost_entries(self) -> None:
        # The chain sees what is recorded; an index that lost an entry would hide a look from the next one.
        answers = [answer for (answer,) in self._connection.execute("PRAGMA integrity_check(1)")]
        if answers != ["ok"]:
            raise Damaged(f"{self.path}: the file is damaged: {answers[0]}")

    def close(self) -> None:
        with self._lock, told(self.path):
            self._connection.close()
