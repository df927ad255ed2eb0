"""Read a whole chain again, and name the first bad record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from shall.core.chain import GENESIS, seal
from shall.core.errors import Damaged
from shall.core.store import Head


def walked(rows: Iterable[tuple[Any, ...]], place: str, known: Head | None, blobs: list[tuple[int, str]]) -> Head:
    """The head of a chain that is whole; adds number and name of each blob. Damaged names the first bad record."""
    head, found = Head(0, GENESIS), known is None or known == Head(0, GENESIS)
    try:
        for row in rows:
            head, parts = _follows(head, row, place)
            found = found or head == known
            if parts[0] == "blob":
                blobs.append((head.sequence, str(parts[1])))
    except Unreadable as problem:
        raise Damaged(f"{place}: the file is damaged at or after record {head.sequence + 1} ({problem})") from problem
    if known is not None and not found:
        raise Damaged(f"{place}: record {known.sequence} is not the one that is known: the store was cut short, "
                      f"put back from a copy or written anew; it ends at record {head.sequence}")
    return head


class Unreadable(Exception):
    """A database that does not give back its rows."""


def without_strangers(blobs: list[tuple[int, str]], kept: dict[str, Any], place: str) -> Iterator[tuple[int, str, Any]]:
    """Record, name and place of each blob; Damaged where one is missing, or is there without a record."""
    strangers = {*kept} - {name for _, name in blobs}
    for sequence, name in blobs:
        if name not in kept:
            raise Damaged(f"{place}: the blob {name} of record {sequence} is missing or was changed")
        yield sequence, name, kept[name]
    if strangers:
        raise Damaged(f"{place}: {len(strangers)} blobs are in no record")


def _follows(head: Head, row: tuple[Any, ...], place: str) -> tuple[Head, list[str | None]]:
    sequence, *content = row
    if sequence != head.sequence + 1:
        raise Damaged(f"{place}: record {head.sequence + 1} is missing; record {sequence} comes in its place")
    try:
        parts = [one.decode() if isinstance(one, bytes) else one for one in content]
    except UnicodeDecodeError as problem:
        raise Damaged(f"{place}: record {sequence} is damaged: {problem}") from problem
    *told, previous, hash = parts
    if previous != head.hash:
        raise Damaged(f"{place}: record {sequence} does not follow record {head.sequence}: one of them was changed")
    if seal((sequence, *told), previous) != hash:
        raise Damaged(f"{place}: record {sequence} was changed after it was written")
    return Head(sequence, hash), told
