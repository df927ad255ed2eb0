"""What comes in one turn of the loop is decided in one call and kept in one group: a row costs the graph a third then.

A graph says the same bits for any number of rows at a time, so nobody's answer depends on who else asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.runtimes.service import Decided

MOST: Final = 256                           # rows of one call: about five milliseconds of a large graph
Model = tuple[str, str | None]              # its name, and the version that was asked for
Rows = Sequence[Mapping[str, Any]]
Result = tuple["Decided", Exception | None]     # the second: why it is not kept
Item = tuple[Rows, "asyncio.Future[Result]"]


class Together:
    """Collects what asks one model. ``decide`` answers some rows of so many requests, ``keep`` waits for the log."""

    def __init__(self, decide: Callable[[Model, Rows, int], Decided],
                 keep: Callable[[Model, Decided], Awaitable[Exception | None]]) -> None:
        self._decide, self._keep = decide, keep
        self._turns: dict[Model, list[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, model: Model, rows: Rows) -> Result:
        """What is decided on some rows. What ``decide`` raises of them."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Result] = loop.create_future()
        turn = self._turns.setdefault(model, [])
        if not turn:
            loop.call_soon(self._begin, model)      # behind what else came in this turn
        turn.append((rows, waiting))
        return await waiting

    def waits(self, model: Model) -> bool:
        """Whether somebody is about to be decided in this turn."""
        return model in self._turns

    def _begin(self, model: Model) -> None:
        for items in _parted(self._turns.pop(model)):
            self._run(model, items)

    def _run(self, model: Model, items: Sequence[Item]) -> None:
        try:
            decided = self._decide(model, _rows(items), len(items))
        except Exception as problem:
            if len(items) == 1:
                _finish(items[0][1], problem)
            else:                           # something is wrong with one of them: everybody hears of his own rows
                for item in items:
                    self._run(model, [item])
            return
        task = asyncio.get_running_loop().create_task(self._kept(model, items, decided))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _kept(self, model: Model, items: Sequence[Item], decided: Decided) -> None:
        try:
            error = await self._keep(model, decided)
        except Exception as problem:        # it may be kept or not: nobody is told that it is
            error = problem
        start = 0
        for rows, waiting in items:
            _finish(waiting, (_part(decided, start, start + len(rows)), error))
            start += len(rows)


def _rows(items: Sequence[Item]) -> Rows:
    return items[0][0] if len(items) == 1 else [*chain.from_iterable(rows for rows, _ in items)]


def _parted(items: list[Item]) -> list[list[Item]]:
    """Not more than `MOST` rows in one call."""
    parts: list[list[Item]] = [[]]
    number = 0
    for item in items:
        if parts[-1] and number + len(item[0]) > MOST:
            parts.append([])
            number = 0
        parts[-1].append(item)
        number += len(item[0])
    return parts


def _part(decided: Decided, start: int, stop: int) -> Decided:
    """What one of them is answered; what is compared later is compared once, behind the first."""
    if start == 0 and stop == len(decided.answers):
        return decided
    outputs = {name: value[start:stop] for name, value in decided.outputs.items()}
    return type(decided)(decided.answers[start:stop], [], None if start else decided.later, outputs, decided.version,
                         decided.mode)


def _finish(waiting: asyncio.Future[Result], found: Result | Exception) -> None:
    if waiting.done():                      # who asked is gone
        return
    if isinstance(found, Exception):
        waiting.set_exception(found)
    else:
        waiting.set_result(found)
