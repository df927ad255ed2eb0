"""The labels of a log: a folder beside the decisions, opened with the first label."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from shall.core.decisions import Clock, Label, Told
from shall.core.errors import InputError
from shall.journal import rows
from shall.journal.layout import DECISIONS, LABELS, is_log, marked
from shall.stores.decisions.backroom import Backroom
from shall.stores.decisions.committing import Item
from shall.stores.decisions.labels import checked
from shall.stores.decisions.ordering import Order
from shall.stores.decisions.shelf import Shelf
from shall.stores.decisions.terms import Terms
from shall.stores.decisions.waiting import wait
from shall.stores.decisions.writing import Reserve

ROWS: Final = 65536                         # of a segment


class Labelled:
    """Each label gets a number that is higher than that of all before it, in every process."""

    def __init__(self, decisions: Path, terms: Terms, backroom: Backroom) -> None:
        self._folder, self._terms, self._backroom = decisions / LABELS, terms, backroom
        self._opening = threading.Lock()
        self._order: Order | None = None
        self.shelf: Shelf | None = None

    def submit(self, labels: Sequence[Label], told: Told) -> None:
        """Keep some labels, all or none; returns at once. DataError, StoreError."""
        checked(labels)
        part = rows.encoded(labels)
        with self._opening:
            if self.shelf is None:
                self.shelf = Shelf(self._folder, LABELS, (), self._terms, self._backroom, self._ordered)
        self.shelf.line.submit(Item(part, len(labels), told))

    def close(self) -> None:
        """Let go of the order."""
        if self._order is not None:
            self._order.close()

    def _ordered(self, folder: Path) -> Reserve:
        self._order = self._order or Order(folder)
        return self._order.reserve


class LabelLog:
    """The labels of a log that others write, or nobody: from a file or a table, not from a server."""

    def __init__(self, decisions: Path, clock: Clock) -> None:
        if not is_log(decisions) or marked(decisions)["kind"] != DECISIONS:
            raise InputError(f"{decisions} is no log of decisions: name the folder that a server writes, "
                             "decisions/NAME")
        self._backroom = Backroom(Counter(), None)
        self._labelled = Labelled(decisions, Terms("must", clock, ROWS, 300.0, None, None, 1000, 0, None),
                                  self._backroom)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, labels: Sequence[Label]) -> None:
        """Keep some labels, all or none, and wait for it. DataError, StoreError."""
        wait(lambda told: self._labelled.submit(labels, told))

    def close(self) -> None:
        """Seal what was kept, and let go of the files."""
        if (shelf := self._labelled.shelf) is not None:
            shelf.close()
        self._backroom.close()
        if shelf is not None:
            shelf.writer.release()
        self._labelled.close()
