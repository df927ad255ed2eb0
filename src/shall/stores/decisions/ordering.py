"""The order of labels, one for all writers of a folder: a later number wins, whatever the clocks said."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from shall.core.errors import StoreError
from shall.journal import frames, segments
from shall.journal.layout import parts

FILE: Final = "order"
FAR: Final = 2**48                          # more than will ever be given out


class Order:
    """Numbers that no other process is given; gaps may be."""

    def __init__(self, folder: Path) -> None:
        self._place = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._take(0, _highest(folder))     # a loss of power may have set the file back

    def reserve(self, number: int) -> int:
        """The first of some numbers that follow all others. OSError."""
        return self._take(number, 0) + 1

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._place)

    def _last(self, at_least: int) -> int:
        last = int.from_bytes(os.pread(self._place, 8, 0), "little")
        return last if last - at_least < FAR or not at_least else 0     # a bit of it was flipped

    def _take(self, number: int, at_least: int) -> int:
        fcntl.flock(self._place, fcntl.LOCK_EX)
        try:
            last = max(self._last(at_least), at_least)
            os.pwrite(self._place, (last + number).to_bytes(8, "little"), 0)
            return last
        finally:
            fcntl.flock(self._place, fcntl.LOCK_UN)


def _highest(folder: Path) -> int:
    """The highest number in the folder, of what is whole."""
    newest = {part.writer: part for part in parts(folder) if part.sealed}
    last = [_last(part.path) for part in newest.values()]
    for part in parts(folder):
        if not part.sealed:
            last += [one.first + one.rows - 1 for one in frames.read(part.path.read_bytes()).frames]
    return max(last, default=0)


def _last(path: Path) -> int:
    try:
        return segments.told(path)[0].last
    except StoreError:
        return 0
