"""Read a whole store again, and name the first bad record."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import apsw

from shall.core.chain import GENESIS, digest, seal
from shall.core.errors import StoreError
from shall.core.store import Head
from shall.stores._opening import expected_schema, schema

TEXTS: Final = ("kind", "subject", "key", "body", "created", "previous", "hash")


def verify(connection: apsw.Connection, path: Path, known: Head | None = None) -> Head:
    """The head of a store that is whole, of one moment; StoreError for any other."""
    connection.execute("BEGIN")             # a reader sees one moment, whatever is appended meanwhile
    try:
        _schema_is_ours(connection, path)
        head = _walk(connection, path, known)
        _blobs_fit(connection, path)
        _indexes_agree(connection, path)
        return head
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _schema_is_ours(connection: apsw.Connection, path: Path) -> None:
    if schema(connection) != expected_schema():
        raise StoreError(f"{path}: its tables or triggers are not as shall made them")


def _walk(connection: apsw.Connection, path: Path, known: Head | None) -> Head:
    # Text is read as bytes: a flipped bit may have made it something that is no text.
    columns = ", ".join(f"CAST({name} AS BLOB)" for name in TEXTS)
    head, found = Head(0, GENESIS), known is None or known == Head(0, GENESIS)
    try:
        for row in connection.execute(f"SELECT sequence, {columns} FROM record NOT INDEXED ORDER BY sequence"):
            head = _follows(head, row, path)
            found = found or head == known
    except apsw.CorruptError as problem:
        raise StoreError(f"{path}: the file is damaged at or after record {head.sequence + 1} ({problem})") from problem
    if known is not None and not found:
        raise StoreError(f"{path}: record {known.sequence} is not the one that is known: the store was cut short, "
                         f"put back from a copy or written anew; it ends at record {head.sequence}")
    return head


def _follows(head: Head, row: tuple[Any, ...], path: Path) -> Head:
    sequence, *parts = row
    if sequence != head.sequence + 1:
        raise StoreError(f"{path}: record {head.sequence + 1} is missing; record {sequence} comes in its place")
    try:
        kind, subject, key, body, created, previous, hash = (None if part is None else part.decode() for part in parts)
    except UnicodeDecodeError as problem:
        raise StoreError(f"{path}: record {sequence} is damaged: {problem}") from problem
    if previous != head.hash:
        raise StoreError(f"{path}: record {sequence} does not follow record {head.sequence}: one of them was changed")
    if seal((sequence, kind, subject, key, body, created), previous) != hash:
        raise StoreError(f"{path}: record {sequence} was changed after it was written")
    return Head(sequence, hash)


def _blobs_fit(connection: apsw.Connection, path: Path) -> None:
    records = "SELECT sequence, subject FROM record NOT INDEXED WHERE kind = 'blob' ORDER BY sequence"
    kept = dict(connection.execute("SELECT CAST(digest AS BLOB), rowid FROM blob NOT INDEXED"))
    for sequence, name in connection.execute(records):
        row = kept.pop(name.encode(), None)
        content = connection.execute("SELECT content FROM blob WHERE rowid = ?", (row,)).get
        if content is None or digest(content) != name:
            raise StoreError(f"{path}: the blob {name} of record {sequence} is missing or was changed")
    if kept:
        raise StoreError(f"{path}: {len(kept)} blobs are in no record")


def _indexes_agree(connection: apsw.Connection, path: Path) -> None:
    # The chain sees what is recorded; an index that lost an entry would hide a look from the next one.
    answers = [answer for (answer,) in connection.execute("PRAGMA integrity_check(1)")]
    if answers != ["ok"]:
        raise StoreError(f"{path}: the file is damaged: {answers[0]}")
