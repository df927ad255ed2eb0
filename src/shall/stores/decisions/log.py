"""The log of decisions of one model: a `core.decisions.Sink`, and the labels that come later."""

from __future__ import annotations

import itertools
import re
import secrets
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from shall.core.decisions import Field, Label, Record, Told
from shall.core.errors import DataError, Repeated, StoreError
from shall.journal import rows
from shall.journal.layout import DECISIONS
from shall.stores.decisions.asked import Asked
from shall.stores.decisions.backroom import Backroom
from shall.stores.decisions.committing import Item, QueueFull
from shall.stores.decisions.labelled import Labelled
from shall.stores.decisions.sampling import Chooser
from shall.stores.decisions.shelf import Shelf
from shall.stores.decisions.terms import Terms
from shall.stores.decisions.waiting import wait

EVIDENCE: Final = re.compile(r"[a-z2-7]{13}-\d+", re.ASCII)        # how `next_id` writes
PLACE: Final = re.compile(r"#\d+\Z")        # of a decision among several of one request
ALARMS: Final = ("not_logged", "queue_full", "disk", "not_sealed", "damaged", "torn", "clock", "heads", "sampled_out")


class DecisionLog:
    """See `open_log`. Any thread may call it; what was submitted is told of by a thread of its own."""

    def __init__(self, folder: Path, fields: Sequence[Field], terms: Terms) -> None:
        _check_fields(fields)
        self.folder, self.fields, self._terms = folder, tuple(fields), terms
        self._alarms: Counter[str] = Counter(dict.fromkeys(ALARMS, 0))
        self._chooser = None if terms.sample is None else Chooser(terms.sample, fields)
        self._prefix, self._count = _prefix(), itertools.count(1)
        self._backroom = Backroom(self._alarms, terms.heads)
        try:
            self._shelf = Shelf(folder, DECISIONS, self.fields, terms, self._backroom)
        except Exception:
            self._backroom.close()
            raise
        self._labelled = Labelled(folder, terms, self._backroom)
        self._asked = Asked(folder, fields, self.writer, terms.remember, self._alarms)
        self._asked.recall(self._shelf.writer.found)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def writer(self) -> str:
        """Which writer of the folder this is: "w1", …"""
        return self._shelf.writer.name

    @property
    def notes(self) -> tuple[str, ...]:
        """What was found damaged or torn when it was opened, and what became of it."""
        return tuple(note for shelf in self._shelves for note in shelf.writer.notes)

    @property
    def alarms(self) -> Mapping[str, int]:
        """How often something was not as it should be, since it was opened."""
        return dict(self._alarms)

    @property
    def waiting(self) -> int:
        """How many submissions wait for the disk."""
        return self._shelf.line.waiting

    @property
    def grouped(self) -> Callable[[], None] | None:
        """Called, by the thread of the log, when all decisions that were kept together were told of."""
        return self._shelf.line.grouped

    @grouped.setter
    def grouped(self, called: Callable[[], None] | None) -> None:
        self._shelf.line.grouped = called

    def next_id(self) -> str:
        """An evidence id that nobody else has."""
        return f"{self._prefix}{next(self._count)}"

    def submit(self, records: Sequence[Record], told: Told) -> None:
        """Keep some records, all or none; returns at once. See `core.decisions.Sink`.

        Where something is kept, or on its way, under their request, nothing new is kept and ``told`` hears Repeated as
        soon as that is on the disk, perhaps at once. DataError where a record is not of these fields. Where the log is
        not durable ("try"), it raises nothing else: ``told`` hears the StoreError, it is counted, and the answer may
        leave nevertheless.
        """
        self._check(records)
        request = records[0].request if records else ""
        if request and not self._asked.begin(request, self._repeated(len(records), told)):
            return
        try:
            self._submit(request, records, told)
        except StoreError as problem:
            self._asked.end(request, b"", problem)
            self._alarms["queue_full"] += isinstance(problem, QueueFull)
            if self._terms.durable == "must":
                raise
            self._missed(len(records), problem)
            told(problem)
        except Exception as problem:
            self._asked.end(request, b"", problem)
            raise

    def write(self, records: Sequence[Record]) -> None:
        """Keep some records, all or none, and wait for it. Repeated; StoreError where the log is durable ("must")."""
        try:
            wait(lambda told: self.submit(records, told))
        except StoreError as problem:
            if self._terms.durable == "must" or isinstance(problem, Repeated):
                raise

    def label(self, labels: Sequence[Label], told: Told) -> None:
        """Keep some labels, all or none; returns at once. DataError where one is no label, StoreError where full."""
        self._labelled.submit(labels, told)

    def write_labels(self, labels: Sequence[Label]) -> None:
        """Keep some labels, all or none, and wait for it. DataError, StoreError."""
        wait(lambda told: self.label(labels, told))

    def unknown(self, names: Sequence[str]) -> list[str]:
        """Those of some names by which labels call their decisions that nobody has, as far as memory goes.

        What looks like an evidence id is taken for one, and the disk is not searched.
        """
        requests = [name for name in names if not EVIDENCE.fullmatch(name)]
        strange = {*self._asked.unknown([*dict.fromkeys((*requests, *(PLACE.sub("", name) for name in requests)))])}
        return [name for name in requests if {name, PLACE.sub("", name)} <= strange]

    def answered(self, request: str) -> list[Record] | None:
        """What is on the disk under a request, if it is remembered: also what other processes kept in this folder."""
        return self._asked.records(request)

    def close(self) -> None:
        """Keep what was submitted, seal it, and let go of the files."""
        for shelf in self._shelves:
            shelf.close()
        self._backroom.close()
        for shelf in self._shelves:
            shelf.writer.release()
        self._labelled.close()
        self._asked.close()

    @property
    def _shelves(self) -> list[Shelf]:
        labels = self._labelled.shelf
        return [self._shelf] if labels is None else [self._shelf, labels]

    def _submit(self, request: str, records: Sequence[Record], told: Told) -> None:
        kept, part = records, _encoded(records)
        whole = part
        if self._chooser is not None:
            kept = self._chooser(records)
            self._alarms["sampled_out"] += len(records) - len(kept)
            whole = _encoded(kept)
        if not kept:
            self._asked.end(request, part, None)
            told(None)
            return
        self._shelf.line.submit(Item(whole, len(kept), self._settled(request, part, len(kept), told)))

    def _settled(self, request: str, part: bytes, number: int, told: Told) -> Told:
        def settle(problem: Exception | None) -> None:
            if request:
                self._asked.end(request, part, problem)
            if problem is not None:
                self._alarms["disk"] += 1
                self._missed(number, problem)
            told(problem)
        return settle

    def _repeated(self, number: int, told: Told) -> Told:
        """Who asked a second time hears Repeated, or what became of the first."""
        def heard(problem: Exception | None) -> None:
            self._missed(number, problem)
            told(problem)
        return heard

    def _missed(self, number: int, problem: Exception | None) -> None:
        if self._terms.durable == "try" and problem is not None and not isinstance(problem, Repeated):
            self._alarms["not_logged"] += number

    def _check(self, records: Sequence[Record]) -> None:
        width = len(self.fields)
        for record in records:
            if len(record.values) != width:
                raise DataError(f"the decision {record.id} has {len(record.values)} values, and {width} fields are "
                                "logged")
            if record.request != records[0].request:
                raise DataError("what is submitted together belongs to one request")


def _check_fields(fields: Sequence[Field]) -> None:
    names = [field.name for field in fields]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"two fields are called {twice[0]}")
    if strange := [field for field in fields if field.what not in rows.ARRAYS]:
        raise DataError(f"the field {strange[0].name} is a {strange[0].what!r}: there are {', '.join(rows.ARRAYS)}")


def _encoded(records: Sequence[Record]) -> bytes:
    try:
        return rows.encoded(records)
    except (TypeError, ValueError, OverflowError, NotImplementedError) as problem:
        raise DataError(f"a decision cannot be logged: {problem}") from problem


def _prefix() -> str:
    return f"{b32encode(secrets.token_bytes(8)).decode().rstrip('=').lower()}-"

