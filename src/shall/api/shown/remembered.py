"""A store whose small records are kept in memory, and of its verdicts what another line would decide them by.

Nothing here is older than the store: before it answers, it reads what has been added since.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from shall.api.shown.happening import verdicts_of
from shall.core.store import Head, Look, Record, Store

SMALL: Final = frozenset((
    "alarm", "approval", "build", "declined", "done", "in charge", "in service", "lifted", "proposal", "recall",
    "response", "retrained", "review", "shipped", "signed", "subset"))
JUDGED: Final = ("check", "take over", "verdicts")
BESIDE: Final = ("window", "log", "plan")  # of the bodies of these, what says of what the verdicts are
BACK: Final = 1_000                         # records with verdicts of a model, the newest, that can be decided again
TOLD: Final = ("name", "requirement", "verdict", "found", "measure", "aggregate", "over", "side", "outcome", "value",
               "low", "high", "parts")
PLACE: Final = {name: place for place, name in enumerate(TOLD)}


class Bare(Mapping[str, Any]):
    """What a verdict says without its groups, in little room."""

    __slots__ = ("_row",)

    def __init__(self, told: Mapping[str, Any], text: Callable[[Any], Any]) -> None:
        parts = told.get("parts")
        known = {**told, "parts": [Bare(one, text) for one in parts]} if parts else told
        self._row = tuple(text(known[name]) if name in known else self for name in TOLD)

    def __getitem__(self, name: str) -> Any:
        found = self._row[PLACE[name]]
        if found is self:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in zip(TOLD, self._row, strict=True) if value is not self)

    def __len__(self) -> int:
        return sum(value is not self for value in self._row)


class Remembered:
    """A `core.store.Store`, as a page asks it. ``refresh`` has `take` called with each record that is new, in order."""

    def __init__(self, store: Store, refresh: Callable[[], object]) -> None:
        self.store, self._refresh = store, refresh
        self._small: dict[str, list[Record]] = defaultdict(list)
        self._of: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self._judged: dict[str, deque[Record]] = defaultdict(lambda: deque(maxlen=BACK))
        self._numbers: dict[tuple[str, str], list[int]] = defaultdict(list)     # of checks
        self._texts: dict[str, str] = {}    # each is kept once

    @property
    def name(self) -> str:
        """What a message calls the store."""
        return str(getattr(self.store, "name", "the store"))

    def take(self, record: Record) -> None:
        """One more record, the next one."""
        if record.kind in SMALL:
            self._small[record.kind].append(record)
            self._of[record.kind, record.subject].append(record)
        if record.kind in JUDGED:
            with suppress(AttributeError, KeyError, TypeError, ValueError):     # something else wrote it
                self._judged[record.subject.partition("@")[0]].append(self._bare(record))
        if record.kind == "check":
            self._numbers[record.kind, record.subject].append(record.sequence)

    def judged(self, model: str) -> list[Record]:
        """The newest records with verdicts on a model, the newest first, each without all but what decided them."""
        self._refresh()
        return [*reversed(self._judged.get(model, ()))]

    def newest(self, kind: str, subject: str, most: int) -> tuple[Record, ...]:
        """The newest records of a kind and a subject, oldest first."""
        self._refresh()
        if (kind, subject) not in self._numbers:
            return self.records(kind, subject)[-most:]
        return tuple(one for number in self._numbers[kind, subject][-most:] for one in self.store.after(number - 1, 1))

    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        """As a store does."""
        if kind not in SMALL:
            return self.store.records(kind, subject)
        self._refresh()
        return tuple(self._small.get(kind, ()) if subject is None else self._of.get((kind, subject), ()))

    def latest(self, kind: str, subject: str | None = None) -> Record | None:
        """As a store does."""
        if kind not in SMALL:
            return self.store.latest(kind, subject)
        found = self.records(kind, subject)
        return found[-1] if found else None

    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        """As a store does."""
        return self.store.append(kind, subject, body, key)

    def after(self, sequence: int, most: int) -> tuple[Record, ...]:
        """As a store does."""
        return self.store.after(sequence, most)

    def counts(self) -> Mapping[str, int]:
        """As a store does."""
        return self.store.counts()

    def look(self, gate: str, subject: str, budget: int) -> Look:
        """As a store does."""
        return self.store.look(gate, subject, budget)

    def looks(self, gate: str) -> tuple[Look, ...]:
        """As a store does."""
        return self.store.looks(gate)

    def put_blob(self, content: bytes) -> str:
        """As a store does."""
        return self.store.put_blob(content)

    def blob(self, digest: str) -> bytes:
        """As a store does."""
        return self.store.blob(digest)

    def head(self) -> Head:
        """As a store does."""
        return self.store.head()

    def verify(self, known: Head | None = None) -> Head:
        """As a store does."""
        return self.store.verify(known)

    def close(self) -> None:
        """As a store does."""
        self.store.close()

    def _bare(self, record: Record) -> Record:
        found = [Bare(one, self._text) for one in verdicts_of(record)]
        body = {name: record.body[name] for name in BESIDE if name in record.body}
        return replace(record, body={**body, "verdicts": found}, previous="", hash="", key=None)

    def _text(self, value: Any) -> Any:
        return self._texts.setdefault(value, value) if isinstance(value, str) else value


def by_number(store: Store, kind: str, subject: str, number: int) -> Record | None:
    """The record of a number, where it is of a kind and a subject."""
    found = store.after(number - 1, 1) if number > 0 else ()
    fits = bool(found) and (found[0].sequence, found[0].kind, found[0].subject) == (number, kind, subject)
    return found[0] if fits else None


def newest(store: Store, kind: str, subject: str, most: int) -> Sequence[Record]:
    """The newest records of a kind and a subject, oldest first."""
    return store.newest(kind, subject, most) if isinstance(store, Remembered) else store.records(kind, subject)[-most:]
