"""A place to write: the first writer of a folder that nobody is, and what it left when it was killed."""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shall.core.decisions import Field
from shall.core.errors import StoreError
from shall.journal import chain, disk, frames, rows, segments
from shall.journal.chain import Chain
from shall.journal.layout import Part, chain_at, journal_at, lock_at, marked, parts, segment_at
from shall.journal.rows import Header


@dataclass(slots=True)
class Left:
    """A journal that is not sealed."""

    path: Path
    header: Header
    content: frames.Content

    @property
    def last(self) -> int:
        """The number of its last record, or of the one before its first."""
        newest = self.content.frames[-1]
        return newest.first + newest.rows - 1 if newest.rows else self.header.first - 1

    @property
    def rows(self) -> int:
        """How many it holds."""
        return sum(frame.rows for frame in self.content.frames)


@dataclass(slots=True)
class Claim:
    """A writer that is ours until ``lock`` is closed."""

    writer: str
    lock: int
    chain: Chain
    journals: list[Left]                    # oldest first
    notes: list[str] = field(default_factory=list)

    @property
    def torn(self) -> int:
        """How many files had a torn end."""
        return sum("torn" in note for note in self.notes)


def claim(folder: Path) -> tuple[Claim, list[str]]:
    """The first writer that is free and whole, and a sentence for each that is damaged. OSError."""
    damaged: list[str] = []
    said = marked(folder)
    for number in itertools.count(1):
        writer = f"w{number}"
        if (lock := _locked(lock_at(folder, writer))) is None:
            continue
        try:
            return _recovered(folder, writer, lock, said["log"]), damaged
        except StoreError as problem:
            os.close(lock)
            damaged.append(f"writer {writer} is left as it is: {problem}")
        except OSError:
            os.close(lock)
            raise
    raise AssertionError("there is always a next writer")


def same(header: Header, kind: str, fields: Sequence[Field]) -> bool:
    """Whether a journal can go on with these fields."""
    return header.kind == kind and header.fields == tuple(fields)


def _locked(path: Path) -> int | None:
    place = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(place)
        return None
    return place


def _recovered(folder: Path, writer: str, lock: int, log: str) -> Claim:
    known = chain.read(chain_at(folder, writer), log)
    found = Claim(writer, lock, known, [])
    if known.torn:
        _cut(known.path, known.end)
        found.notes.append(f"{known.path}: a torn end of {known.torn} bytes was cut")
    _check_last(folder, writer, known)
    there = [part for part in parts(folder) if part.writer == writer]
    sealed = known.last.number if known.last else 0
    for part in there:
        if part.number > sealed:
            found.journals.append(_left(folder, part, found.notes))
    _drop_unbegun(found)
    _check_order(found, sealed)
    _tidy(folder, writer, known)
    return found


def _tidy(folder: Path, writer: str, known: Chain) -> None:
    """Finish what was begun just before a writer was killed: files whose removal is chained, and half-written ones."""
    for number in known.segments:
        if (path := journal_at(folder, writer, number)).exists():
            disk.remove(path)
    for number in known.removed:
        if (path := segment_at(folder, writer, number)).exists():
            disk.remove(path)
    for path in folder.glob(f".{writer}[-.]*"):
        disk.remove(path)


def _check_last(folder: Path, writer: str, known: Chain) -> None:
    if (last := known.last) is None or last.number in known.removed:
        return
    path = segment_at(folder, writer, last.number)
    if not path.exists() or segments.digest_of(path) != last.digest:
        raise StoreError(f"{path} is missing, or is not what was sealed")


def _left(folder: Path, part: Part, notes: list[str]) -> Left:
    path = journal_at(folder, part.writer, part.number)         # a segment without a link was not finished
    if not path.exists():
        raise StoreError(f"{part.path} is in no chain and has no journal")
    content = frames.read(path.read_bytes())
    if content.again is not None or not content.frames:
        raise StoreError(f"{path} is damaged at byte {content.end:,}")
    if content.torn:
        _cut(path, content.end)
        notes.append(f"{path}: a torn end of {content.torn:,} bytes was cut; nothing of it was acknowledged")
    return Left(path, rows.header_of(content.frames[0]), content)


def _drop_unbegun(found: Claim) -> None:
    """An empty journal that does not follow was made, could not be kept, and the one before it went on."""
    if found.journals:
        newest = found.journals[-1]
        if not newest.rows and newest.header.previous != _before(found, len(found.journals) - 1):
            disk.remove(found.journals.pop().path)


def _before(found: Claim, place: int) -> str:
    """The digest that the journal before this one ended with."""
    if place:
        return found.journals[place - 1].content.digest.hex()
    return found.chain.last.journal if found.chain.last else frames.START.hex()


def _check_order(found: Claim, sealed: int) -> None:
    for place, left in enumerate(found.journals):
        told = (left.header.log, left.header.number, left.header.writer, left.header.previous)
        if told != (found.chain.root, sealed + place + 1, found.writer, _before(found, place)):
            raise StoreError(f"{left.path} does not follow what {found.writer} wrote before it")


def _cut(path: Path, end: int) -> None:
    place = disk.make(path)
    try:
        disk.cut(place, end)
        disk.keep(place)
    finally:
        os.close(place)
