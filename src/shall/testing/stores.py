"""The rules of a store: what was recorded stays, in order, once; a gate has exactly its looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

from shall.core.errors import LooksSpent, ShallError, StoreError
from shall.core.store import Head, Store
from shall.testing._faults import refuse


def check_store(make: Callable[[], Store]) -> None:
    """Check a kind of store; each call of ``make`` opens a store that is new and empty.

    Raises AssertionError with every broken rule.
    """
    rules = (_records, _keys, _refusals, _looks, _blobs)
    refuse("the store", (fault for rule in rules for fault in _with(rule, make())))


def _with(rule: Callable[[Store], Iterator[str]], store: Store) -> list[str]:
    faults: list[str] = []
    try:
        for fault in rule(store):
            faults.append(fault)
        store.verify()
    except ShallError as problem:
        faults.append(f"it raises {type(problem).__name__} where all is well: {problem}")
    store.close()
    return faults


def _records(store: Store) -> Iterator[str]:
    if store.head().sequence or store.latest("a") or store.records("a"):
        yield "a new store is not empty"
    written = [store.append(kind, subject, {"b": number, "a": "ü"})
               for number, (kind, subject) in enumerate([("a", "x"), ("b", "x"), ("a", "y"), ("a", "x")])]
    if [record.sequence for record in written] != [1, 2, 3, 4]:
        yield "records are not numbered 1, 2, 3, … in the order in which they were appended"
    if any(after.previous != before.hash for before, after in pairwise(written)):
        yield "a record does not carry the hash of the one before it"
    if store.records("a", "x") != (written[0], written[3]) or store.records("a") != (*written[:1], *written[2:]):
        yield "`records` does not give back what was appended, oldest first"
    if store.latest("a", "y") != written[2] or store.latest("a", "nobody") is not None:
        yield "`latest` does not give the newest record of a kind and subject, or None"
    if store.after(1, 2) != tuple(written[1:3]) or store.after(0, 9) != tuple(written) or store.after(4, 9):
        yield "`after` does not give the records that follow a number, oldest first and so many of them"
    if store.head() != Head(4, written[3].hash) or store.verify(Head(2, written[1].hash)) != store.head():
        yield "`head` or `verify` does not know the end of the chain"
    if not _raises(lambda: store.verify(Head(2, "f" * 64))):
        yield "`verify` accepts a head that was never in the chain"


def _keys(store: Store) -> Iterator[str]:
    first = store.append("event", "x", {"n": 1}, key="k")
    if store.append("event", "x", {"n": 2}, key="k") != first or store.head().sequence != 1:
        yield "the same kind, subject and key was recorded twice"
    if store.append("event", "y", {"n": 2}, key="k").sequence != 2:
        yield "the same key of another subject was not recorded"


def _refusals(store: Store) -> Iterator[str]:
    bodies: tuple[dict[str, object], ...] = ({"a": math.nan}, {"a": math.inf}, {"a": {1: 2}}, {"a": object()})
    for body in bodies:
        if not _raises(lambda body=body: store.append("a", "x", body)):     # type: ignore[misc]
            yield f"it accepts a body that is no JSON: {body}"
    if store.head().sequence:
        yield "something that was refused was recorded all the same"


def _looks(store: Store) -> Iterator[str]:
    numbers = [store.look("gate", subject, 2).number for subject in ("m", "m", "n", "m")]
    if numbers != [1, 1, 2, 1]:
        yield f"looks of the models m, m, n, m are numbered {numbers}, not [1, 1, 2, 1]"
    try:
        store.look("gate", "o", 2)
    except LooksSpent:
        pass
    else:
        yield "a third model is let in where `looks = 2`"
    if not store.look("gate", "n", 2).repeated:
        yield "a repeat is not free once the looks are spent"
    if store.look("other gate", "o", 2).number != 1:
        yield "looks at one gate count at another"
    if [look.number for look in store.looks("gate")] != [1, 2]:
        yield "`looks` does not give the looks at a gate, oldest first"


def _blobs(store: Store) -> Iterator[str]:
    for content in (b"", b"some bytes", bytes(range(256)) * 400):
        name = store.put_blob(content)
        if store.put_blob(content) != name or store.blob(name) != content:
            yield f"a blob of {len(content)} bytes does not come back under its digest"
    if not _raises(lambda: store.blob("0" * 64)):
        yield "a blob that was never put comes back"


def _raises(call: Callable[[], object]) -> bool:
    try:
        call()
    except StoreError:
        return True
    return False
