"""What a store of evidence is: records in a chain of digests, looks at gates, blobs by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened. It is never changed; ``hash`` covers all the rest, ``previous`` the record before."""

    sequence: int                           # 1, 2, 3, … without a gap; the order, whatever the clocks said
    kind: str                               # "verdicts", "look", "blob", …
    subject: str                            # what it is about: a digest or a name
    key: str | None                         # of one kind, subject and key there is one record only
    body: Mapping[str, Any]                 # JSON
    created: str                            # UTC, ISO 8601
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a gate: the ``number``-th subject put to it; 0 where nobody counts."""

    number: int
    budget: int
    repeated: bool                          # this subject was put to this gate before
    left: int                               # looks that this gate still has at this budget
    at: str                                 # when this subject was first put to it


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: keep it elsewhere, and a store cut short or put back is found out."""

    sequence: int
    hash: str


class Store(Protocol):
    """Append-only evidence. Every method is one transaction; all raise StoreError when the store is damaged."""

    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        """Add a record; with a ``key`` that was there before, give back the record that was, unchanged."""
        ...

    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        """The records of a kind (and a subject), oldest first."""
        ...

    def latest(self, kind: str, subject: str | None = None) -> Record | None:
        """The newest record of a kind (and a subject)."""
        ...

    def look(self, gate: str, subject: str, budget: int) -> Look:
        """Put a subject to a gate; a repeat is free. Raises LooksSpent beyond the budget."""
        ...

    def looks(self, gate: str) -> tuple[Look, ...]:
        """The looks at a gate so far, oldest first."""
        ...

    def put_blob(self, content: bytes) -> str:
        """Keep some bytes; gives their SHA-256, hexadecimal."""
        ...

    def blob(self, digest: str) -> bytes:
        """The bytes of a digest."""
        ...

    def head(self) -> Head:
        """The end of the chain now."""
        ...

    def verify(self, known: Head | None = None) -> Head:
        """Read everything again and check it; StoreError names the first bad record.

        With a ``known`` head, also check that the chain still contains it.
        """
        ...

    def close(self) -> None:
        """Let go of the file or connection."""
        ...
