"""What every kind of store does alike: one text of SQL, whatever keeps the rows."""

from __future__ import annotations

import datetime
import getpass
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol, Self, TypeVar

from shall.core.chain import GENESIS, canonical, digest, seal
from shall.core.errors import Damaged, StoreError
from shall.core.looks import Taken, replay, take
from shall.core.store import BEGUN, Head, Look, Record
from shall.stores._verifying import walked, without_strangers

Clock = Callable[[], datetime.datetime]
Row = tuple[Any, ...]
T = TypeVar("T")
COLUMNS: Final = "sequence, kind, subject, key, body, created, previous, hash"
# $1, $2, … in the order in which they first appear: so SQLite and PostgreSQL bind alike
OF_KIND: Final = f"SELECT {COLUMNS} FROM record WHERE kind = $1"
OF_SUBJECT: Final = f"{OF_KIND} AND subject = $2"
BY_KEY: Final = f"{OF_SUBJECT} AND key = $3"
OLDEST_FIRST: Final = "ORDER BY sequence"
NEWEST: Final = "ORDER BY sequence DESC LIMIT 1"
AFTER: Final = f"SELECT {COLUMNS} FROM record WHERE sequence > $1 ORDER BY sequence LIMIT $2"
BY_HASH: Final = f"SELECT {COLUMNS} FROM record WHERE sequence = $1 AND hash = $2"
LAST: Final = "SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1"
COUNTS: Final = "SELECT kind, count(*) FROM record GROUP BY kind ORDER BY kind"
ADD: Final = f"INSERT INTO record ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
CONTENT: Final = "SELECT content FROM blob WHERE digest = $1"
ADD_BLOB: Final = "INSERT INTO blob (digest, content) VALUES ($1, $2)"


class Database(Protocol):
    """Rows, transactions, and errors in the reader's words; any number of threads may use it."""

    @property
    def name(self) -> str:
        """What a message calls it: never with a password."""
        ...

    def rows(self, sql: str, bindings: tuple[Any, ...] = ()) -> list[Row]:
        """Every row of one statement."""
        ...

    def write(self, work: Callable[[], T]) -> T:
        """Do some work as one transaction, of the only writer.

        Where a connection is lost on the way, the work may be done again: the first time it may have been kept.
        """
        ...

    def moment(self) -> AbstractContextManager[None]:
        """A transaction that only reads: all of it sees one moment."""
        ...

    def refuse_changed_schema(self) -> None:
        """Raise Damaged where tables or triggers are not as shall made them."""
        ...

    def every_record(self) -> Iterator[Row]:
        """All records from the tables themselves, by sequence, past every index; texts may be bytes of UTF-8."""
        ...

    def every_blob(self) -> dict[str, Any]:
        """What finds each blob past every index, by its name."""
        ...

    def content(self, place: Any) -> bytes | None:
        """The blob that is found so."""
        ...

    def refuse_lost_entries(self) -> None:
        """Raise Damaged where an index does not have what its table has."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def user() -> str:
    """Who works here, as the system says; by number where it has no name."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return str(os.getuid())


