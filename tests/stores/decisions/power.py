"""A disk that remembers what was asked of it, and what of that a loss of power leaves."""

from __future__ import annotations

import os
import random
import threading
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from shall.journal import disk

SECTOR = 512


@dataclass
class Recorder:
    """Every call of `shall.journal.disk` in its order, and whatever the test says in between."""

    root: Path
    events: list[tuple[Any, ...]] = field(default_factory=list)
    _files: dict[Path, int] = field(default_factory=dict)       # the file of a name now
    _open: dict[int, int] = field(default_factory=dict)         # the file of a descriptor
    _number: int = 0
    _lock: Any = field(default_factory=threading.RLock)

    def into(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand between the log and the disk."""
        for name in ("make", "write", "cut", "keep", "keep_names", "rename", "link", "remove"):
            monkeypatch.setattr(disk, name, self._between(name, getattr(disk, name)))

    def say(self, *what: Any) -> None:
        """Note something at this moment."""
        with self._lock:
            self.events.append(what)

    def _between(self, name: str, real: Any) -> Any:
        def called(*parts: Any) -> Any:
            with self._lock:
                found = real(*parts)
                getattr(self, f"_{name}")(found, *parts)
                return found
        return called

    def _make(self, place: int, path: Path) -> None:
        if path not in self._files:
            self._number += 1
            self._files[path] = self._number
            self.events.append(("name", path.relative_to(self.root), self._number))
        self._open[place] = self._files[path]

    def _write(self, _: None, place: int, content: bytes, at: int) -> None:
        self.events.append(("write", self._open[place], at, bytes(content)))

    def _cut(self, _: None, place: int, end: int) -> None:
        self.events.append(("cut", self._open[place], end))

    def _keep(self, _: None, place: int) -> None:
        self.events.append(("keep", self._open[place]))

    def _keep_names(self, _: None, folder: Path) -> None:
        self.events.append(("names", folder.relative_to(self.root)))

    def _rename(self, _: None, old: Path, new: Path) -> None:
        self._files[new] = self._files.pop(old)
        self.events.append(("rename", old.relative_to(self.root), new.relative_to(self.root)))

    def _link(self, _: None, old: Path, new: Path) -> None:
        self._files[new] = self._files[old]
        self.events.append(("name", new.relative_to(self.root), self._files[old]))

    def _remove(self, _: None, path: Path) -> None:
        if self._files.pop(path, None) is not None:
            self.events.append(("remove", path.relative_to(self.root)))


def image(events: list[tuple[Any, ...]], out: Path, chance: random.Random) -> None:
    """The files after a loss of power at the end of these events.

    Of a file what was synced is there; each write since then is there, or not, or in part of its sectors, each for
    itself. Of a folder the names that were synced are there, and of the changes since then some of the first.
    """
    files: dict[int, tuple[bytearray, list[tuple[Any, ...]]]] = {}
    names: dict[Path, int] = {}
    waiting: list[tuple[Any, ...]] = []
    for event in events:
        what = event[0]
        if what in ("write", "cut"):
            files.setdefault(event[1], (bytearray(), []))[1].append(event)
        elif what == "keep":
            content, later = files.setdefault(event[1], (bytearray(), []))
            for one in later:
                _apply(content, one)
            later.clear()
        elif what in ("name", "rename", "remove"):
            waiting.append(event)
        elif what == "names":
            for one in [one for one in waiting if one[1].parent == event[1]]:
                _rename(names, one)
                waiting.remove(one)
    for one in waiting[:chance.randint(0, len(waiting))]:
        _rename(names, one)
    for path, number in names.items():
        content, later = files.get(number, (bytearray(), []))
        content = bytearray(content)
        for one in later:
            for part in _left(one, chance):
                _apply(content, part)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)


def _apply(content: bytearray, event: tuple[Any, ...]) -> None:
    if event[0] == "cut":
        del content[event[2]:]
        content.extend(bytes(event[2] - len(content)))
        return
    _, _, at, written = event
    content.extend(bytes(max(0, at + len(written) - len(content))))
    content[at:at + len(written)] = written


def _rename(names: dict[Path, int], event: tuple[Any, ...]) -> None:
    if event[0] == "name":
        names[event[1]] = event[2]
    elif event[0] == "remove":
        names.pop(event[1], None)
    elif event[1] in names:
        names[event[2]] = names.pop(event[1])


def _left(event: tuple[Any, ...], chance: random.Random) -> list[tuple[Any, ...]]:
    """What of an unsynced call reached the disk."""
    way = chance.choice(("all", "none", "torn"))
    if way == "none" or event[0] == "cut":
        return [event] * (way == "all")
    if way == "all":
        return [event]
    _, number, at, written = event
    cuts = [0, *range(SECTOR - at % SECTOR, len(written), SECTOR), len(written)]
    sectors = [("write", number, at + begin, written[begin:end]) for begin, end in pairwise(cuts)]
    return [sector for sector in sectors if chance.random() < 0.5]


def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the real disk: what is tested stands in the image."""
    monkeypatch.setattr(disk, "keep", lambda place: None)
    monkeypatch.setattr(disk, "keep_names", lambda folder: None)
    monkeypatch.setattr(os, "fsync", lambda place: None)
