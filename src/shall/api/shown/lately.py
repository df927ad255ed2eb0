"""What takes a while to find in a log that grows: found again when the log is another one, and it is time."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

KEPT: Final = 16                            # results
LONG: Final = 0.05                          # seconds of a processor: what takes less is never old
SHARE: Final = 10.0                         # of that time, until it is found again
Found = TypeVar("Found")


@dataclass(slots=True)
class Lately:
    """Results by a key; ``used`` counts the seconds that this thread had a processor."""

    clock: Callable[[], float] = time.monotonic
    used: Callable[[], float] = time.thread_time
    _known: dict[Hashable, tuple[object, float, Any]] = field(default_factory=dict)

    def of(self, key: Hashable, seen: object, work: Callable[[], Found]) -> Found:
        """What ``work`` gives; ``seen``: what changes when it has to be done again, at once where it takes little."""
        known = self._known.get(key)
        if known is not None and (known[0] == seen or self.clock() < known[1]):
            found: Found = known[2]
            return found
        began = self.used()
        found = work()
        took = self.used() - began
        while len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known)), None)
        self._known[key] = seen, self.clock() + (SHARE * took if took > LONG else 0.0), found
        return found
