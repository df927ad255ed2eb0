"""What the other writers of a folder keep, read as it grows: a client may ask another process again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from shall.core.decisions import Field, Record
from shall.journal import frames, rows
from shall.journal.layout import journal_at, lock_at, parts, segment_at


class Follower:
    """One other writer: its journals from the oldest that is not sealed."""

    def __init__(self, folder: Path, writer: str, number: int, fields: Sequence[Field]) -> None:
        self._folder, self._writer, self._number, self._fields = folder, writer, number, tuple(fields)
        self._place, self._end = -1, 0
        self._header = rows.Header(writer, number, "", (), "", 0, "")

    def new(self) -> Iterator[list[Record] | Path]:
        """What was kept since it was last asked, or the segment where it is. OSError."""
        while True:
            while self._place < 0 and not self._open():
                if not segment_at(self._folder, self._writer, self._number).exists():
                    return
                yield from self._passed()   # it was sealed before it was opened
            yield from self._grown()
            if os.fstat(self._place).st_nlink and not journal_at(self._folder, self._writer, self._number + 1).exists():
                return
            yield from self._grown()        # it was not finished when it was read first
            self.close()
            self._number += 1
            yield from self._passed()

    def keep(self) -> None:
        """Wait until what was read is on the disk. OSError."""
        if self._place >= 0:
            os.fdatasync(self._place)

    def close(self) -> None:
        """Let go of the file."""
        if self._place >= 0:
            os.close(self._place)
        self._place, self._end = -1, 0

    def _open(self) -> bool:
        try:
            self._place = os.open(journal_at(self._folder, self._writer, self._number), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        return True

    def _grown(self) -> Iterator[list[Record]]:
        size = os.fstat(self._place).st_size - self._end
        if size <= 0:
            return
        for frame in frames.one_after_another(os.pread(self._place, size, self._end)):
            if not frame.rows:
                self._header = rows.header_of(frame)
            else:
                several = [one for part in rows.records_of(frame) for one in part]
                yield in_order(several, self._header.fields, self._fields)
            self._end += frame.end - frame.begin

    def _passed(self) -> Iterator[Path]:
        """Segments whose journals came and went since it was last asked."""
        while (path := segment_at(self._folder, self._writer, self._number)).exists():
            yield path
            self._number += 1


class Others:
    """All other writers of a folder, also those that come later, and what they keep."""

    def __init__(self, folder: Path, fields: Sequence[Field], own: str) -> None:
        self._folder, self._fields, self._own = folder, fields, own
        self._followers: list[Follower] = []
        self._seen = 0                      # the writers are w1, w2, … without a gap

    def new(self) -> Iterator[tuple[Follower, list[Record] | Path]]:
        """What they kept since it was last asked, or the segment where it is, and by whom. OSError, ValueError."""
        self.look()
        for other in self._followers:
            for several in other.new():
                yield other, several

    def look(self) -> None:
        """Follow those who are there now."""
        while lock_at(self._folder, writer := f"w{self._seen + 1}").exists():
            self._seen += 1
            if writer != self._own:
                number = _first_open(self._folder, writer)
                self._followers.append(Follower(self._folder, writer, number, self._fields))

    def close(self) -> None:
        """Let go of the files."""
        for other in self._followers:
            other.close()


def sealed_last(folder: Path) -> dict[str, list[Path]]:
    """The segments of each writer, newest first: who asks again asks for what a writer kept before it was killed."""
    found: dict[str, list[Path]] = {}
    for part in reversed(parts(folder)):
        if part.sealed:
            found.setdefault(part.writer, []).append(part.path)
    return found


def _first_open(folder: Path, writer: str) -> int:
    """The number of the oldest journal that is not sealed, or of the one that comes next."""
    own = [part for part in parts(folder) if part.writer == writer]
    return min((part.number for part in own if not part.sealed), default=own[-1].number + 1 if own else 1)


def in_order(records: list[Record], theirs: Sequence[Field], ours: Sequence[Field]) -> list[Record]:
    """Decisions of a log with other fields, as ours has them."""
    if tuple(theirs) == tuple(ours):
        return records
    places = {field.name: place for place, field in enumerate(theirs)}
    return [record._replace(values=tuple(record.values[places[one.name]] if one.name in places else None
                                         for one in ours)) for record in records]
