"""Logs that grow: a folder of Parquet files, or decisions in service, read from where somebody stopped.

What was read stays as it was read: a file that is another one now is told, and read no further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from shall.adapters.decisions import LoggedDecisions
from shall.adapters.declared import NONE, Types, hold
from shall.adapters.files import ParquetLog, digest_of_files
from shall.adapters.folders import parquet_files
from shall.adapters.frames import after
from shall.core.errors import DataError
from shall.journal.layout import DECISIONS, is_log, marked, parts
from shall.journal.snapshot import Piece


@dataclass(frozen=True, slots=True)
class Read:
    """How far a part was read: ``rows`` of it, to its end where it is ``whole``; how a file looked, and its SHA-256."""

    rows: int
    whole: bool = False
    stamp: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or what a writer wrote before it began the next one; ``lane``: parts of one are read in their order."""

    key: str
    lane: str = ""
    stamp: str = ""
    other: bool = False                     # than it was when it was read: it is read no further


Done = dict[str, Read]


class Growing(Protocol):
    """See `growing`. What is there is what the last `look` found; all raise DataError."""

    @property
    def name(self) -> str: ...
    @property
    def identity(self) -> str:
        """Which log it is, wherever it lies."""
        ...

    def look(self, dones: Sequence[Done]) -> list[str]:
        """Take in what is there now for several readers; sentences on what is not as it was read.

        What will never be asked for again leaves each of ``dones``.
        """
        ...

    def rest(self, done: Done) -> Sequence[tuple[Part, int]]:
        """What may have more rows than were read, in the order in which it is read, and how many of each were."""
        ...

    def read(self, part: Part, rows: int, whole: bool) -> Read:
        """What to remember when so many rows of a part were read, or all that are there now."""
        ...

    def batches(self, part: Part, start: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of a part after the first ``start``."""
        ...

    def before(self, done: Done, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows that were read already, as far as they are still there, after a `look` that nobody had read."""
        ...


def growing(place: Path, types: Types = NONE) -> Growing:
    """A log that grows, at a path."""
    if place.is_dir() and is_log(place):
        return GrowingDecisions(place, types)
    if place.is_dir() or place.suffix == ".parquet":
        return GrowingFiles(place, types)
    raise DataError(f"{place} is no folder, and a watch that goes on needs one that grows: of Parquet files, or of "
                    "decisions in service")


def is_empty(place: Path) -> bool:
    """Whether nothing has come yet to a folder of files."""
    return place.is_dir() and not is_log(place) and not any(place.rglob("*.parquet"))


class GrowingFiles:
    """Parquet files of a folder by their names: a file that was there is whole and does not change."""

    def __init__(self, place: Path, types: Types) -> None:
        self.name, self.identity = str(place), "files"
        self._place, self._types = place, types
        self._log: ParquetLog | None = None
        self._parts: dict[str, tuple[Part, Path]] = {}
        self._digests: dict[str, tuple[str, str]] = {}      # by key: stamp and digest

    def look(self, dones: Sequence[Done]) -> list[str]:
        if not self._place.exists():
            raise DataError(f"there is no file or folder {self._place} any more")
        files = self._files()
        keys = {path.relative_to(self._place).as_posix() if path != self._place else path.name: path for path in files}
        stamps = {key: _stamp(path) for key, path in keys.items()}
        others = {key: path for key, path in keys.items()
                  if any(self._is_other(done, key, path, stamps[key]) for done in dones)}
        self._log = ParquetLog(files, self.name) if files else None
        if self._log is not None and {*keys} - {*self._parts}:
            hold(self._log.every, self._types, self.name)
        self._parts = {key: (Part(key, stamp=stamps[key], other=key in others), path) for key, path in keys.items()}
        return [f"{path} is another file than it was when it was read: what was counted of it stays, and no more of it "
                "is read. Watch afresh to count it as it is now" for path in others.values()]

    def rest(self, done: Done) -> Sequence[tuple[Part, int]]:
        nothing = Read(0)
        return [(part, done.get(part.key, nothing).rows) for part, _ in self._parts.values()
                if not part.other and not done.get(part.key, nothing).whole]

    def read(self, part: Part, rows: int, whole: bool) -> Read:
        path = self._parts[part.key][1]
        if self._digests.get(part.key, ("", ""))[0] != part.stamp:
            self._digests[part.key] = part.stamp, digest_of_files((path,))
        if _stamp(path) != part.stamp:
            raise DataError(f"{path} was changed while it was read: files of a log are put there whole, by renaming")
        return Read(rows, whole, part.stamp, self._digests[part.key][1])

    def batches(self, part: Part, start: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        assert self._log is not None
        yield from after(self._log.batches_of(self._parts[part.key][1], columns), start)

    def before(self, done: Done, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for part, _ in self._parts.values():
            if part.key in done and done[part.key].stamp == part.stamp:
                yield from _first(self.batches(part, 0, columns), done[part.key].rows)

    def _files(self) -> Mapping[Path, dict[str, str | None]]:
        if not self._place.is_dir():
            return {self._place: {}} if self._place.exists() else {}
        try:
            return parquet_files(self._place)
        except DataError:
            if not is_empty(self._place):
                raise
            return {}

    def _is_other(self, done: Done, key: str, path: Path, stamp: str) -> bool:
        if key not in done or done[key].stamp == stamp:
            return False
        if digest_of_files((path,)) != done[key].digest:
            return True
        done[key] = replace(done[key], stamp=stamp)
        return False


class GrowingDecisions:
    """A log of decisions in service, by writer: also while it is written."""

    def __init__(self, folder: Path, types: Types) -> None:
        self.name, self._folder, self._types = str(folder), folder, types
        said = marked(folder)
        if said["kind"] != DECISIONS:
            raise DataError(f"{folder} holds {said['kind']}, and decisions are watched")
        self.identity = str(said["log"])
        self._pieces: dict[str, Piece] = {}
        self._log: LoggedDecisions | None = None
        self._held: set[Path] = set()

    def named(self, fixed: str) -> str:
        """What one of the columns is called that every log of decisions has."""
        assert self._log is not None
        return self._log.named(fixed)

    def look(self, dones: Sequence[Done]) -> list[str]:
        begun = [_begun(done) for done in dones]
        since = {writer: min(one.get(writer, 0) for one in begun) for writer in begun[0]} if begun else {}
        self._log = LoggedDecisions(self._folder, since, self._held, self._log)
        hold(self._log.schema, self._types, self.name)
        self._pieces = {_key(piece): piece for piece in self._log.pieces}
        return [*dict.fromkeys(note for done in dones for key, read in done.items()
                               if (note := self._changed(key, read)))]

    def rest(self, done: Done) -> Sequence[tuple[Part, int]]:
        begun = _begun(dict(done))
        return [(Part(key, piece.part.writer), done[key].rows if key in done else 0)
                for key, piece in self._pieces.items() if piece.part.number >= begun.get(piece.part.writer, 0)]

    def read(self, part: Part, rows: int, whole: bool) -> Read:
        return Read(rows)

    def batches(self, part: Part, start: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        assert self._log is not None
        if self._pieces[part.key].rows > start:
            yield from self._log.batches_of(self._pieces[part.key], columns, start)

    def before(self, done: Done, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        begun = _begun(dict(done))
        for key, piece in self._pieces.items():
            newest = begun.get(piece.part.writer, 0)
            if piece.part.number <= newest:
                rows = done[key].rows if piece.part.number == newest else piece.rows
                yield from _first(self.batches(Part(key), 0, columns), rows)

    def _changed(self, key: str, read: Read) -> str:
        if key in self._pieces:
            there = self._pieces[key].rows
            return (f"{self._folder / key} has {there:,} rows, and {read.rows:,} of it were read before: it was put "
                    "back from an old copy. Watch afresh to count what is there") if there < read.rows else ""
        writer, number = _place(key)
        later = [part.number for part in parts(self._folder) if part.writer == writer and part.number > number]
        return (f"rows of writer {writer} of {self._folder} were let go before they were read: parts {number} to "
                f"{later[0] - 1}") if later and later[0] > number + 1 else ""


def _begun(done: Done) -> dict[str, int]:
    """The newest part of each writer; those before it were read to their end, and leave ``done``."""
    newest: dict[str, int] = {}
    for writer, number in map(_place, done):
        newest[writer] = max(newest.get(writer, 0), number)
    for key in [*done]:
        writer, number = _place(key)
        if number < newest[writer]:
            del done[key]
    return newest


def _first(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if rows > 0:
            yield batch.slice(0, rows)
        rows -= batch.num_rows


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _key(piece: Piece) -> str:
    return f"{piece.part.writer}-{piece.part.number:08d}"


def _place(key: str) -> tuple[str, int]:
    writer, _, number = key.rpartition("-")
    return writer, int(number)
