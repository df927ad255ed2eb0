"""One writer of a folder: its journal, and the segments that its journals become."""

from __future__ import annotations

import contextlib
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from shall.core.decisions import Clock, Field
from shall.core.errors import StoreError
from shall.journal import disk, frames, rows
from shall.journal.layout import journal_at
from shall.journal.rows import Header
from shall.stores.decisions.claiming import Left, claim, same
from shall.stores.decisions.sealing import Sealer

Reserve = Callable[[int], int]
AGAIN: Final = 1.0                          # seconds until a journal that could not be made is tried again


class Writer:
    """Appends groups to a journal; not for two threads at once. `sealer` is for another."""

    def __init__(self, folder: Path, kind: str, fields: Sequence[Field], clock: Clock, alarms: Counter[str],
                 reserve: Reserve | None = None) -> None:
        self.folder, self.kind, self.fields, self.alarms = folder, kind, tuple(fields), alarms
        found, damaged = claim(folder)
        self.name, self._lock, self.found = found.writer, found.lock, found.journals
        self.notes = [*damaged, *found.notes]
        alarms["damaged"] += len(damaged)
        alarms["torn"] += found.torn
        self.sealer = Sealer(folder, found.writer, found.chain, clock)
        self._reserve = reserve or self._next
        self.full: deque[Path] = deque()    # journals to be sealed, oldest first
        self._path, self._place, self._number = folder, -1, 0           # of the journal
        self._digest, self._end = frames.START, 0                       # of what is kept in it
        self._rows, self._last, self._since = 0, 0, 0.0                 # in it; number of the last; age
        self._dirty, self._tried = False, 0.0
        try:
            self._go_on(found.journals)
        except OSError:
            self.release()
            raise

    @property
    def rows(self) -> int:
        """How many the journal holds."""
        return self._rows

    @property
    def age(self) -> float:
        """Seconds since the first row of the journal."""
        return time.monotonic() - self._since if self._rows else 0.0

    def append(self, parts: Sequence[bytes], number: int) -> None:
        """Write a group of ``number`` rows; it is on the disk then. OSError, and nothing of it is there."""
        if self._dirty:
            self._roll_back()
        first = self._reserve(number)
        content, digest = frames.framed(self._digest, number, first, rows.together(parts))
        try:
            disk.write(self._place, content, self._end)
            disk.keep(self._place)
        except OSError:
            self._dirty = True
            self._roll_back()
            raise
        self._since = self._since if self._rows else time.monotonic()
        self._digest, self._end, self._last = digest, self._end + len(content), first + number - 1
        self._rows += number

    def rotate(self) -> bool:
        """Begin another journal; False where that cannot be done now, and this one goes on."""
        if self._dirty or not self._rows or time.monotonic() - self._tried < AGAIN:
            return False
        path, number = self._path, self._number
        try:
            self._begin(number + 1)
        except OSError:
            self._tried = time.monotonic()
            self.alarms["disk"] += 1
            _drop(journal_at(self.folder, self.name, number + 1))
            return False
        self.full.append(path)
        return True

    def close(self) -> None:
        """Let go of the journal; where it has rows it is to be sealed, else it is removed."""
        os.close(self._place)
        if self._rows:
            self.full.append(self._path)
        else:
            disk.remove(self._path)

    def release(self) -> None:
        """Let another be this writer."""
        os.close(self._lock)

    def _go_on(self, left: Sequence[Left]) -> None:
        if (last := self.sealer.chain.last) is not None:
            self._last, self._digest, self._number = last.last, bytes.fromhex(last.journal), last.number
        for one in left:
            self._last, self._digest, self._number = one.last, one.content.digest, one.header.number
            self.full.append(one.path)
        newest = left[-1] if left else None
        if newest is not None and same(newest.header, self.kind, self.fields):
            self.full.pop()
            self._path, self._place = newest.path, disk.make(newest.path)
            self._end, self._rows, self._since = newest.content.end, newest.rows, time.monotonic()
        elif newest is not None and not newest.rows:
            self.full.pop()
            self._digest = bytes.fromhex(newest.header.previous)
            self._begin(self._number)
        else:
            self._begin(self._number + 1)

    def _begin(self, number: int) -> None:
        header = Header(self.name, number, self.kind, self.fields, self._digest.hex(), self._last + 1,
                        self.sealer.chain.root)
        content, digest = frames.framed(frames.START, 0, 0, rows.header_bytes(header))
        path = journal_at(self.folder, self.name, number)
        disk.put(path, content)
        place = disk.make(path)
        if self._place >= 0:
            os.close(self._place)
        self._path, self._place, self._number = path, place, number
        self._digest, self._end, self._rows, self._since = digest, len(content), 0, 0.0

    def _next(self, number: int) -> int:
        return self._last + 1

    def _roll_back(self) -> None:
        # until the cut is kept too, a loss of power might bring back what was refused
        disk.cut(self._place, self._end)
        disk.keep(self._place)
        self._dirty = False


def _drop(path: Path) -> None:
    """Remove a journal that was not begun; where that fails too, it is empty and passed over."""
    with contextlib.suppress(OSError):
        disk.remove(path)


def told_of(problem: OSError, folder: Path) -> StoreError:
    """What is said to those whose decisions were not kept."""
    return StoreError(f"{folder} cannot be written, so nothing was kept: {problem.strerror or problem}")
