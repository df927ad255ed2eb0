"""What a folder holds at one moment, while others write there: each row once."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from shall.core.decisions import Field
from shall.core.errors import StoreError
from shall.journal import chain, frames, rows, segments
from shall.journal.layout import Part, chain_at, fields_of, marked, parts, segment_at

TRIES: Final = 50                           # a segment may be let go while it is looked at
CHUNKS: Final = 32                          # that a table is read on in, until it is made one again


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment, or the rows of a journal."""

    part: Part
    fields: tuple[Field, ...]
    columns: dict[str, str]                 # what the fixed columns are called in it
    schema: pa.Schema
    rows: int
    digest: str                             # of the journal so far; nothing for a segment
    table: pa.Table | None                  # of a journal
    first: int
    sealed: str = ""                        # what a segment's SHA-256 was when it was sealed, where its chain tells it
    kind: str = ""                          # of the rows of a journal
    end: int = 0                            # bytes of it that were read
    check: int = 0                          # CRC-32 of those


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pieces of a folder, by writer and number."""

    folder: Path
    kind: str
    pieces: tuple[Piece, ...]
    fields: tuple[Field, ...]               # of all of them


def taken(folder: Path, since: Mapping[str, int] | None = None, before: Snapshot | None = None) -> Snapshot:
    """What is there now; ``since``: of a writer only parts from this number on.

    ``before``: what was taken of the folder last, by who looks again and again: its journals are read on from there.
    StoreError where a part cannot be read, or two hold different kinds of one field.
    """
    known = since or {}
    read = {} if before is None else {piece.part: piece for piece in before.pieces if not piece.part.sealed}
    said = marked(folder)
    for _ in range(TRIES):
        try:
            found = [piece for part in parts(folder) if part.number >= known.get(part.writer, 0)
                     and (piece := _either(part, read.get(part))) is not None]
        except FileNotFoundError:           # it was let go just now
            continue
        pieces = _with_digests(folder, said["log"], found)
        return Snapshot(folder, said["kind"], tuple(pieces), _united(folder, said["fields"], pieces))
    raise StoreError(f"{folder} changes faster than it can be read: try again")


def _either(part: Part, before: Piece | None) -> Piece | None:
    """A part, or the segment that a journal has become meanwhile: it has the same rows."""
    try:
        return _segment(part) if part.sealed else (before and _read_on(part.path, before)) or _journal(part)
    except FileNotFoundError:
        if part.sealed:
            raise
        return _segment(part._replace(path=segment_at(part.path.parent, part.writer, part.number), sealed=True))


def _segment(part: Part) -> Piece:
    told, schema, number = segments.told(part.path)
    return Piece(part, told.fields, told.columns, schema, number, "", None, told.first)


def _read_on(path: Path, before: Piece) -> Piece | None:
    """A journal with what follows in it by now; None where it is not as it was, or that does not follow: it is to be
    read anew then."""
    whole = path.read_bytes()
    if len(whole) < before.end or zlib.crc32(memoryview(whole)[:before.end]) != before.check:
        return None
    rest = whole[before.end:]
    content = frames.read(rest, bytes.fromhex(before.digest))
    if content.torn:
        return None
    if not content.frames:
        return before
    fresh = rows.table_of(before.kind, before.fields, content.frames)
    try:
        table = pa.concat_tables([before.table, fresh], promote_options="permissive")
    except pa.ArrowInvalid:                 # numbers that have no common type: of whole frames they may
        return None
    table = table if table.column(0).num_chunks < CHUNKS else table.combine_chunks()
    return replace(before, schema=table.schema, rows=len(table), digest=content.digest.hex(), table=table,
                   end=before.end + content.end, check=zlib.crc32(rest, before.check))


def _journal(part: Part) -> Piece | None:
    content, check = _content(part.path)
    if content.again is not None:
        raise StoreError(f"{part.path} is damaged at byte {content.end:,}: `shall log salvage` gets what is "
                         "whole")
    if not content.frames:
        return None
    header = rows.header_of(content.frames[0])
    table = rows.table_of(header.kind, header.fields, content.frames[1:])
    names = rows.columns_of(header.fields)
    return Piece(part, header.fields, names, table.schema, len(table), content.digest.hex(), table, header.first,
                 kind=header.kind, end=content.end, check=check)


def _with_digests(folder: Path, log: str, pieces: list[Piece]) -> list[Piece]:
    """With what their chains say of the segments; one that was sealed this moment is in none yet."""
    writers = {piece.part.writer for piece in pieces if piece.part.sealed}
    links = {writer: chain.read(chain_at(folder, writer), log).segments for writer in writers}
    return [replace(piece, sealed=links[piece.part.writer][piece.part.number].digest)
            if piece.part.sealed and piece.part.number in links[piece.part.writer] else piece for piece in pieces]


def hold(piece: Piece) -> None:
    """StoreError where a segment is not what it was when it was sealed."""
    if piece.sealed and segments.digest_of(piece.part.path) != piece.sealed:
        raise StoreError(f"{piece.part.path} was changed after it was sealed, so nothing is said of it: `shall log "
                         "verify` tells more, and `shall log salvage` gets what is whole")


def _united(folder: Path, marked: list[list[str]], pieces: list[Piece]) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    for fields in [piece.fields for piece in pieces] or [fields_of(marked)]:
        for field in fields:
            known = found.setdefault(field.name, field)
            if known.what != field.what:
                raise StoreError(f"{folder} has a field {field.name} that is a {known.what} in one version of the "
                                 f"model and a {field.what} in another: log them in folders of their own")
    return tuple(found.values())


def _content(path: Path) -> tuple[frames.Content, int]:
    """The frames of a journal, and the CRC-32 of what is whole.

    Read again where whole frames follow what is none: its writer may have cut and written it in between.
    """
    for _ in range(4):
        whole = path.read_bytes()
        content = frames.read(whole)
        if content.again is None:
            break
    return content, zlib.crc32(memoryview(whole)[:content.end])
