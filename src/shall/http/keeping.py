"""Waits until decisions are on the disk. The loop is woken once for a group of them, not once for each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

from shall.core.errors import StoreError

Submit = Callable[[Any, Callable[[Exception | None], None]], None]
Waiting = asyncio.Future[Exception | None]


class Keeping:
    """Hands records to sinks and waits for them, at most for ``seconds``; to be used in one event loop."""

    def __init__(self, seconds: float = 30.0) -> None:
        self.seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: deque[tuple[Waiting, Exception | None]] = deque()
        self._woken = False
        self._since: dict[Waiting, float] = {}      # in the order of their times
        self._line: list[tuple[Waiting, Submit, Any]] = []

    async def __call__(self, work: Sequence[tuple[Submit, Any]]) -> Exception | None:
        """None when all of it is kept, or why it is not."""
        error: Exception | None = None
        for waiting in [self._submit(submit, records) for submit, records in work]:
            error = await waiting or error
        return error

    def overdue(self) -> None:
        """Give up what has waited for too long; to be called now and then."""
        late = monotonic() - self.seconds
        while self._since and next(iter(self._since.values())) < late:
            waiting = next(iter(self._since))
            self._finish(waiting, StoreError("the log did not answer in time"))

    def _submit(self, submit: Submit, records: Any) -> Waiting:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        waiting: Waiting = self._loop.create_future()
        self._since[waiting] = monotonic()
        if not self._line:
            self._loop.call_soon(self._hand)        # behind what else came in this turn of the loop: they share a sync
        self._line.append((waiting, submit, records))
        return waiting

    def _hand(self) -> None:
        line, self._line = self._line, []
        for waiting, submit, records in line:
            try:
                submit(records, partial(self._tell, waiting))
            except Exception as error:      # whatever it is: who waits has to know
                self._finish(waiting, error)

    def _tell(self, waiting: Waiting, error: Exception | None) -> None:
        """In the thread of the sink."""
        self._told.append((waiting, error))
        if not self._woken and self._loop is not None:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._wake)
            except RuntimeError:            # the loop is closed: nobody waits
                self._told.clear()

    def _wake(self) -> None:
        self._woken = False                 # before the first is taken: what comes later wakes again
        while self._told:
            self._finish(*self._told.popleft())

    def _finish(self, waiting: Waiting, error: Exception | None) -> None:
        self._since.pop(waiting, None)
        if not waiting.done():
            waiting.set_result(error)
