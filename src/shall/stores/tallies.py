"""What was counted before, `.shall/tallies.db`: no evidence, only work saved; it may be deleted at any time.

Each row carries a digest of all that it says: a row that was changed since is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import apsw

from shall.core.chain import digest, seal
from shall.core.errors import StoreError
from shall.stores._opening import refuse_old, settle, told, writing

PLANS: Final = 8                            # the newest ones whose tallies are kept
VERSION: Final = 1
TABLES: Final = """
CREATE TABLE IF NOT EXISTS file (
    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, content TEXT NOT NULL, seal TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tally (
    plan TEXT NOT NULL, log TEXT NOT NULL, content BLOB NOT NULL, seal TEXT NOT NULL, PRIMARY KEY (plan, log)
) STRICT;
CREATE TABLE IF NOT EXISTS used (plan TEXT PRIMARY KEY, turn INTEGER NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was when its content was digested: ``stamp`` is its size and times, ``content`` SHA-256."""

    stamp: str
    content: str


class Tallies:
    """Digests of files by path, and tallies in their wire form by plan and by digest of what was counted.

    Raises StoreError where the file is damaged or cannot be written. Any number of processes may use it at once.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        refuse_old(apsw.sqlitelibversion())
        with told(path):
            self._connection = apsw.Connection(str(path))
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def files(self, folder: str) -> dict[str, Known]:
        """What is known of the files whose path begins so."""
        with told(self.path):
            rows = self._connection.execute("SELECT path, stamp, content, seal FROM file WHERE substr(path, 1, ?) = ?",
                                            (len(folder), folder)).fetchall()
        texts = ([str(one) for one in row] for row in rows)
        return {path: Known(stamp, content) for path, stamp, content, sealed in texts
                if seal((path, stamp, content), "") == sealed}

    def keep_file(self, path: str, known: Known) -> None:
        """Remember the digest of a file."""
        parts = (path, known.stamp, known.content)
        with told(self.path):
            self._connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (*parts, seal(parts, "")))

    def forget(self, paths: Iterable[str]) -> None:
        """Files that are gone."""
        with told(self.path), writing(self._connection):
            self._connection.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in paths])

    def tally(self, plan: str, log: str) -> bytes | None:
        """The wire form of a tally; None where it was never counted. Raises ValueError where it was changed since."""
        with told(self.path):
            row = self._connection.execute("SELECT content, seal FROM tally WHERE plan = ? AND log = ?",
                                           (plan, log)).fetchone()
        if row is None:
            return None
        if seal((plan, log, digest(row[0])), "") != row[1]:
            raise ValueError(f"the tally of {log} was changed after it was written")
        return bytes(row[0])

    def keep_tally(self, plan: str, log: str, content: bytes) -> None:
        """Remember a tally."""
        with told(self.path):
            self._connection.execute("INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?)",
                                     (plan, log, content, seal((plan, log, digest(content)), "")))

    def drop(self, plan: str, logs: Iterable[str]) -> None:
        """Tallies of what is gone, by whatever plan; and those of plans that were not used for long."""
        run = self._connection.execute
        with told(self.path), writing(self._connection):
            self._connection.executemany("DELETE FROM tally WHERE log = ?", [(log,) for log in logs])
            run("INSERT OR REPLACE INTO used SELECT ?, coalesce(max(turn), 0) + 1 FROM used", (plan,))
            run("DELETE FROM used WHERE plan NOT IN (SELECT plan FROM used ORDER BY turn DESC LIMIT ?)", (PLANS,))
            run("DELETE FROM tally WHERE plan NOT IN (SELECT plan FROM used)")

    def close(self) -> None:
        """Let go of the file."""
        with told(self.path):
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self) -> None:
        settle(self._connection)
        self._connection.pragma("synchronous", "normal")    # what a power cut takes is counted again
        version = self._connection.pragma("user_version")
        if version not in (0, VERSION):
            raise StoreError(f"{self.path} was written by another shall")
        if version == 0:
            with writing(self._connection):
                self._connection.execute(TABLES)
                self._connection.pragma("user_version", VERSION)


def is_damaged(error: StoreError) -> bool:
    """Whether an error says that the file is damaged, not that it is busy, full or forbidden."""
    return isinstance(error.__cause__, apsw.NotADBError | apsw.CorruptError | apsw.FormatError | None)


def opened_afresh(path: Path) -> Tallies:
    """An empty one in the place of one that is damaged."""
    with told(path):
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    return Tallies(path)
