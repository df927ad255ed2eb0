"""What is whole of a log that is damaged, as a log of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shall.core.decisions import Clock
from shall.core.errors import StoreError, Unusable
from shall.core.store import Head
from shall.journal import chain, disk, frames, rows, segments
from shall.journal.chain import Chain, Link
from shall.journal.layout import (
    DECISIONS,
    LABELS,
    chain_at,
    fields_of,
    journal_at,
    mark,
    marked,
    parts,
    segment_at,
    writers,
)
from shall.journal.segments import GROUP, Told


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many decisions and labels were got, and a sentence for each part that was not as it was written.

    ``beyond``: how many more there were by heads that are known elsewhere, of which the files say nothing.
    """

    rows: int
    labels: int
    lost: tuple[str, ...]
    beyond: int = 0


@dataclass(slots=True)
class _Lot:
    """Rows that lay together."""

    told: Told
    first: int
    table: pa.Table


def salvaged(folder: Path, out: Path, clock: Clock, heads: Mapping[str, Head]) -> Salvaged:
    """See `shall.stores.decisions.salvage`."""
    if out.exists() and any(out.iterdir()):
        raise Unusable(f"{out} is not empty: name a new folder")
    lost: list[str] = []
    number = _copied(folder, out, DECISIONS, clock, lost)
    labels = _copied(folder / LABELS, out / LABELS, LABELS, clock, lost) if (folder / LABELS).is_dir() else 0
    beyond = 0
    for name, head in heads.items():
        ended = _ends(folder / LABELS if name.startswith(f"{LABELS}/") else folder, name.rpartition("/")[2])
        if head.sequence > ended:
            beyond += head.sequence - ended
            lost.append(f"{name} ends at record {ended:,}, and had {head.sequence:,} by the head that is known: "
                        f"{head.sequence - ended:,} are gone without a trace")
    return Salvaged(number, labels, tuple(lost), beyond)


def _ends(folder: Path, writer: str) -> int:
    """The number of the last record of which anything is there."""
    if not folder.is_dir():
        return 0
    sealed = [link.last for link in _links(folder, writer, []) if link.what == "sealed"]
    later = [part.path for part in parts(folder) if part.writer == writer and not part.sealed]
    found = [frame.first + frame.rows - 1 for path in later for frame in _groups(path) if frame.rows]
    found += [_last_of(part.path) for part in parts(folder) if part.writer == writer and part.sealed]
    return max((*sealed, *found), default=0)


def _groups(path: Path) -> list[frames.Frame]:
    content = path.read_bytes()
    read = frames.read(content)
    return [*read.frames, *frames.scanned(content, read.end)]


def _last_of(path: Path) -> int:
    try:
        return segments.told(path)[0].last
    except StoreError:                      # damaged where it says that: others tell
        return 0


def _copied(folder: Path, out: Path, kind: str, clock: Clock, lost: list[str]) -> int:
    try:
        known = fields_of(marked(folder)["fields"])
    except StoreError as problem:
        known = ()
        lost.append(str(problem))
    mark(out, kind, known)
    root = marked(out)["log"]
    total = 0
    for writer in writers(folder):
        made = Chain(chain_at(out, writer), (), root=root)
        for lot in _lots(folder, writer, kind, lost):
            made = _sealed(out, lot, made, clock())
            total += len(lot.table)
    return total


def _lots(folder: Path, writer: str, kind: str, lost: list[str]) -> Iterator[_Lot]:
    links = _links(folder, writer, lost)
    sealed = {link.number: link for link in links if link.what == "sealed"}
    removed = {link.number for link in links if link.what == "removed"}
    there = {part.number for part in parts(folder) if part.writer == writer}
    for number in sorted((there | {*sealed}) - removed):
        path, journal = segment_at(folder, writer, number), journal_at(folder, writer, number)
        if number in sealed and path.exists() and segments.digest_of(path) == sealed[number].digest:
            told, _, _ = segments.told(path)
            yield _Lot(told, told.first, _whole(path))
        elif journal.exists():
            yield from _of_journal(journal, writer, number, lost)
        elif path.exists():
            yield from _of_segment(path, kind, lost)
        else:
            lost.append(f"{path} is missing, with {sealed[number].rows:,} rows")


def _links(folder: Path, writer: str, lost: list[str]) -> list[Link]:
    """Every line of a chain that is as it was written."""
    path = chain_at(folder, writer)
    found = []
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1] if path.exists() else (), 1):
        try:
            found.append(chain.link_of(path, number, line))
        except StoreError as problem:
            lost.append(str(problem))
    return found


def _whole(path: Path) -> pa.Table:
    return pq.read_table(path, use_threads=False).replace_schema_metadata(None)


def _of_segment(path: Path, kind: str, lost: list[str]) -> Iterator[_Lot]:
    lost.append(f"{path} is not as it was sealed: rows whose pages have their check sums are taken")
    try:
        told, _, _ = segments.told(path)
    except StoreError as problem:
        lost.append(str(problem))
        return
    for place, group in enumerate(segments.whole_groups(path)):
        if isinstance(group, str):
            lost.append(group)
        elif told.kind == kind:
            yield _Lot(told, told.first + place * GROUP, group.replace_schema_metadata(None))


def _of_journal(path: Path, writer: str, number: int, lost: list[str]) -> Iterator[_Lot]:
    content = path.read_bytes()
    read = frames.read(content)
    groups = [*read.frames, *frames.scanned(content, read.end)]
    header = rows.header_of(groups[0]) if groups and not groups[0].rows else None
    lost.extend(_missing(path, read, groups))
    if header is None:
        lost.append(f"{path}: its header is damaged, so nothing says what its {len(groups):,} groups hold")
        return
    groups = groups[1:]
    if groups:
        table = rows.table_of(header.kind, header.fields, groups)
        last = groups[-1].first + groups[-1].rows - 1
        yield _Lot(Told(header.kind, writer, number, groups[0].first, last, "", header.fields,
                        rows.columns_of(header.fields)), groups[0].first, table)


def _missing(path: Path, read: frames.Content, groups: list[frames.Frame]) -> Iterator[str]:
    if read.again is None and read.torn:
        yield f"{path}: the last {read.torn:,} bytes are torn"
    for one, other in pairwise(groups):
        if other.begin != one.end and one.rows:
            yield f"{path}: records {one.first + one.rows:,} to {other.first - 1:,} are damaged (byte {one.end:,})"


def _sealed(out: Path, lot: _Lot, made: Chain, at: int) -> Chain:
    if not len(lot.table):
        return made
    last, number = made.links[-1].last if made.links else 0, len(made.links) + 1
    first = max(lot.first, last + 1)
    final = first + len(lot.table) - 1
    told = dataclasses.replace(lot.told, number=number, first=first, last=final, previous=made.head)
    writer = made.path.stem
    digest = segments.write(segment_at(out, writer, number), lot.table, told)
    since, until = segments.span(lot.table, lot.told.columns["time"])
    link = Link("sealed", number, len(lot.table), first, final, since, until, digest, frames.START.hex(), at,
                made.head).sealed()
    disk.add(made.path, link.line(), made.end)
    return made.with_link(link)
