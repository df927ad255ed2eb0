"""What is logged of a decision in service, and what keeps it and counts the time there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

Mode = Literal["live", "canary", "shadow", "apprentice"]
What = Literal["number", "text", "date", "truth"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of what is logged: an input of the graph, a column that only the requirements need, or an output."""

    name: str
    what: What


class Record(NamedTuple):
    """One decision as it is logged. It is never changed: a correction is another record."""

    id: str                                 # the evidence id, from `Sink.next_id`
    time: int                               # microseconds since 1970, UTC
    request: str                            # what the client calls it, or nothing
    model: str                              # "income@7"
    digest: str                             # of the bundle
    mode: Mode
    values: tuple[Any, ...]                 # in the order of the fields of the sink; None is missing
    weight: float = 1.0                     # one over the chance that it was kept, where not all are


class Label(NamedTuple):
    """What turned out to be true of a decision. A later one of the same decision corrects an earlier one."""

    decision: str                           # the evidence id, or what the client calls the request
    label: str | float | bool
    time: int                               # microseconds since 1970, UTC: when it became known
    source: str = ""                        # who says so


Told = Callable[[Exception | None], None]


class Sink(Protocol):
    """Where decisions are kept before they are answered."""

    @property
    def fields(self) -> Sequence[Field]:
        """The columns of `Record.values`."""
        ...

    def next_id(self) -> str:
        """An evidence id that nobody else has."""
        ...

    def submit(self, records: Sequence[Record], told: Told) -> None:
        """Keep some records, all or none; returns at once.

        ``told`` is called from another thread: with None when they are on the disk, with a StoreError when they
        are not and will not be. StoreError at once where the queue is full.
        """
        ...

    def write(self, records: Sequence[Record]) -> None:
        """The same, and wait for it."""
        ...

    def close(self) -> None:
        """Keep what was submitted, and let go of the files."""
        ...


class Clock(Protocol):
    """Counts the time: microseconds since 1970, UTC."""

    def __call__(self) -> int: ...
