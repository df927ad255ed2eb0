"""How old a segment may become, by a clock that is not believed when it jumps."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise
from typing import Final

from shall.core.decisions import Clock
from shall.journal.chain import Chain, Link
from shall.stores.decisions.sealing import Sealer

SECOND: Final = 1_000_000
HOUR, DAY, LEAP = 3600 * SECOND, 86400 * SECOND, 7 * 86400 * SECOND


class Retention:
    """Lets segments go that are older than ``days``.

    A clock that runs ahead would let go of everything. So time passes here no faster than the machine counts it, and
    where it leapt between two segments, or since the last, a day of service passes first.
    """

    def __init__(self, days: float, clock: Clock, chain: Chain, alarms: Counter[str]) -> None:
        self._age, self._clock, self._alarms = int(days * DAY), clock, alarms
        self._began, self._counted = clock(), time.monotonic_ns()
        sealed = [link.at for number, link in chain.segments.items() if number not in chain.removed]
        leapt = any(later - earlier > max(self._age, LEAP) for earlier, later in pairwise([*sealed, self._began]))
        self._wait = DAY if leapt else 0
        alarms["clock"] += leapt

    def __call__(self, sealer: Sealer) -> list[Link]:
        """Let go of what is too old now. OSError."""
        passed = (time.monotonic_ns() - self._counted) // 1000
        now, expected = self._clock(), self._began + passed
        if now > expected + HOUR:
            self._alarms["clock"] += 1
            now = expected
        return [] if passed < self._wait else sealer.let_go(now - self._age)
