"""What one window may spend of the allowed false alarms, where the clock of these is not that of the windows.

Windows of 10,000 rows and one false alarm a year: how many windows a year will have, nobody knows. So a window may
spend what the time is worth that has gone since the one before began; a tenth of a period is there at the start, and
at most that waits. This is told by the first row of a window, before anything is known of its outcome: whatever the
traffic, the spent is `e_detector.ALARM` times less than that tenth and the time gone in periods, so a model at its
bound is expected to alarm for the first time after a period at the earliest (optional stopping, as in
`stats/e_detector.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.stats.e_detector import AHEAD, ALARM


class Spending:
    """The share of one false alarm that each window may spend. ``period``: seconds, or rows, to one false alarm."""

    def __init__(self, period: float) -> None:
        self.period = period
        self._shares: dict[int, float] = {}
        self._waits, self._clock, self._stood = AHEAD, -math.inf, 0     # as the wealth of the e-detector

    def hear(self, index: NDArray[np.int64], clock: NDArray[np.float64]) -> None:
        """Rows came: int64[rows], the window of each, and float64[rows], the clock at each."""
        begins = np.flatnonzero(np.append(True, index[1:] != index[:-1])[:len(index)])
        for row, window in zip(begins.tolist(), index[begins].tolist(), strict=True):
            if window not in self._shares:
                self._begin(window, float(clock[row]))

    @property
    def known(self) -> int:
        """Of how many windows the share is known."""
        return len(self._shares)

    def share(self, window: int) -> float:
        """What a window may spend; one of which no row was heard begins now."""
        if window not in self._shares:
            self._begin(window, self._clock)
        return self._shares[window]

    def forget(self, window: int) -> None:
        """A window was judged, and is not kept any more."""
        self._shares.pop(window, None)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {"period": self.period, "shares": sorted(self._shares.items()), "waits": self._waits,
                "clock": self._clock if math.isfinite(self._clock) else None, "stood": self._stood}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told; where another rate was allowed then, all begins anew."""
        if told["period"] == self.period:
            self._shares = {window: share for window, share in told["shares"]}
            self._waits, self._stood = told["waits"], told["stood"]
            self._clock = -math.inf if told["clock"] is None else told["clock"]

    def _begin(self, window: int, clock: float) -> None:
        gone = max(0.0, clock - self._clock) / self.period if math.isfinite(self._clock) else 0.0
        self._stood = 1 if clock > self._clock else self._stood + 1
        self._clock, waits = max(self._clock, clock), min(self._waits + gone, AHEAD)
        spent = waits / (self._stood + 1)           # while the clock stands some is left
        self._waits, self._shares[window] = waits - spent, spent / ALARM
