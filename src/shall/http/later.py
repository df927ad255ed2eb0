"""What is decided beside the answers, when they have left: shadows and apprentices. It never slows an answer."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Final

from shall.core.decisions import Record, Sink
from shall.core.errors import ShallError

Work = Callable[[], Sequence[tuple[Sink, Sequence[Record]]]]
NICE: Final = 0.001                         # seconds between two pieces of work: the loop takes its turn


class Later:
    """One thread and a bounded queue; what finds it full is dropped and counted.

    ``alarms``: how many were dropped, how many failed, how many records could not be kept.
    """

    def __init__(self, most: int = 256) -> None:
        self.alarms = {"later_dropped": 0, "later_failed": 0, "later_not_logged": 0}
        self.compared: Counter[tuple[str, str]] = Counter()     # rows, by model and mode
        self._queue: deque[Work] = deque()
        self._most = most
        self._there = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, work: Work) -> None:
        """Do it later, or not at all."""
        if len(self._queue) >= self._most:
            self.alarms["later_dropped"] += 1
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="shall-later", daemon=True)
            self._thread.start()
        self._queue.append(work)
        self._there.set()

    def close(self, seconds: float = 10.0) -> None:
        """Do what waits, at most for so long."""
        self._closed.set()
        self._there.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            self._there.wait()
            self._there.clear()
            while self._queue:
                self._do(self._queue.popleft())
                self._closed.wait(NICE)
            if self._closed.is_set():
                return

    def _do(self, work: Work) -> None:
        try:
            for sink, records in work():
                sink.submit(records, self._told)
                self.compared.update((one.model, one.mode) for one in records)
        except ShallError:
            self.alarms["later_not_logged"] += 1
        except Exception:                   # a fault of a model that answers nobody must not stop the others
            self.alarms["later_failed"] += 1

    def _told(self, error: Exception | None) -> None:
        if error is not None:
            self.alarms["later_not_logged"] += 1
