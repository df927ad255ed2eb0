"""Is all there that was kept, and as it was kept? Reads everything again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shall.core.errors import StoreError
from shall.core.store import Head
from shall.journal import chain, frames, rows, segments
from shall.journal.chain import Chain, Link
from shall.journal.layout import (
    DECISIONS,
    LABELS,
    MARKER,
    Part,
    chain_at,
    journal_at,
    marked,
    parts,
    segment_at,
    writers,
)

TRIES: Final = 20                           # a journal may be sealed while it is looked at


@dataclass(frozen=True, slots=True)
class LogHead:
    """What a folder holds, and the end of each chain: keep it elsewhere, and a log that is cut short is found out."""

    rows: int                               # of decisions that are there
    removed: int                            # of decisions whose segments were let go
    labels: int
    heads: Mapping[str, Head]               # by writer ("w1", "labels/w1"): rows that were ever kept, digest
    notes: tuple[str, ...]                  # ends that are torn: a writer was killed, or is writing just now


def verify(folder: str | Path, known: Mapping[str, Head] | None = None) -> LogHead:
    """Check every segment, journal and chain of a log, labels too, also while others write there.

    With ``known`` heads, also that each is still part of its chain. Raises StoreError that names the first file, and
    in a journal the record, that is missing, changed, moved or put back.
    """
    folder = Path(folder)
    for _ in range(TRIES):
        before = _state(folder)
        try:
            return _verified(folder, known or {})
        except (StoreError, FileNotFoundError) as problem:
            if _state(folder) == before:    # nobody sealed a journal or let a segment go meanwhile
                raise StoreError(str(problem)) from problem
    raise StoreError(f"{folder} changes faster than it can be read: try again")


def _state(folder: Path) -> list[tuple[str, int]]:
    chains = [(path.name, path.stat().st_size) for path in folder.rglob("*.chain")]
    return sorted([*chains, *((path.name, 0) for path in folder.rglob("w*-*.*"))])


def _verified(folder: Path, known: Mapping[str, Head]) -> LogHead:
    own, beside = _writers(folder, DECISIONS), folder / LABELS
    later = {f"{LABELS}/{name}": one for name, one in _writers(beside, LABELS).items()} if beside.is_dir() else {}
    every = {**own, **later}
    for name, head in known.items():
        _still(folder, name, head, every.get(name))
    return LogHead(sum(one.rows for one in own.values()), sum(one.removed for one in own.values()),
                   sum(one.rows for one in later.values()),
                   {name: Head(one.last, one.chain.head) for name, one in every.items()},
                   tuple(note for one in every.values() for note in one.notes))


@dataclass(frozen=True, slots=True)
class _Found:
    chain: Chain
    rows: int
    removed: int
    last: int                               # number of the last record that is sealed
    notes: tuple[str, ...]


def _writers(folder: Path, kind: str) -> dict[str, _Found]:
    said = marked(folder)
    if said["kind"] != kind:
        raise StoreError(f"{folder / MARKER} was changed: it says that there are {said['kind']}")
    return {writer: _writer(folder, writer, said["log"]) for writer in writers(folder)}


def _writer(folder: Path, writer: str, log: str) -> _Found:
    known = chain.read(chain_at(folder, writer), log)
    there = [part for part in parts(folder) if part.writer == writer]
    kept = [link for number, link in known.segments.items() if number not in known.removed]
    for link in kept:
        _segment(segment_at(folder, writer, link.number), link)
    sealed = known.last.number if known.last else 0
    later = [part for part in there if part.number > sealed]
    rows_there, notes = _journals(folder, later, known)
    if known.torn:
        notes = (f"{known.path}: the last {known.torn} bytes are torn", *notes)
    gone = sum(link.rows for number, link in known.segments.items() if number in known.removed)
    last = known.last.last if known.last else 0
    return _Found(known, sum(link.rows for link in kept) + rows_there, gone, last, notes)


def _segment(path: Path, link: Link) -> None:
    if not path.exists():
        raise StoreError(f"{path} is missing: {link.rows:,} rows, of which the chain knows the digest {link.digest}")
    if segments.digest_of(path) == link.digest:
        return
    told, _, _ = segments.told(path)
    if (f"{told.writer}-{told.number:08d}", told.previous) != (path.stem, link.previous):
        raise StoreError(f"{path} holds segment {told.number} of {told.writer}, or one of another log: it was put in "
                         "the place of the one that was sealed")
    raise StoreError(f"{path} was changed after it was sealed: put it back from a copy, or salvage what is whole")


def _journals(folder: Path, later: list[Part], known: Chain) -> tuple[int, tuple[str, ...]]:
    last = known.last
    previous, sealed = (last.journal, last.number) if last else (frames.START.hex(), 0)
    found, torn = 0, ""
    for number, part in enumerate(later, sealed + 1):
        path = journal_at(folder, part.writer, part.number)
        if not path.exists():
            raise StoreError(f"{part.path} is in no chain: it was put there, or the chain was cut short")
        content = frames.read(path.read_bytes())
        header = _header(path, content)
        if part is later[-1] and len(content.frames) == 1 and header.previous != previous:
            return found, (f"{path} is empty and was never begun",)
        told = (header.log, header.writer, header.number, header.previous)
        if told != (known.root, part.writer, number, previous) or part.number != number:
            raise StoreError(f"{path} does not follow what {part.writer} wrote before it: a file is missing, was moved "
                             "or was cut short")
        previous = content.digest.hex()
        found += sum(frame.rows for frame in content.frames)
        torn = f"{path}: the last {content.torn:,} bytes are torn" if content.torn else torn
    return found, (torn,) if torn else ()


def _header(path: Path, content: frames.Content) -> rows.Header:
    if content.again is not None or not content.frames:
        newest = content.frames[-1] if content.frames else None
        record = f", in or after record {newest.first + newest.rows:,}" if newest and newest.rows else ""
        raise StoreError(f"{path} was changed at byte {content.end:,}{record}: salvage gets the others")
    return rows.header_of(content.frames[0])


def _still(folder: Path, name: str, head: Head, found: _Found | None) -> None:
    hashes = {found.chain.root, *(link.link for link in found.chain.links)} if found is not None else set()
    if head.hash not in hashes:
        raise StoreError(f"{folder}: the chain of {name} does not contain the head {head.hash} that is known (record "
                         f"{head.sequence:,}): it was cut short, put back from a copy, or made anew")
