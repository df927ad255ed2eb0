"""Out of a damaged file, every record that is what was written, into a new store that says what it lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from shall.core.chain import GENESIS, canonical, digest, seal
from shall.core.errors import InputError, StoreError
from shall.core.store import Head
from shall.stores._carving import RECORD, Row, carved
from shall.stores._kept import ADD_BLOB, Clock, now
from shall.stores.sqlite import SqliteStore

LOST: Final = "lost"                        # kind of a record in the place of one that is lost
SALVAGED: Final = "salvaged"                # kind of the record that ends what was salvaged
GONE: Final = "nothing of it is left"
CHANGED: Final = "its content does not fit its digest"
CONTRADICTED: Final = "the record after it follows another one"
DOUBTFUL: Final = "several records claim its place"
UNKNOWN: Final = "it is not the one that is known"
EMPTY: Final = "the bytes that it names are lost"
Parts = tuple[Any, ...]                     # a record in the order of its columns


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of a damaged file. The records before the first that is lost are as they were, with their hashes."""

    source: str
    out: str
    records: int                            # that were saved
    lost: Mapping[int, str]                 # by number: why
    blobs: int                              # that were saved though the record that named them is lost
    head: Head                              # of the new store
    beyond: int = 0                         # of the lost ones: of how many the file says nothing, only the known head

    @property
    def whole(self) -> bool:
        """Whether nothing was lost that this file has ever had, as far as can be told."""
        return not self.lost and not self.blobs

    def spans(self) -> Iterator[tuple[int, int, str]]:
        """What is lost: the first number, the last, and why."""
        for (why, _), span in groupby(enumerate(self.lost), lambda one: (self.lost[one[1]], one[1] - one[0])):
            numbers = [number for _, number in span]
            yield numbers[0], numbers[-1], why

    def described(self) -> dict[str, Any]:
        """As plain data."""
        head = {"sequence": self.head.sequence, "hash": self.head.hash}
        return {"source": self.source, "out": self.out, "records": self.records, "blobs": self.blobs,
                "whole": self.whole, "beyond": self.beyond, "head": head,
                "lost": [{"first": first, "last": last, "why": why} for first, last, why in self.spans()]}


def salvage(path: str | Path, out: str | Path, known: Head | None = None, clock: Clock = now) -> Salvaged:
    """Read what is left of the file at ``path``, and the log beside it, into a new store at ``out``.

    A record is taken only if it fits its own digest and the record after it follows it. Each keeps its number; in the
    place of a lost one stands a record of kind `lost` that says why, and all behind it are chained anew: a record of
    kind `salvaged` has their hashes of before. With a ``known`` head, what it contradicts is not taken.
    Raises InputError where there is no such file or ``out`` exists, StoreError where nothing can be saved.
    """
    source, target = Path(path), Path(out)
    if not source.is_file():
        raise InputError(f"there is no file {source}")
    if target.exists():
        raise InputError(f"{target} exists: what is salvaged needs a new file")
    try:
        chosen, lost, blobs, beyond = _chosen(source, known)
    except OSError as problem:
        raise StoreError(f"{source} cannot be read: {problem}") from problem
    if not chosen:
        raise StoreError(f"{source}: no record in it is what was written; put back a copy")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with SqliteStore(part, clock) as store:
            head, strangers = _written(store, source, chosen, lost, blobs)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return Salvaged(str(source), str(target), len(chosen), dict(sorted(lost.items())), strangers, head, beyond)


