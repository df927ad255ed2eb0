"""The store in one SQLite file, `.shall/shall.db` beside the shall file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

from shall.core.chain import GENESIS, canonical, digest, seal
from shall.core.errors import StoreError
from shall.core.looks import Taken, replay, take
from shall.core.store import Head, Look, Record
from shall.stores._opening import connect, told, writing
from shall.stores._verifying import verify

Clock = Callable[[], datetime.datetime]
COLUMNS: Final = "sequence, kind, subject, key, body, created, previous, hash"


def now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def open_store(path: str | Path, clock: Clock = now) -> SqliteStore:
    """Open the store at ``path``, or make it.

    Raises StoreError where the file is damaged, of a newer shall or of something else, where it
    cannot be written, and for a SQLite older than 3.51.3. Local disks only: not NFS. Any number of
    processes may have it open; a process that forks opens its own.
    """
    return SqliteStore(Path(path), clock)


class SqliteStore:
    """A `core.store.Store`; see there for what each method does."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path = path
        self._clock = clock
        self._connection = connect(path)

    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        text = canonical(dict(body))
        with told(self.path), writing(self._connection):
            return self._once(kind, subject, key) or self._add(kind, subject, key, text)

    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        return self._select("kind = ?1 AND (?2 IS NULL OR subject = ?2) ORDER BY sequence", kind, subject)

    def latest(self, kind: str, subject: str | None = None) -> Record | None:
        newest = "kind = ?1 AND (?2 IS NULL OR subject = ?2) ORDER BY sequence DESC LIMIT 1"
        return next(iter(self._select(newest, kind, subject)), None)

    def look(self, gate: str, subject: str, budget: int) -> Look:
        with told(self.path), writing(self._connection):
            taken, at = self._taken(gate), self._time()
            look = take(taken, subject, budget, at)
            if not look.repeated:
                self._add("look", gate, f"{subject} {budget}", canonical({"subject": subject, "budget": budget}), at)
            return look

    def looks(self, gate: str) -> tuple[Look, ...]:
        return replay(self._taken(gate))

    def put_blob(self, content: bytes) -> str:
        name = digest(content)
        with told(self.path), writing(self._connection):
            if not self._once("blob", name, ""):
                self._connection.execute("INSERT INTO blob (digest, content) VALUES (?, ?)", (name, content))
                self._add("blob", name, "", canonical({"size": len(content)}))
        return name

    def blob(self, digest: str) -> bytes:
        with told(self.path):
            content = self._connection.execute("SELECT content FROM blob WHERE digest = ?", (digest,)).get
        return _checked_blob(digest, content)

    def head(self) -> Head:
        with told(self.path):
            last = self._connection.execute("SELECT sequence, hash FROM record ORDER BY sequence DESC LIMIT 1").get
        return Head(*last) if last else Head(0, GENESIS)

    def verify(self, known: Head | None = None) -> Head:
        with told(self.path):
            return verify(self._connection, self.path, known)

    def close(self) -> None:
        with told(self.path):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _time(self) -> str:
        return self._clock().astimezone(datetime.UTC).isoformat(timespec="microseconds")

    def _taken(self, gate: str) -> tuple[Taken, ...]:
        looks = self.records("look", gate)
        return tuple((look.body["subject"], look.body["budget"], look.created) for look in looks)

    def _once(self, kind: str, subject: str, key: str | None) -> Record | None:
        if key is None:
            return None
        return next(iter(self._select("kind = ?1 AND subject = ?2 AND key = ?3", kind, subject, key)), None)

    def _add(self, kind: str, subject: str, key: str | None, body: str, created: str = "") -> Record:
        last = self.head()
        parts = (last.sequence + 1, kind, subject, key, body, created or self._time())
        row = (*parts, last.hash, seal(parts, last.hash))
        self._connection.execute(f"INSERT INTO record ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return _record(row)

    def _select(self, condition: str, *bindings: str | None) -> tuple[Record, ...]:
        with told(self.path):
            rows = self._connection.execute(f"SELECT {COLUMNS} FROM record WHERE {condition}", bindings)
            return tuple(_record(row) for row in rows)


def _record(row: tuple[Any, ...]) -> Record:
    """A record as it was written; one that was changed since is never given out."""
    *parts, previous, hash = row
    if seal(tuple(parts), previous) != hash:
        raise StoreError(f"record {row[0]} was changed after it was written: its digest does not fit its content")
    sequence, kind, subject, key, body, created = parts
    return Record(sequence, kind, subject, key, json.loads(body), created, previous, hash)


def _checked_blob(name: str, content: bytes | None) -> bytes:
    if content is None:
        raise StoreError(f"there is no blob {name}")
    if digest(content) != name:
        raise StoreError(f"the blob {name} was changed after it was written: its digest does not fit its content")
    return content