class KeptStore:
    """A `core.store.Store` in a database; see there for what each method does."""

    def __init__(self, database: Database, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    @property
    def name(self) -> str:
        """What a message calls it: never with a password."""
        return self._database.name

    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        text = canonical({"by": user(), **body} if kind in BEGUN else dict(body))
        tried: list[Row] = []

        def work() -> Record:
            return self._kept(tried) or self._once(kind, subject, key) or self._add(kind, subject, key, text, tried)
        return self._database.write(work)

    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        return self._chosen(OLDEST_FIRST, kind, subject)

    def latest(self, kind: str, subject: str | None = None) -> Record | None:
        return next(iter(self._chosen(NEWEST, kind, subject)), None)

    def after(self, sequence: int, most: int) -> tuple[Record, ...]:
        return self._select(AFTER, sequence, most)

    def look(self, gate: str, subject: str, budget: int) -> Look:
        def work() -> Look:
            at = self._time()
            look = take(self._taken(gate), subject, budget, at)
            if not look.repeated:
                body = canonical({"subject": subject, "budget": budget})
                self._add("look", gate, f"{subject} {budget}", body, created=at)
            return look
        return self._database.write(work)

    def looks(self, gate: str) -> tuple[Look, ...]:
        return replay(self._taken(gate))

    def put_blob(self, content: bytes) -> str:
        name = digest(content)

        def work() -> None:
            if not self._once("blob", name, ""):
                self._database.rows(ADD_BLOB, (name, content))
                self._add("blob", name, "", canonical({"size": len(content)}))
        self._database.write(work)
        return name

    def blob(self, digest: str) -> bytes:
        found = self._database.rows(CONTENT, (digest,))
        return _checked_blob(digest, found[0][0] if found else None)

    def head(self) -> Head:
        last = self._database.rows(LAST)
        return Head(*last[0]) if last else Head(0, GENESIS)

    def counts(self) -> Mapping[str, int]:
        return dict(self._database.rows(COUNTS))

    def verify(self, known: Head | None = None) -> Head:
        database = self._database
        with database.moment():             # whatever is appended meanwhile
            database.refuse_changed_schema()
            blobs: list[tuple[int, str]] = []
            head = walked(database.every_record(), database.name, known, blobs)
            kept = without_strangers(blobs, database.every_blob(), database.name)
            for sequence, name, place in kept:
                if digest(database.content(place) or b"") != name:
                    raise Damaged(f"{database.name}: the blob {name} of record {sequence} is missing or was changed")
            database.refuse_lost_entries()
        return head

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _time(self) -> str:
        return self._clock().astimezone(datetime.UTC).isoformat(timespec="microseconds")

    def _taken(self, gate: str) -> tuple[Taken, ...]:
        looks = self.records("look", gate)
        return tuple((look.body["subject"], look.body["budget"], look.created) for look in looks)

    def _kept(self, tried: list[Row]) -> Record | None:
        """What an earlier try has recorded, whose end was not heard."""
        return next((one for row in tried for one in self._select(BY_HASH, row[0], row[-1])), None)

    def _once(self, kind: str, subject: str, key: str | None) -> Record | None:
        return None if key is None else next(iter(self._select(BY_KEY, kind, subject, key)), None)

    def _add(self, kind: str, subject: str, key: str | None, body: str, tried: list[Row] | None = None,
             *, created: str = "") -> Record:
        if "\0" in f"{kind}{subject}{key}":
            raise StoreError("the kind, subject or key of a record has a NUL in it, which not every store can keep")
        last = self.head()
        parts = (last.sequence + 1, kind, subject, key, body, created or self._time())
        row = (*parts, last.hash, seal(parts, last.hash))
        if tried is not None:
            tried.append(row)
        self._database.rows(ADD, row)
        return _record(row)

    def _chosen(self, order: str, kind: str, subject: str | None) -> tuple[Record, ...]:
        if subject is None:
            return self._select(f"{OF_KIND} {order}", kind)
        return self._select(f"{OF_SUBJECT} {order}", kind, subject)

    def _select(self, sql: str, *bindings: Any) -> tuple[Record, ...]:
        return tuple(_record(row) for row in self._database.rows(sql, bindings))


def _record(row: Row) -> Record:
    """A record as it was written; one that was changed since is never given out."""
    *parts, previous, hash = row
    # a flipped bit may have made bytes of text, or nothing of it
    if any(isinstance(part, bytes) for part in row) or seal(tuple(parts), previous) != hash:
        raise Damaged(f"record {row[0]} was changed after it was written: its digest does not fit its content")
    sequence, kind, subject, key, body, created = parts
    return Record(sequence, kind, subject, key, json.loads(body), created, previous, hash)


def _checked_blob(name: str, content: bytes | str | None) -> bytes:
    if content is None:
        raise StoreError(f"there is no blob {name}")
    if isinstance(content, str) or digest(content) != name:
        raise Damaged(f"the blob {name} was changed after it was written: its digest does not fit its content")
    return bytes(content)
