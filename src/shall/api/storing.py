"""The store itself: where it is, whether it is whole, what it holds, and what can be saved of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shall import stores
from shall.core.errors import Damaged, InputError
from shall.core.store import Head, Record, Store

VARIABLE: Final = "SHALL_STORE"             # the address of the store, in place of the file beside the shall file
FILE: Final = Path(".shall") / "shall.db"   # beside a shall file


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a store is what was written: its ``head``, or the ``problem`` that names the first bad record."""

    place: str
    head: Head | None
    problem: str

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"place": self.place, "whole": self.head is not None, "problem": self.problem,
                "head": None if self.head is None else of_head(self.head)}


def configured(folder: Path) -> str:
    """The address of the store of a shall file in ``folder``: what SHALL_STORE says, or `.shall/shall.db` there."""
    return os.environ.get(VARIABLE) or str(folder / FILE)


@contextmanager
def opened(address: str | None) -> Iterator[Store]:
    """A store that is there already; InputError where none is."""
    store = stores.open_store(_existing(address))
    try:
        yield store
    finally:
        store.close()


def verify(address: str | None = None, known: Head | None = None) -> Checked:
    """Read every record again. StoreError where the store cannot be used, which says nothing of its content."""
    place = _existing(address)
    try:
        with opened(place) as store:
            return Checked(shown(place), store.verify(known), "")
    except Damaged as problem:
        return Checked(shown(place), None, str(problem))


def head(address: str | None = None) -> Head:
    """The end of the chain now: keep it elsewhere."""
    with opened(address) as store:
        return store.head()


def records(address: str | None, kind: str, subject: str | None = None) -> Sequence[Record]:
    """The records of a kind (and a subject), oldest first."""
    with opened(address) as store:
        return store.records(kind, subject)


def counts(address: str | None = None) -> Mapping[str, int]:
    """How many records each kind has, by name."""
    with opened(address) as store:
        return store.counts()


def salvage(address: str | None, out: str | Path, known: Head | None = None) -> stores.Salvaged:
    """Save what is left of a damaged file into a new store at ``out``; see `stores.salvaging`."""
    engine, place = stores.engine_of(_place(address))
    if engine != "sqlite":
        raise InputError("only a file can be salvaged: of a server, put back its own copy")
    return stores.salvage(place, out, known)


def shown(address: str) -> str:
    """An address as a message may show it: of a server without what stands before its name."""
    scheme, separator, rest = address.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}" if separator else address


def of_head(head: Head) -> dict[str, Any]:
    """As plain data."""
    return {"sequence": head.sequence, "hash": head.hash}


def of_record(record: Record) -> dict[str, Any]:
    """As plain data."""
    return {"sequence": record.sequence, "kind": record.kind, "subject": record.subject, "key": record.key,
            "body": dict(record.body), "created": record.created, "previous": record.previous, "hash": record.hash}


def _place(address: str | None) -> str:
    return configured(Path()) if address is None else address


def _existing(address: str | None) -> str:
    place = _place(address)
    engine, path = stores.engine_of(place)
    if engine == "sqlite" and not Path(path).exists():
        raise InputError(f"there is no store at {path}: name its file, or set {VARIABLE}")
    if engine == "sqlite" and Path(path).is_file() and not Path(path).stat().st_size:
        raise InputError(f"{path} is empty, so it is no store: name its file, or set {VARIABLE}")
    return place
