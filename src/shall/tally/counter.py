"""Counting as the rows come: a few at a time, or many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import pyarrow as pa

from shall.core.errors import DataError
from shall.tally.kernel import count
from shall.tally.plan import Plan
from shall.tally.tally import Tally

ENOUGH: Final = 2**17                       # rows that are counted at once; smaller batches wait for one another
MOST_WAITING: Final = 512                   # batches
MERGE: Final = 16                           # partial tallies kept before they are added up


def accumulate(plan: Plan, batches: Iterable[pa.RecordBatch], progress: Callable[[int], None] | None = None) -> Tally:
    """The tally of many batches; ``progress`` is called with the rows of each."""
    counter = Counter(plan)
    for batch in batches:
        counter.add(batch)
        if progress is not None:
            progress(batch.num_rows)
    return counter.tally()


class Counter:
    """The tally of all batches added so far.

    A batch of one row costs what it costs to keep it, some microseconds: counting takes many rows at a time. So what is
    wrong with a batch may be told by a later `add`, or by `tally`; all other batches are counted nevertheless.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._parts = [Tally.zero(plan)]
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch, now or later; DataError where it, or one before it, cannot be read."""
        rows = batch.num_rows
        if rows >= ENOUGH:
            self._keep(count(self._plan, batch))
            return
        self._waiting.append(batch)
        self._rows += rows
        if self._rows >= ENOUGH or len(self._waiting) >= MOST_WAITING:
            self._count()

    def tally(self) -> Tally:
        """The tally of all that was added; adding may go on."""
        self._count()
        self._parts = [Tally.added(self._parts)]
        return self._parts[0]

    def _count(self) -> None:
        """Count what waits, as one batch; one by one where it is not of one kind, or one is wrong."""
        waiting, self._waiting, self._rows = self._waiting, [], 0
        if not waiting:
            return
        try:
            part = count(self._plan, _joined(waiting, self._plan.columns))
        except (pa.ArrowException, DataError, KeyError, ValueError):
            self._one_by_one(waiting)
        else:
            self._keep(part)

    def _one_by_one(self, batches: list[pa.RecordBatch]) -> None:
        wrong: Exception | None = None
        for batch in batches:
            try:
                self._keep(count(self._plan, batch))
            except (DataError, ValueError) as error:
                wrong = wrong or error
        if wrong is not None:
            raise wrong

    def _keep(self, part: Tally) -> None:
        self._parts.append(part)
        if len(self._parts) > MERGE:
            self._parts = [Tally.added(self._parts)]


def _joined(batches: list[pa.RecordBatch], columns: tuple[str, ...]) -> pa.RecordBatch:
    """One batch of several; ArrowException, or ValueError, where they do not go together."""
    if len(batches) == 1:
        return batches[0]
    if not columns:
        raise ValueError("no column would tell how many rows there are")
    table = pa.Table.from_batches(batches).select(columns).combine_chunks()
    (whole,) = table.to_batches() or [batches[0]]
    return whole
