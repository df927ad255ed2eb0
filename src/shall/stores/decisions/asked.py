"""What was answered under a request, by this process or another, before a crash or after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from shall.core.decisions import Field, Record, Told
from shall.core.errors import StoreError
from shall.journal import rows
from shall.stores.decisions.claiming import Left
from shall.stores.decisions.following import Others, in_order, sealed_last
from shall.stores.decisions.memory import Memory
from shall.stores.decisions.sealed import SealedRequests

BACK: Final = 2**20                         # rows sealed by each writer whose requests are known at once
WINDOW: Final = 3600.0                      # seconds before its last segment


class Asked:
    """The newest requests of a folder: as they are kept here, and read from what is there already."""

    def __init__(self, folder: Path, fields: Sequence[Field], own: str, most: int, alarms: Counter[str]) -> None:
        self._sealed, self._alarms = SealedRequests(fields), alarms
        self._memory = Memory(most, self._sealed)
        self._folder, self._fields = folder, tuple(fields)
        self._others = Others(folder, fields, own)

    def recall(self, left: list[Left]) -> None:
        """Read what was kept before; ``left`` are our own journals, which are let go of here."""
        self._others.look()                 # before: what is sealed meanwhile is in either
        for segments in sealed_last(self._folder).values():
            self._look_back(segments)
        self._sealed.sort()
        for one in left:
            for frame in one.content.frames[1:]:
                known = [record for part in rows.records_of(frame) for record in part]
                self._memory.learn(in_order(known, one.header.fields, self._fields))
        left.clear()
        self._catch_up("")

    def begin(self, request: str, told: Told) -> bool:
        """Whether nobody else has this request; else ``told`` hears Repeated, once the other is on the disk."""
        return self._memory.begin(request, told)

    def end(self, request: str, part: bytes, problem: Exception | None) -> None:
        """The request is on the disk, or it is not and will not be."""
        self._memory.end(request, part, problem)

    def records(self, request: str) -> list[Record] | None:
        """What is on the disk under a request, if it is remembered."""
        if (found := self._memory.records(request)) is None:
            self._catch_up(request)
            found = self._memory.records(request)
        return found

    def unknown(self, requests: Sequence[str]) -> list[str]:
        """Those that are not remembered: of the newest ones, nobody had them."""
        if left := [request for request in requests if not self._memory.knows(request)]:
            self._catch_up("")
        return [request for request in left if not self._memory.knows(request)]

    def close(self) -> None:
        """Let go of the files of the others."""
        self._others.close()

    def _catch_up(self, request: str) -> None:
        try:
            for other, new in self._others.new():
                if isinstance(new, Path):
                    self._index(new)
                    continue
                self._memory.learn(new)
                if request and any(record.request == request for record in new):
                    other.keep()            # before it is answered with
        except (OSError, ValueError):       # `verify` tells what is wrong there
            self._alarms["damaged"] += 1

    def _look_back(self, segments: Sequence[Path]) -> None:
        """The segments of one writer, newest first: two of them, and all of its last hour up to a million rows."""
        rows_left, newest = BACK, _sealed_at(segments[0])
        for place, path in enumerate(segments):
            if rows_left <= 0 or (place > 1 and newest - _sealed_at(path) > WINDOW):
                return
            rows_left -= self._index(path)

    def _index(self, path: Path) -> int:
        try:
            return self._sealed.add(path)
        except FileNotFoundError:           # let go meanwhile
            return 0
        except (OSError, StoreError):       # `verify` tells what is wrong there
            self._alarms["damaged"] += 1
            return 0


def _sealed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:               # let go just now
        return 0.0
