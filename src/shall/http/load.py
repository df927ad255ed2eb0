"""Whether there is more to do than can be done: what waits here, for how long it will, and for how long already."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Final

from shall.http.limits import Limits

SLOWLY: Final = 0.05                        # of a new time in the mean of times
LONGEST: Final = 0.05                       # seconds of one decision that count: a large one is not the rule
BESIDE: Final = 0.0001                      # seconds of a request beside its decision


class Load:
    """What one event loop has taken and not begun yet. It sheds where the queue never empties, and would wait long.

    A burst waits: up to `burst` decisions always may, and all of them while the queue was empty not long ago.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.waiting = self.shed = self._round = 0
        self.seconds = 0.0005               # that one decision takes, about
        self._emptied, self._idle = monotonic(), True

    def full(self) -> bool:
        """Whether one more is too many."""
        waiting, limits = self.waiting, self._limits
        if waiting < limits.burst:
            return False
        if waiting >= limits.in_flight or (waiting * self.seconds > limits.patience
                                           and monotonic() - self._emptied > limits.overloaded):
            self.shed += 1
            return True
        return False

    def came(self) -> None:
        """One more waits."""
        if self._idle:                      # until now
            self._emptied, self._idle = monotonic(), False
        self.waiting += 1
        self._round += 1

    def begun(self) -> None:
        """It waits no more."""
        self.waiting -= 1
        if self.waiting:
            return
        if self._round < self._limits.burst // 2:
            self._emptied, self._idle = monotonic(), True
        else:                               # what came meanwhile is behind the door: look once the loop has read it
            asyncio.get_running_loop().call_soon(self._look)
        self._round = 0

    def took(self, seconds: float) -> None:
        """How long one decision kept the loop."""
        self.seconds += SLOWLY * (min(seconds + BESIDE, LONGEST) - self.seconds)

    def _look(self) -> None:
        if not self.waiting:
            self._emptied, self._idle = monotonic(), True
