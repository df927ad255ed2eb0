"""From the bytes of a file to a TOML document with places; every fault of syntax has one of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final

from shall.core.errors import FileError, Problem
from shall.core.lexer import Fault
from shall.spec.characters import refuse_control
from shall.spec.places import Places, find_places
from shall.spec.syntax import explained

MAX_BYTES: Final = 256 * 1024
ROWS: Final = (".parquet", ".csv", ".tsv", ".jsonl", ".ndjson", ".arrow", ".feather", ".ipc")    # of files of rows


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML document, the name of its file, and where everything stands in it."""

    name: str
    data: dict[str, Any]
    places: Places


def read_file(path: FilePath, name: str, *, mark: bool = False) -> str:
    """The text of a file; FileError where it cannot be read, is too large or is no text.

    ``mark`` keeps the byte order mark, for those who write the file again.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, ValueError):             # a NUL is in no name of a file
        raise _error(name, 0, 0, "there is no such file", "`shall init DATA` proposes one") from None
    except IsADirectoryError:
        raise _error(name, 0, 0, "it is a folder", f"name the file in it: {path / 'shall.toml'}") from None
    except OSError as error:
        raise _error(name, 0, 0, f"it cannot be read: {error.strerror}") from None
    if path.suffix.lower() in ROWS:
        raise _error(name, 0, 0, "it holds rows, and is no shall file", f"`shall init {path}` proposes one for them; "
                     f"`shall check --data {path}` (`shall watch --log`) holds them to shall.toml")
    if len(raw) > MAX_BYTES:
        raise _error(name, 0, 0, f"it is larger than {MAX_BYTES // 1024} KB", "a shall file is written by people")
    try:
        return raw.decode("utf-8" if mark else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise _error(name, line, column, "it is not UTF-8 text", "save it as UTF-8") from None


def read_document(text: str, name: str) -> Document:
    """The document that a text says; FileError at the first fault of syntax."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _error(name, 0, 0, f"it is larger than {MAX_BYTES // 1024} KB", "a shall file is written by people")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        refuse_control(text)
        places = find_places(text)
    except Fault as fault:
        raise _error(name, *Places(text).position(fault.start), fault.message, fault.fix) from None
    try:
        return Document(name, tomllib.loads(text), places)
    except (ValueError, RecursionError) as error:       # besides its own errors, int() refuses very long numbers
        raise _error(name, *explained(str(error), places)) from None


def _error(name: str, line: int, column: int, message: str, fix: str = "") -> FileError:
    return FileError((Problem(name, line, column, message, fix),))
