"""A zip with one form for the same files: sorted, stored, without times. Any other is refused, and none unpacked.

Stored, because what deflate writes depends on its library; and a zip without compression cannot be a bomb. A zip
is compared with the one that its files would give, byte for byte: what is hidden between, before or after them shows.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Final

from shall.bundle import names
from shall.core.errors import Refused

LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
MADE: Final = 3 << 8 | 20                   # on Unix, so that a file has a mode; version 2.0 of the format
NEEDS: Final = 20
DAY: Final = 1 << 5 | 1                     # the first of January 1980, the oldest that a zip knows
MODE: Final = (stat.S_IFREG | 0o644) << 16
LARGEST: Final = 2**31 - 1                  # of a zip without zip64


def packed(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """The zip of some files, in parts; the same bytes for the same files."""
    directory, at = [], 0
    for name, content in sorted(files.items()):
        told, sizes = name.encode("ascii"), (zlib.crc32(content), len(content), len(content))
        yield (head := LOCAL.pack(b"PK\3\4", NEEDS, 0, 0, 0, DAY, *sizes, len(told), 0) + told)
        yield content
        directory.append(CENTRAL.pack(b"PK\1\2", MADE, NEEDS, 0, 0, 0, DAY, *sizes, len(told), 0, 0, 0, 0, MODE, at)
                         + told)
        at += len(head) + len(content)
    listing = b"".join(directory)
    yield listing
    yield END.pack(b"PK\5\6", 0, 0, len(directory), len(directory), len(listing), at, 0)


def unpacked(content: bytes, place: str, most: int) -> dict[str, bytes]:
    """The files of a zip, ``most`` at most. Refused unless it is what `packed` gives for them, with the reason."""
    found = dict(_sequence(content, most))
    at = 0
    same = not [*names.faults(found)]
    for part in packed(found) if same else ():
        same = same and content[at:at + len(part)] == part
        at += len(part)
    if not same or at != len(content):
        raise Refused(f"{place} is refused: {_why(content, most)}")
    return found


def _sequence(content: bytes, most: int) -> Iterator[tuple[str, bytes]]:
    """Names and contents as one local header after the other states them."""
    at, number = 0, 0
    while content[at:at + 4] == b"PK\3\4" and len(content) - at > LOCAL.size and number <= most:
        *_, size, length, extra = LOCAL.unpack_from(content, at)
        start = at + LOCAL.size + length + extra
        if start + size > len(content):
            return
        yield content[at + LOCAL.size:at + LOCAL.size + length].decode("ascii", "backslashreplace"), \
            content[start:start + size]
        at, number = start + size, number + 1


def _why(content: bytes, most: int) -> str:
    """The first thing that is wrong with it, in words."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries, comment = archive.infolist(), archive.comment
    except Exception:                       # the library meets what nobody foresaw
        return "it is no zip, or a damaged one"
    if len(entries) > most:
        return f"{len(entries):,} files, more than {most:,}"
    causes = [*names.faults(entry.orig_filename for entry in entries), *filter(None, map(_cause, entries))]
    if not causes and comment:
        causes = ["it has a comment"]
    return next(iter(causes), "it holds bytes that belong to no file, or files that overlap or do not have their "
                              "checksum: pack it again with shall")


def _cause(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    causes = {
        "is encrypted": entry.flag_bits & 0x2041,
        "is a link": kind == stat.S_IFLNK,
        "is no plain file": kind not in (0, stat.S_IFREG) or entry.external_attr & 0x10,
        f"is compressed ({entry.compress_size:,} bytes to {entry.file_size:,}), and the files of a bundle are stored":
            entry.compress_type != zipfile.ZIP_STORED,
        "states a size that its bytes do not have": entry.compress_size != entry.file_size,
        "has extra fields (zip64, times, owners)": entry.extra,
        "has a comment": entry.comment,
    }
    return next((f"{entry.filename!r} {cause}" for cause, holds in causes.items() if holds), "")
