"""Rows out of the bytes of a SQLite file, whole or damaged, with nothing of SQLite: every page that has any.

A file that SQLite refuses, or reads only in part, still has pages of rows. Each cell of each such page, of the file and
of its write-ahead log, is read as a row; whether a row is what was written, its own digest tells.
Format: https://sqlite.org/fileformat2.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

LEAF: Final = 0x0D                          # a page of rows
INNER: Final = 0x05                         # a page that says where those are
INNER_HEADER: Final = 12
FIRST: Final = 100                          # bytes of the header of the file, on its first page
WAL: Final = 32                             # bytes of the header of the log
FRAME: Final = 24                           # bytes before each page in the log
SIZES: Final = (4096, 1024, 2048, 8192, 16384, 32768, 65536, 512)
INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
OTHERS: Final = (0, 2, 10)                   # first bytes of pages that go on, and of indexes
RECORD: Final = 8                           # columns
BLOB: Final = 2
LONGEST: Final = 1 + 9 * RECORD             # bytes of the header of a row


class Page(NamedTuple):
    """A page, as some part of the file or of the log has it."""

    number: int
    content: bytes


class Row(NamedTuple):
    """A row of one of our tables, or what looks like one: integers, bytes and None."""

    id: int
    columns: tuple[Any, ...]


class Found(NamedTuple):
    """What is in the pages: rows that are what was written, and the ids of cells that are not."""

    good: list[Row]
    bad: set[int]


def carved(path: Path, is_good: Callable[[Row], bool]) -> Found:
    """Every row that can be read out of a file and the log beside it; those that are there twice, twice."""
    content, log = path.read_bytes(), path.with_name(path.name + "-wal")
    size = _said(content) or max(SIZES, key=lambda size: _fitting(content, size, is_good))
    pages = [*_of_file(content, size), *(_of_log(log.read_bytes(), size) if log.exists() else ())]
    by_number, found = _by_number(pages), Found([], set())
    for page in pages:
        _add_rows(found, page, by_number, is_good)
    return found


def _said(content: bytes) -> int:
    """The size of a page by the header; 0 where that is damaged."""
    said = int.from_bytes(content[16:18], "big")
    said = 65536 if said == 1 else said
    return said if content.startswith(b"SQLite format 3\0") and said in SIZES else 0


def _fitting(content: bytes, size: int, is_good: Callable[[Row], bool]) -> int:
    """How many rows there are if pages have this size."""
    pages = [*_of_file(content, size)]
    by_number = _by_number(pages)
    return sum(is_good(row) for page in pages if page.content[0] == LEAF
               for at in _cells(page.content, 0) for row in _read(page.content, at, by_number))


def _by_number(pages: list[Page]) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = defaultdict(list)
    for page in pages:
        found[page.number].append(page.content)
    return found


def _of_file(content: bytes, size: int) -> Iterator[Page]:
    for number, at in enumerate(range(0, len(content), size), 1):
        yield Page(number, content[at:at + size].ljust(size, b"\0"))    # the last one may have been cut


def _of_log(content: bytes, size: int) -> Iterator[Page]:
    for at in range(WAL, len(content) - FRAME, FRAME + size):
        number = int.from_bytes(content[at:at + 4], "big")
        yield Page(number, content[at + FRAME:at + FRAME + size].ljust(size, b"\0"))


def _add_rows(found: Found, page: Page, pages: dict[int, list[bytes]], is_good: Callable[[Row], bool]) -> None:
    content, start = page.content, FIRST if page.number == 1 else 0
    if content[start] in OTHERS or _is_inner(content, start, pages):
        return
    good, bad = [], content[start] != LEAF
    for at in _cells(content, start) if content[start] == LEAF else ():
        rows = _read(content, at, pages)
        good += [row for row in rows if is_good(row)]
        if not any(map(is_good, rows)):
            bad = bad or page.number > 1    # on the first page are the names of the tables
            found.bad.update(row.id for row in rows)
    if bad:                                 # wherever a row may begin: the list of where they do may be damaged
        everywhere = (row for at in range(len(content)) for row in _read(content, at, pages))
        good = [row for row in everywhere if is_good(row)]
    found.good.extend(good)


def _is_inner(content: bytes, start: int, pages: dict[int, list[bytes]]) -> bool:
    """Whether a page lists other pages; a page of rows whose first byte was damaged does not."""
    return content[start] == INNER and all(int.from_bytes(content[at:at + 4], "big") in pages
                                           for at in _cells(content, start, INNER_HEADER))


def _cells(content: bytes, start: int, header: int = 8) -> Iterator[int]:
    number = int.from_bytes(content[start + 3:start + 5], "big")
    for place in range(start + header, min(start + header + 2 * number, len(content) - 1), 2):
        yield int.from_bytes(content[place:place + 2], "big")


def _read(content: bytes, at: int, pages: dict[int, list[bytes]]) -> tuple[Row, ...]:
    try:
        return tuple(_cell(content, at, pages))
    except (IndexError, ValueError):        # no cell, or a damaged one
        return ()


def _cell(content: bytes, at: int, pages: dict[int, list[bytes]]) -> Iterator[Row]:
    length, at = _varint(content, at)
    id, at = _varint(content, at)
    for payload in _payloads(content, at, length, pages):
        columns = _columns(payload)
        if len(columns) in (RECORD, BLOB):
            yield Row(id, columns)


def _payloads(content: bytes, at: int, length: int, pages: dict[int, list[bytes]]) -> Iterator[bytes]:
    """What a cell holds; where it goes on in other pages of which there are several copies, each of them."""
    size = len(content)
    most, least = size - 35, (size - 12) * 32 // 255 - 23
    if length <= most:
        yield content[at:at + length]
        return
    here = least + (length - least) % (size - 4)
    here = here if here <= most else least
    rest = length - here
    if rest > len(pages) * size:
        raise ValueError("longer than the file")
    then = int.from_bytes(content[at + here:at + here + 4], "big")
    for age in (-1, 0):                     # the newest copies, then the oldest
        yield content[at:at + here] + _overflow(then, rest, pages, age)


def _overflow(number: int, length: int, pages: dict[int, list[bytes]], age: int) -> bytes:
    parts: list[bytes] = []
    while length > 0:
        if number not in pages:
            raise ValueError("its end is lost")
        page = pages[number][age]
        parts.append(page[4:4 + length])
        length -= len(parts[-1])
        number = int.from_bytes(page[:4], "big")
    return b"".join(parts)


def _columns(payload: bytes) -> tuple[Any, ...]:
    header, at = _varint(payload, 0)
    if header > LONGEST:
        raise ValueError("no row of ours")
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], at
    length = INTEGERS.get(kind) or (kind - 12) // 2
    part = payload[at:at + length]
    if len(part) != length or kind in (7, 10, 11):
        raise ValueError("no value of ours")
    return int.from_bytes(part, "big", signed=True) if kind in INTEGERS else part, at + length


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = content[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | content[at + 8], at + 9
