"""The store in PostgreSQL, for a team: the same SQL, in a schema `shall` of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, Final, TypeVar

from shall.core.errors import Damaged, InputError, MissingExtra, StoreError, Unusable
from shall.stores import _served
from shall.stores._kept import Clock, KeptStore, Row, now
from shall.stores._verifying import Unreadable

try:
    import psycopg
    from psycopg import conninfo, errors
except ImportError as error:
    raise MissingExtra("psycopg", "postgresql", "a store in PostgreSQL") from error

T = TypeVar("T")
TRIES: Final = 5                            # of a transaction whose connection was lost
PATIENCE_S: Final = 10.0                    # with a server that was there before
SHOWN: Final = ("user", "host", "port", "dbname")


class Lost(StoreError):
    """The connection is gone; nobody knows yet what became of the transaction."""


def open_store(address: str, clock: Clock = now) -> PostgresqlStore:
    """Open the store at `postgresql://user@host/db`, or make it; the password comes from PGPASSWORD or ~/.pgpass.

    The first to open it must be allowed to create a schema; later ones to read and insert. Raises StoreError where
    the server cannot be reached or used, is of a newer shall, or does not keep UTF-8.
    """
    return PostgresqlStore(address, clock)


class PostgresqlStore(KeptStore):
    """A `core.store.Store` in a server; see there for what each method does."""

    def __init__(self, address: str, clock: Clock = now) -> None:
        super().__init__(_Server(address), clock)


class _Server:
    """A `_kept.Database`. A connection that is lost is made anew, and its transaction done again."""

    def __init__(self, address: str) -> None:
        self._parts = _parts(address)
        self._lock = RLock()                # a transaction is of one thread
        self._inside = False
        self._connection = self._reconnected(Lost)
        try:
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    @property
    def name(self) -> str:
        user, host, port, database = (str(self._parts.get(part) or "") for part in SHOWN)
        place = (f"{user}@" if user else "") + host + (f":{port}" if port else "")
        return f"postgresql://{place}/{database}"

    def rows(self, sql: str, bindings: tuple[Any, ...] = ()) -> list[Row]:
        with self._lock:
            if self._inside:
                return self._run(sql, bindings)
            return self._again(lambda: self._run(sql, bindings))

    def write(self, work: Callable[[], T]) -> T:
        return self._again(lambda: self._transaction(work, _served.BEGIN, _served.LOCK))

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._lock, self._begun(_served.READ, _served.PAST_INDEXES):
            yield

    def refuse_changed_schema(self) -> None:
        if not _served.is_ours(self.rows(_served.RULES), self.rows(_served.CONSTRAINTS)):
            raise Damaged(f"{self.name}: its tables or triggers are not as shall made them")

    def every_record(self) -> Iterator[Row]:
        cursor = psycopg.RawServerCursor(self._connection, "records")
        try:
            with cursor:
                yield from cursor.execute("SELECT * FROM record ORDER BY sequence")
        except (errors.DataCorrupted, errors.IndexCorrupted, UnicodeDecodeError) as problem:
            raise Unreadable(_first_line(problem)) from problem

    def every_blob(self) -> dict[str, Any]:
        return dict(self.rows("SELECT digest, CAST(ctid AS TEXT) FROM blob"))

    def content(self, place: Any) -> bytes | None:
        found = self.rows("SELECT content FROM blob WHERE ctid = CAST($1 AS tid)", (place,))
        return found[0][0] if found else None

    def refuse_lost_entries(self) -> None:
        asked = "SELECT count(*) FROM record WHERE kind >= ''"
        kept = self.rows(asked)
        self.rows(_served.BY_INDEX)
        if self.rows(asked) != kept:
            raise Damaged(f"{self.name}: an index does not have every record: REINDEX TABLE shall.record")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _run(self, sql: str, bindings: tuple[Any, ...] = ()) -> list[Row]:
        with self._told():
            found = self._connection.execute(sql, bindings or None)
            return found.fetchall() if found.description else []

    def _transaction(self, work: Callable[[], T], *first: str) -> T:
        with self._begun(*first):
            return work()

    @contextmanager
    def _begun(self, *first: str) -> Iterator[None]:
        self._inside = True
        try:
            for sql in first:
                self._run(sql)
            with self._told():
                yield
            self._run("COMMIT")
        except BaseException:
            if not self._connection.closed:
                self._run("ROLLBACK")
            raise
        finally:
            self._inside = False

    def _again(self, work: Callable[[], T]) -> T:
        with self._lock:
            for _ in range(TRIES - 1):
                try:
                    return work()
                except Lost:
                    self._connection = self._reconnected(StoreError)
            return work()

    def _reconnected(self, patient_with: type[StoreError]) -> psycopg.Connection[Row]:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._connected()
            except patient_with:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _connected(self) -> psycopg.Connection[Row]:
        connection = None
        try:
            connection = psycopg.connect(**self._parts, autocommit=True, cursor_factory=psycopg.RawCursor)
            if connection.info.parameter_status("server_encoding") != "UTF8":
                connection.close()
                raise Unusable(f"{self.name}: its database does not keep UTF-8: CREATE DATABASE … ENCODING 'UTF8'")
            for sql in _served.SETTINGS:
                connection.execute(sql)
        except psycopg.Error as problem:
            again = isinstance(problem, errors.CannotConnectNow) or (connection is not None and connection.closed)
            kind = Lost if again else Unusable
            raise kind(f"{self.name} cannot be reached: {_first_line(problem)}. Check the address, and whether the "
                       "server runs") from problem
        return connection

    def _migrate(self) -> None:
        steps = _served.steps()
        if self._version() != len(steps):
            self.write(lambda: self._step(steps))

    def _version(self) -> int:
        return int(self.rows(_served.VERSION)[0][0]) if self.rows(_served.MADE)[0][0] else 0

    def _step(self, steps: tuple[str, ...]) -> None:
        version = self._version()           # again: another may have been faster
        if version > len(steps):
            raise Unusable(f"{self.name} has schema {version}, and this shall knows {len(steps)}: it was written by "
                             "a newer shall; upgrade this one")
        if self.rows(_served.NO_SCHEMA)[0][0]:
            self._run("CREATE SCHEMA shall")
        if not self.rows(_served.MADE)[0][0]:
            self._run(_served.FIRST)
        for number, step in enumerate(steps[version:], version + 1):
            self._run(step)
            self._run("INSERT INTO shall.migration (number) VALUES ($1)", (number,))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, UnicodeDecodeError) as problem:
            if self._connection.closed:
                raise Lost(f"{self.name}: the connection was lost ({_first_line(problem)}); whether it was recorded is "
                           "not known: try again with the same key") from problem
            raise _kind(problem)(f"{self.name}: {_words(problem)}") from problem


def _parts(address: str) -> dict[str, Any]:
    try:
        given = conninfo.conninfo_to_dict(address)
    except psycopg.Error:                   # it quotes the address, with its password
        raise InputError("the address of the store cannot be read: write postgresql://user@host:port/database, other "
                         "letters as % and two digits, and the password in PGPASSWORD or ~/.pgpass") from None
    return {"connect_timeout": 10, "application_name": "shall", "keepalives_idle": 30, **given,
            "client_encoding": "utf8"}


def _kind(problem: Exception) -> type[StoreError]:
    if isinstance(problem, (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege)):
        return Unusable
    damage = (errors.DataCorrupted, errors.IndexCorrupted, UnicodeDecodeError)
    return Damaged if isinstance(problem, damage) else StoreError


def _words(problem: Exception) -> str:
    match problem:
        case errors.LockNotAvailable():
            return f"another process has been writing for {_served.WAIT_S} seconds; try again"
        case errors.DiskFull():
            return "no room is left on the disk of the server; nothing was recorded"
        case errors.ReadOnlySqlTransaction():
            return "this server only reads, it is a copy of another: give the address of that one"
        case errors.InsufficientPrivilege():
            return (f"{_first_line(problem)}: who opens the store first creates the schema `shall`; others need USAGE "
                    "on it, and SELECT and INSERT on its tables")
        case errors.DataCorrupted() | errors.IndexCorrupted() | UnicodeDecodeError():
            return f"its content is damaged ({_first_line(problem)}); put back a copy"
    return _first_line(problem)


def _first_line(problem: Exception) -> str:
    return str(problem).strip().partition("\n")[0]
