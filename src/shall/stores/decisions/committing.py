"""One thread that keeps what many submit: it collects what waits, and each group is written and synced once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from shall.core.decisions import Told
from shall.core.errors import StoreError

GROUP: Final = 2**24                        # bytes that are written at once
WAITING: Final = 2**28                      # bytes that may wait


class Item(NamedTuple):
    """What one submitted."""

    part: bytes
    rows: int
    told: Told


class QueueFull(StoreError):
    """Too many wait for the disk: try again soon."""


class Committer:
    """Bounded: beyond ``most`` that wait, QueueFull.

    ``keep`` writes a group and raises OSError; ``tick`` is called between groups and gives the seconds until it
    wants to be called again, None where it does not; ``failed`` makes an error of one.
    """

    def __init__(self, name: str, most: int, keep: Callable[[Sequence[bytes], int], None],
                 tick: Callable[[], float | None], failed: Callable[[OSError], StoreError]) -> None:
        self._most, self._keep, self._tick, self._failed = most, keep, tick, failed
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._lock, self._bell = threading.Lock(), threading.Lock()
        self._bell.acquire()
        self._asleep = self._closed = False
        self.grouped: Callable[[], None] | None = None          # called when all of a group were told
        self.faults = 0                                         # of `told` and `grouped`
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many submitted and were not told yet, but for the group that is being written."""
        return len(self._items)

    def submit(self, item: Item) -> None:
        """Put in line; QueueFull, or StoreError where it is closed."""
        with self._lock:
            if self._closed:
                raise StoreError("the log is closed")
            if len(self._items) >= self._most or (self._bytes > WAITING):
                raise QueueFull(f"{len(self._items):,} decisions wait for the disk: try again soon")
            self._items.append(item)
            self._bytes += len(item.part)
            wake, self._asleep = self._asleep, False
        if wake:
            self._bell.release()

    def close(self) -> None:
        """Keep what waits, and end the thread."""
        with self._lock:
            self._closed = True
            wake, self._asleep = self._asleep, False
        if wake:
            self._bell.release()
        self._thread.join()

    def _run(self) -> None:
        while True:
            pause = self._tick()
            group = self._group(pause)
            if group:
                self._write(group)
            elif self._closed and not self._items:
                return

    def _group(self, pause: float | None) -> list[Item]:
        with self._lock:
            sleeps = self._asleep = not self._items and not self._closed
        if sleeps and not self._bell.acquire(timeout=-1 if pause is None else max(pause, 0.001)):
            with self._lock:
                rung, self._asleep = not self._asleep, False
            if rung:                        # just after the time was over
                self._bell.acquire()
        return self._taken()

    def _taken(self) -> list[Item]:
        group: list[Item] = []
        size = 0
        with self._lock:
            while self._items and (not group or size + len(self._items[0].part) <= GROUP):
                group.append(self._items.popleft())
                size += len(group[-1].part)
            self._bytes -= size
        return group

    def _write(self, group: Sequence[Item]) -> None:
        problem: Exception | None = None
        try:
            self._keep([item.part for item in group], sum(item.rows for item in group))
        except OSError as error:
            problem = self._failed(error)
        except Exception as error:          # the thread goes on: others may be kept
            problem = error if isinstance(error, StoreError) else StoreError(f"nothing was kept: {error!r}")
        for item in group:
            try:
                item.told(problem)
            except Exception:               # whoever is told must not stop the others from being told
                self.faults += 1
        if self.grouped is not None:
            try:
                self.grouped()
            except Exception:
                self.faults += 1
