"""The logs that are open while bundles serve: one a folder, another one beside it while their columns change."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from shall.core.decisions import Field, Sink
from shall.core.errors import StoreError

GRACE: Final = 120.0                        # seconds in which requests that are in flight still write into an old log
Durable = Literal["must", "try"]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a log is kept: whether a decision may leave without it; of which rows all are kept, of the rest a share."""

    durable: Durable = "must"
    sample: float | None = None
    whole: tuple[tuple[str, str | bool], ...] = ()


Open = Callable[[Path, Sequence[Field], Keeping], Sink]


@dataclass(slots=True)
class Logs:
    """Opens each log once. What is not wanted any more is closed when nobody can be writing into it."""

    open: Open
    monotonic: Callable[[], float] = time.monotonic
    _open: dict[Path, tuple[object, Sink]] = field(default_factory=dict)
    _next: dict[Path, tuple[object, Sink]] = field(default_factory=dict)
    _retired: list[tuple[float, Sink]] = field(default_factory=list)

    def of(self, folder: Path, fields: Sequence[Field], keeping: Keeping = Keeping()) -> Sink:
        """The log in a folder with these columns: the one that is open, or a new one. StoreError.

        What was not asked for until `settle` is let go there; `undo` lets go of what was opened since.
        """
        asked = (tuple(fields), keeping)
        if folder in self._open and self._open[folder][0] == asked:
            self._next[folder] = self._open[folder]
        else:
            self._next[folder] = asked, self.open(folder, tuple(fields), keeping)
        return self._next[folder][1]

    def settle(self) -> None:
        """What was asked for since the last call is what is open; all else is closed in a while."""
        now = self.monotonic()
        kept = {id(sink) for _, sink in self._next.values()}
        self._retired += [(now, sink) for _, sink in self._open.values() if id(sink) not in kept]
        self._open, self._next = self._next, {}

    def undo(self) -> None:
        """What was open before stays so."""
        known = {id(sink) for _, sink in self._open.values()}
        opened = [sink for _, sink in self._next.values() if id(sink) not in known]
        self._next = {}
        _close(opened)

    def sweep(self) -> None:
        """Close what was let go of long enough ago."""
        now = self.monotonic()
        due = [sink for at, sink in self._retired if now - at >= GRACE]
        self._retired = [(at, sink) for at, sink in self._retired if now - at < GRACE]
        _close(due)

    def close(self) -> None:
        """Close every log. StoreError of the first that could not keep what it had, after all were closed."""
        self.undo()
        sinks = [sink for _, sink in self._open.values()] + [sink for _, sink in self._retired]
        self._open, self._retired = {}, []
        _close(sinks)


def _close(sinks: Sequence[Sink]) -> None:
    first: StoreError | None = None
    for sink in sinks:
        try:
            sink.close()
        except StoreError as error:
            first = first or error
    if first is not None:
        raise first
