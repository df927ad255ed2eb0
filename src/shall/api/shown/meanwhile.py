"""Work that takes seconds, done once beside whoever asks, and again when what it stands on has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

AT_ONCE: Final = 2                          # pieces of work
KEPT: Final = 24                            # results
Made = TypeVar("Made")


@dataclass(slots=True)
class Meanwhile:
    """A few pieces of work at a time; what raises an error raises it to everybody who asks."""

    at_once: int = AT_ONCE
    _known: dict[Hashable, tuple[object, Future[Any]]] = field(default_factory=dict)
    _worker: ThreadPoolExecutor = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._worker = ThreadPoolExecutor(self.at_once, "shall-meanwhile")

    def of(self, key: Hashable, seen: object, work: Callable[[], Made], patience: float = 0.0) -> Made | None:
        """What ``work`` gives, begun when it is first asked for; None where it is not done after so many seconds.

        ``seen``: what changes when the work has to be done again.
        """
        with self._lock:
            if key not in self._known or self._known[key][0] != seen:
                while len(self._known) >= KEPT:
                    del self._known[next(iter(self._known))]
                self._known[key] = (seen, self._worker.submit(work))
            future: Future[Made] = self._known[key][1]
        try:
            return future.result(patience)
        except TimeoutError:
            return future.result() if future.done() else None      # it ended just now, or says that it took too long
