"""Decisions or labels of one folder: a line of those who submit, and the writer that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from shall.core.decisions import Field
from shall.core.errors import Unusable
from shall.journal.layout import mark
from shall.stores.decisions.backroom import Backroom
from shall.stores.decisions.committing import Committer
from shall.stores.decisions.retention import Retention
from shall.stores.decisions.terms import Terms
from shall.stores.decisions.writing import AGAIN, Reserve, Writer, told_of


class Shelf:
    """Made with its folder where that is not there. StoreError."""

    def __init__(self, folder: Path, kind: str, fields: Sequence[Field], terms: Terms, backroom: Backroom,
                 reserve: Callable[[Path], Reserve] | None = None) -> None:
        self.folder, self._terms, self._backroom = folder, terms, backroom
        try:
            mark(folder, kind, fields)
            order = None if reserve is None else reserve(folder)
            self.writer = Writer(folder, kind, fields, terms.clock, backroom.alarms, order)
        except OSError as problem:
            raise Unusable(f"{folder} cannot be opened for writing: {problem.strerror or problem}. Check the path and "
                           "its rights") from problem
        backroom.add(self.writer, self._retention())
        self.line = Committer(f"shall-{kind}", terms.queue, self.writer.append, self._tick,
                              lambda problem: told_of(problem, folder))

    def close(self) -> None:
        """Keep what waits; the journal is left to be sealed."""
        self.line.close()
        self.writer.close()

    def _retention(self) -> Retention | None:
        if (days := self._terms.keep_days) is None:
            return None
        return Retention(days, self._terms.clock, self.writer.sealer.chain, self._backroom.alarms)

    def _tick(self) -> float | None:
        """Seal what is full or old enough; the seconds until there is something to look at again."""
        if not self.writer.rows:
            return None
        left = self._terms.seconds - self.writer.age
        if self.writer.rows < self._terms.rows and left > 0:
            return left
        if not self.writer.rotate():
            return AGAIN
        self._backroom.ring()
        return None
