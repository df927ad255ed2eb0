"""Frames of a journal: length, check sum, and a digest that covers every frame before it."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

MAGIC: Final = b"shJ1"
START: Final = bytes(32)                    # what the first frame of a journal follows
HEAD: Final = struct.Struct("<4sIIIQ32s")   # magic, CRC-32 of all that follows it, length, rows, first number, digest
COVERED: Final = 8                          # where the check sum begins to count
LINKED: Final = struct.Struct("<IQ")


class Frame(NamedTuple):
    """One group of records that was written and synced together."""

    begin: int                              # bytes from the start of the file
    end: int
    rows: int
    first: int                              # number of its first record
    digest: bytes                           # of all up to here
    payload: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The frames of a journal up to the first that is not whole."""

    frames: tuple[Frame, ...]
    end: int                                # bytes that are whole
    torn: int                               # bytes after them
    again: int | None                       # where whole frames begin again: then it was no torn write, but damage

    @property
    def digest(self) -> bytes:
        """Of all its frames."""
        return self.frames[-1].digest if self.frames else START


class Reading:
    """The frames of an open journal as `read` gives them, of which one at a time is in memory.

    ``first``, ``last``: the numbers of the first and the last record so far; ``digest``: of all that was read.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._size = file, os.fstat(file.fileno()).st_size
        self.digest, self.end = START, 0
        self.first, self.last = 0, -1

    def __iter__(self) -> Iterator[Frame]:
        while (frame := self._next()) is not None:
            self.digest, self.end = frame.digest, frame.end
            if frame.rows:
                self.first = self.first if self.last >= 0 else frame.first
                self.last = frame.first + frame.rows - 1
            yield frame

    @property
    def again(self) -> int | None:
        """Where whole frames begin again after the end; None where the rest is a torn write, or there is none."""
        self._file.seek(self.end)
        return next((self.end + one.begin for one in scanned(self._file.read(), 0)), None)

    def _next(self) -> Frame | None:
        self._file.seek(self.end)
        head = self._file.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        length = min(HEAD.unpack(head)[2], max(self._size - self.end - HEAD.size, 0))      # as told by damaged bytes
        frame = _frame(head + self._file.read(length), 0)
        if frame is None or frame.digest != _linked(self.digest, *frame[2:4], frame.payload):
            return None
        return frame._replace(begin=self.end, end=self.end + frame.end)


def framed(previous: bytes, rows: int, first: int, payload: bytes) -> tuple[bytes, bytes]:
    """The bytes of a frame that follows the digest ``previous``, and its own digest."""
    digest = _linked(previous, rows, first, payload)
    rest = HEAD.pack(MAGIC, 0, len(payload), rows, first, digest)[COVERED:]
    check = zlib.crc32(payload, zlib.crc32(rest))
    return b"".join((MAGIC, check.to_bytes(4, "little"), rest, payload)), digest


def read(content: bytes, follows: bytes = START) -> Content:
    """The frames of a whole file, checked one after another; or of its rest, which ``follows`` the digest of those
    before."""
    frames, digest, place = [], follows, 0
    while (frame := _frame(content, place)) is not None and frame.digest == _linked(digest, *frame[2:4], frame.payload):
        frames.append(frame)
        digest, place = frame.digest, frame.end
    torn = len(content) - place
    return Content(tuple(frames), place, torn, next((one.begin for one in scanned(content, place)), None))


def scanned(content: bytes, place: int) -> Iterator[Frame]:
    """Every frame from ``place`` on that is whole in itself, whatever lies between."""
    while (place := content.find(MAGIC, place)) >= 0:
        frame = _frame(content, place)
        if frame is not None:
            yield frame
        place = frame.end if frame is not None else place + 1


def one_after_another(content: bytes) -> Iterator[Frame]:
    """Frames that are whole in themselves, up to the first that is not: of a part of a journal."""
    place = 0
    while (frame := _frame(content, place)) is not None:
        yield frame
        place = frame.end


def _frame(content: bytes, place: int) -> Frame | None:
    begin = place + HEAD.size
    if begin > len(content):
        return None
    magic, check, length, rows, first, digest = HEAD.unpack_from(content, place)
    if magic != MAGIC or begin + length > len(content):
        return None
    payload = content[begin:begin + length]
    if zlib.crc32(payload, zlib.crc32(content[place + COVERED:begin])) != check:
        return None
    return Frame(place, begin + length, rows, first, digest, payload)


def _linked(previous: bytes, rows: int, first: int, payload: bytes) -> bytes:
    digest = hashlib.sha256(previous)
    digest.update(LINKED.pack(rows, first))
    digest.update(payload)
    return digest.digest()
