"""What a store of evidence is: records in a chain of digests, looks at gates, blobs by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from shall.core.errors import InputError

# What shall itself records; a subject is a digest where nothing else is said.
KINDS: Final = {
    "alarm": "a promise was found broken in service; the subject is NAME@VERSION, or the name of what is watched",
    "approval": "somebody has approved a bundle",
    "blob": "bytes that another record names; the subject is their digest",
    "build": "a search and its verdicts; the subject is its name",
    "check": "evidence and verdicts of a check",
    "declined": "a proposal was declined, or taken back; the subject is that of the shall file",
    "done": "somebody did something on the page; the subject is who",
    "enders": "whose keys a server trusts to end a response; the subject is NAME@VERSION",
    "evidence": "evidence that came from elsewhere",
    "folder": "the files that a log was made of; the subject is the name of what decided",
    "further verdicts": "verdicts on a window of another size, which raises no alarm; the subject as of verdicts",
    "in charge": "a version answers from now on; the subject is the name",
    "in service": "a server has taken a version into service, by the digest of its bundle; the subject is NAME@VERSION",
    "lifted": "a recall is lifted; the subject is NAME@VERSION",
    "look": "a subject was put to a gate, which is the subject of the record",
    "lost": "in the place of a record that salvage did not find; the subject is its number",
    "proposal": "another line was proposed for a requirement; the subject is that of the shall file",
    "recall": "a version may not answer any more; the subject is NAME@VERSION",
    "response": "what was done about an alarm, or that it has ended; the subject is NAME@VERSION",
    "review": "a person said what a decision should have been; the subject is the name of the model",
    "retrained": "a version was trained again, and what came of it; the subject is NAME@VERSION",
    "salvaged": "the end of what was saved of a damaged file, which is the subject",
    "segment": "a finished segment of a decision log, and the head of its chain; the subject is the log",
    "shipped": "a bundle was packed, with its version; the subject is the name",
    "signed": "a proposal was signed; the subject is that of the shall file",
    "subset": "a part of the rows that somebody has named, as a filter; the subject is the name of the model",
    "take over": "verdicts on an apprentice, and whether it may take over; the subject is NAME@VERSION",
    "verdicts": "verdicts on a window of a log; the subject is NAME@VERSION, or the name of what is watched",
}
# Of these a store itself says who has begun the work, where nobody is named: the user of this machine.
BEGUN: Final = frozenset(("build", "check", "in charge", "shipped"))


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened. It is never changed; ``hash`` covers all the rest, ``previous`` the record before."""

    sequence: int                           # 1, 2, 3, … without a gap; the order, whatever the clocks said
    kind: str                               # one of `KINDS`, or of a plug-in
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
    why: str = ""                           # it is not counted, where it is not


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: keep it elsewhere, and a store cut short or put back is found out."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        """As it is printed, and read by `head_of`."""
        return f"{self.sequence}:{self.hash}"


def head_of(text: str) -> Head:
    """The head that a text says, `NUMBER:HASH`; InputError where it says none."""
    number, _, hash = text.strip().partition(":")
    if not number.isdecimal() or len(hash) != 64 or not set(hash) <= set("0123456789abcdef"):
        raise InputError(f"{text!r} is no head of a store: it is NUMBER:HASH, as `shall store head` prints it")
    return Head(int(number), hash)


class Store(Protocol):
    """Append-only evidence. Every method is one transaction; all raise StoreError when the store is damaged."""

    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        """Add a record; with a ``key`` that was there before, give back the record that was, unchanged.

        A body of one of `BEGUN` that says no ``by`` gets the user of this machine.
        """
        ...

    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        """The records of a kind (and a subject), oldest first."""
        ...

    def latest(self, kind: str, subject: str | None = None) -> Record | None:
        """The newest record of a kind (and a subject)."""
        ...

    def after(self, sequence: int, most: int) -> tuple[Record, ...]:
        """The records of every kind that follow a number, oldest first, at most ``most`` of them."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many records each kind has, by name."""
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
