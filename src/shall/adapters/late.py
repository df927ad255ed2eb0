"""Labels that come later, as they are now: joined to rows of a log that goes on being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.decisions import SentLabels
from shall.adapters.joined import id_column, known_labels
from shall.core.log import Log
from shall.journal.layout import is_log


class LateLabels:
    """What is known of each id: of a decision the newest label. ``open`` gives the log at the place, once it is there.

    ``on``: the column of ids in the rows; ``label``: the column that the labels become.
    """

    def __init__(self, place: Path, open: Callable[[], Log], on: str, label: str) -> None:
        self._place, self._open, self.on, self.label = place, open, on, label
        self._mark: object = None
        self._sent: SentLabels | None = None
        self._ids: pa.Array = pa.nulls(0)
        self._labels: pa.ChunkedArray = pa.chunked_array([pa.nulls(0)])
        self._used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None

    def look(self) -> bool:
        """Take in what is there now; whether it may have changed. DataError as `with_labels`."""
        mark = _mark(self._place)
        if mark == self._mark:
            return False
        if is_log(self._place):
            self._sent = self._sent or SentLabels(self._place)
            self._sent.look()
            self._ids, self._labels = self._sent.known()
        elif (log := self.log()) is not None:
            known = known_labels(log, self.on, self.label)
            self._ids, self._labels = known.column(0).combine_chunks(), known.column(1)
        self._mark = mark
        return True

    def log(self) -> Log | None:
        """The log of labels; None where there is none yet."""
        return self._open() if self._place.exists() else None

    @property
    def type(self) -> Any:
        """Of the labels."""
        return self._labels.type

    def of(self, ids: pa.Array, name: str) -> pa.Array:
        """The label of each id; missing where there is none yet."""
        wanted = id_column(ids, self.on, name)
        if not len(self._ids) or wanted.type != self._ids.type:
            return pa.nulls(len(ids), self.type)
        places = pc.index_in(wanted, self._ids, skip_nulls=True)
        if self._used is not None:
            self._used[places.drop_null().to_numpy()] = True
        found = self._labels.take(places)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    def of_one(self, ids: pa.Array, name: str) -> pa.Array:
        """The same of a single id, by looking through all that is known."""
        wanted = id_column(ids, self.on, name)
        if not len(self._ids) or wanted.type != self._ids.type or wanted.null_count:
            return pa.nulls(len(ids), self.type)
        place = pc.index(self._ids, wanted[0]).as_py()
        found = self._labels.take(pa.array([place if place >= 0 else None], pa.int64()))
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    @contextmanager
    def only_used(self) -> Iterator[None]:
        """Let go of labels that were sent and that nobody asks for meanwhile: all rows that still wait are to ask."""
        self._used = np.zeros(len(self._ids), dtype=bool)
        try:
            yield
            if self._sent is not None and not self._used.all():
                self._sent.keep(pa.array(np.flatnonzero(self._used)))
                self._ids, self._labels = self._sent.known()
        finally:
            self._used = None


def _mark(place: Path) -> object:
    """What changes when a file does."""
    if not place.exists():
        return None
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    found = []
    for path in files:
        try:
            told = path.stat()
        except FileNotFoundError:           # sealed, and gone, just now
            continue
        found.append((str(path), told.st_size, told.st_mtime_ns, told.st_ino))
    return found