def _chosen(source: Path, known: Head | None) -> tuple[dict[int, Parts], dict[int, str], dict[str, bytes], int]:
    """Records by number, why others are lost, blobs by digest, and how many records only the known head tells of."""
    found = carved(source, lambda row: _record(row) is not None or _blob(row) is not None)
    claims: dict[int, dict[str, Parts]] = defaultdict(dict)
    blobs: dict[str, bytes] = {}
    for row in found.good:
        if record := _record(row):
            claims[row.id][record[-1]] = record
        elif blob := _blob(row):
            blobs[blob[0]] = blob[1]
    told = _last(claims, found.bad)
    last = max(told, known.sequence if known else 0)
    chosen, lost = _chained(claims, last, known)
    lost |= {number: CHANGED for number, why in lost.items() if why == GONE and number in found.bad}
    for number in [number for number, record in chosen.items() if record[1] == "blob" and record[2] not in blobs]:
        del chosen[number]
        lost[number] = EMPTY
    return chosen, lost, blobs, last - told


def _record(row: Row) -> Parts | None:
    """The record that a row is; None where it is none, or not as it was written."""
    if len(row.columns) != RECORD or not all(one is None or isinstance(one, bytes) for one in row.columns):
        return None
    try:
        told = [None if one is None else one.decode() for one in row.columns[1:]]
    except UnicodeDecodeError:
        return None
    record = (row.id, *told)
    return record if seal(record[:6], str(record[6])) == record[7] else None


def _blob(row: Row) -> tuple[str, bytes] | None:
    if len(row.columns) == RECORD or not all(isinstance(one, bytes) for one in row.columns):
        return None
    name, content = row.columns
    return (digest(content), content) if digest(content).encode() == name else None


def _last(claims: Mapping[int, Any], bad: set[int]) -> int:
    last = max(claims, default=0)
    while last + 1 in bad:                  # the last ones may be there, and be damaged
        last += 1
    return last


def _chained(claims: Mapping[int, dict[str, Parts]], last: int,
             known: Head | None) -> tuple[dict[int, Parts], dict[int, str]]:
    """From the end to the beginning: of each number the record that the one after it follows."""
    chosen: dict[int, Parts] = {}
    lost: dict[int, str] = {}
    for number in range(last, 0, -1):
        claimed = claims.get(number, {})
        after = chosen.get(number + 1)
        wanted = known.hash if known and known.sequence == number else after[6] if after else None
        if wanted in claimed:
            chosen[number] = claimed[wanted]
        elif wanted is None and len(claimed) == 1:
            chosen[number] = next(iter(claimed.values()))
        else:
            at_known = known is not None and known.sequence == number
            lost[number] = (GONE if not claimed else DOUBTFUL if wanted is None
                            else UNKNOWN if at_known else CONTRADICTED)
    if 1 in chosen and chosen[1][6] != GENESIS:
        del chosen[1]
        lost[1] = CHANGED
    return chosen, lost


def _written(store: SqliteStore, source: Path, chosen: Mapping[int, Parts], lost: Mapping[int, str],
             blobs: Mapping[str, bytes]) -> tuple[Head, int]:
    """Write the new store; gives its head, and how many blobs were in no record."""
    last = max([*chosen, *lost])

    def work() -> None:
        for number in range(1, last + 1):
            if number in lost:
                store._add(LOST, str(number), None, canonical({"why": lost[number]}))
                continue
            _, kind, subject, key, body, created, *_ = chosen[number]
            if kind == "blob":
                store._database.rows(ADD_BLOB, (subject, blobs[subject]))
            store._add(kind, subject, key, body, created=created)
    store._database.write(work)
    strangers = sorted({*blobs} - {record[2] for record in chosen.values() if record[1] == "blob"})
    for name in strangers:
        store.put_blob(blobs[name])
    if lost or strangers:
        store.append(SALVAGED, digest(source.read_bytes()), {
            "from": source.name, "records": len(chosen), "lost": len(lost),
            "hashes": store.put_blob(canonical(_rechained(chosen, lost)).encode())})
    return store.verify(), len(strangers)


def _rechained(chosen: Mapping[int, Parts], lost: Mapping[int, str]) -> dict[str, str]:
    """The hash that each record behind the first lost one had before, by its number."""
    first = min(lost, default=0)
    return {str(number): record[7] for number, record in sorted(chosen.items()) if first and number > first}

