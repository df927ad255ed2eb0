"""Two disks for SQLite: one whose n-th call fails, and one that remembers every write, to be cut off from power."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import apsw

SECTOR = 512
Fault = Literal["EIO", "ENOSPC", "short write"]


class Disk(apsw.VFS):  # type: ignore[misc]
    """A disk that asks ``called`` before each call; it is the one that SQLite uses meanwhile."""

    def __init__(self, called: Callable[..., None]) -> None:
        self.called, self.real = called, apsw.vfs_names()[0]
        super().__init__("disk of the tests", self.real, makedefault=True)

    def xOpen(self, name: Any, flags: list[int]) -> File:  # noqa: N802
        path = name if isinstance(name, str) or name is None else name.filename()
        self.called("open", path)
        return File(self.real, name, flags, self.called)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.called("delete", filename, syncdir)
        super().xDelete(filename, syncdir)


class File(apsw.VFSFile):  # type: ignore[misc]
    def __init__(self, real: str, name: Any, flags: list[int], called: Callable[..., None]) -> None:
        self.path = name if isinstance(name, str) or name is None else name.filename()
        self.called = called
        super().__init__(real, name, flags)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self.called("read", self.path)
        found: bytes = super().xRead(amount, offset)
        return found

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        try:
            self.called("write", self.path, offset, bytes(data))
        except ShortWrite:
            super().xWrite(bytes(data)[:len(data) // 2], offset)
            raise apsw.FullError("half of it was written") from None
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self.called("truncate", self.path, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.called("sync", self.path)
        super().xSync(flags)


class ShortWrite(Exception):
    pass


@contextmanager
def disk(called: Callable[..., None]) -> Iterator[Disk]:
    """The disk of every store that is opened meanwhile."""
    before = apsw.vfs_names()[0]
    made = Disk(called)
    try:
        yield made
    finally:
        made.unregister()
        assert apsw.vfs_names()[0] == before


@dataclass
class Failing:
    """Fails the ``at``-th call, and with ``for_ever`` every one after it; until it is mended."""

    at: int
    fault: Fault
    for_ever: bool
    calls: int = 0
    failed: int = 0
    mended: bool = False

    def __call__(self, what: str, *_: Any) -> None:
        if self.mended:
            return
        self.calls += 1
        if self.calls == self.at or (self.for_ever and self.calls > self.at):
            self.failed += 1
            if what == "open":
                raise apsw.CantOpenError("the disk fails")
            if self.fault == "short write" and what == "write":
                raise ShortWrite
            if self.fault == "ENOSPC" and what in ("write", "truncate", "sync"):
                raise apsw.FullError("the disk is full")
            raise apsw.IOError("the disk fails")


@dataclass
class Remembering:
    """Every write, cut, deletion and sync in order; and, among them, what was acknowledged."""

    events: list[tuple[Any, ...]] = field(default_factory=list)

    def __call__(self, what: str, path: str | None, *rest: Any) -> None:
        if what != "read" and path is not None and not path.endswith("-shm"):
            self.events.append((what, Path(path).name, *rest))

    def image(self, until: int, chance: random.Random) -> dict[str, bytes]:
        """The files as they may be when power fails then: what was not synced is there, or not, or torn."""
        durable: dict[str, bytearray] = {}
        pending: dict[str, list[tuple[Any, ...]]] = {}
        for what, name, *rest in self.events[:until]:
            if what in ("write", "truncate"):
                pending.setdefault(name, []).append((what, *rest))
            elif what == "sync":
                _apply(durable.setdefault(name, bytearray()), pending.pop(name, []), None)
            elif what == "delete" and (rest[0] or chance.random() < 0.5):
                durable.pop(name, None)
                pending.pop(name, None)
        for name, unsynced in pending.items():
            _apply(durable.setdefault(name, bytearray()), unsynced, chance)
        return {name: bytes(content) for name, content in durable.items()}


def _apply(content: bytearray, operations: list[tuple[Any, ...]], chance: random.Random | None) -> None:
    """Do some writes and cuts; by chance, some of them not or in part."""
    kept = 1.0 if chance is None else chance.choice((0.0, 0.5, 0.9, 1.0))
    for what, *rest in operations:
        if chance is not None and chance.random() > kept:
            if what == "write" and chance.random() < 0.5:       # torn: of its sectors, some
                offset, data = rest
                for start in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        _write(content, offset + start, data[start:start + SECTOR])
            continue
        if what == "truncate":
            del content[rest[0]:]
        else:
            _write(content, *rest)


def _write(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset:offset + len(data)] = data
