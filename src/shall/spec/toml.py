"""From the bytes of a file to a TOML document with places; every fault of syntax has one of its own."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Final

from shall.core.errors import FileError, Problem
from shall.core.lexer import Fault
from shall.spec.places import Path, Places, find_places

MAX_BYTES: Final = 256 * 1024
AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
DATE: Final = re.compile(r"=\s*[0-9]{4}-[0-9]+-[0-9]")
BARE_VALUE: Final = re.compile(r"\s*([\w.-]+)\s*=\s*([\w.-]+)")
SAID: Final = {                                     # how the parser begins, and what helps
    "Invalid value": ("this is no value", 'text stands in quotes: "…"; true and false are written small'),
    "Expected newline": ("something follows a finished value",
                         "a text in a line stands in single quotes: \"… SEX = 'F'\""),
    "Expected '='": ("there is no `=` after this key", 'write: key = "value"'),
    "Invalid statement": ("this is neither a key nor a table", 'write: key = "value", or [table]'),
    "Illegal character": ("a quote is not closed on its line",
                          "close it, or use three quotes for a text of several lines"),
    "Unterminated string": ("a quote is not closed", "close it with the quote it begins with"),
    "Expected \"'": ("a quote is not closed", "close it with the quote it begins with"),
    "Unclosed array": ("a list is not closed", "close it with ]"),
    "Unclosed inline table": ("an inline table is not closed", "close it with } on the same line"),
    "Invalid initial character": ("this cannot be a key", "odd keys stand in quotes: \"odd key\" = …"),
    "Unescaped": ("a backslash in a text in double quotes begins an escape", "double it, or use single quotes: 'a\\b'"),
    "Invalid date": ("there is no such date", "dates are written so: 2027-01-31"),
    "Invalid hex value": ("this is no character code", "double the backslash, or use single quotes around the text"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML document, the name of its file, and where everything stands in it."""

    name: str
    data: dict[str, Any]
    places: Places


def read_file(path: FilePath, name: str) -> str:
    """The text of a file; FileError where it cannot be read, is too large or is no text."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _error(name, 0, 0, "there is no such file", "`shall init DATA` proposes one") from None
    except OSError as error:
        raise _error(name, 0, 0, f"it cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise _error(name, 0, 0, f"it is larger than {MAX_BYTES // 1024} KB", "a shall file is written by people")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise _error(name, line, column, "it is not UTF-8 text", "save it as UTF-8") from None


def read_document(text: str, name: str) -> Document:
    """The document that a text says; FileError at the first fault of syntax."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _error(name, 0, 0, f"it is larger than {MAX_BYTES // 1024} KB", "a shall file is written by people")
    text = text.replace("\r\n", "\n")
    try:
        places = find_places(text)
    except Fault as fault:
        raise _error(name, *Places(text).position(fault.start), fault.message, fault.fix) from None
    try:
        return Document(name, tomllib.loads(text), places)
    except (ValueError, RecursionError) as error:       # besides its own errors, int() refuses very long numbers
        raise FileError((_told(name, str(error), places),)) from None


def _told(name: str, said: str, places: Places) -> Problem:
    """What the parser said, in words that help."""
    match = AT.search(said)
    line, column = places.position(len(places.text.rstrip()))
    if match and match[1]:
        line, column = int(match[1]), int(match[2])
    said = AT.sub("", said)
    if places.again and said.startswith(("Cannot", "Duplicate")):
        return _twice(name, *places.again[0], places)
    message, fix = next((told for begin, told in SAID.items() if said.startswith(begin)), (said, ""))
    if said.startswith("Expected newline") and DATE.search(places.text.split("\n")[line - 1]):
        message, fix = SAID["Invalid date"]
    if said == "Invalid value":
        fix = _quoted(places.text.split("\n")[line - 1]) or fix
    return Problem(name, line, column, message, fix)


def _quoted(line: str) -> str:
    """``target = employed`` with what it lacks."""
    match = BARE_VALUE.match(line)
    if not match:
        return ""
    value = match[2].lower() if match[2] in ("True", "False") else f'"{match[2]}"'
    return f"write: {match[1]} = 0{match[2]}" if match[2].startswith(".") else f"write: {match[1]} = {value}"


def _twice(name: str, path: Path, offset: int, places: Places) -> Problem:
    key = path[-1]
    first = places.position(places.keys[path])[0]
    what, fix = f"`{key}`", "leave one of them out, or rename it"
    if places.text[:offset].rstrip(" \t").endswith("["):
        what, fix = f"the table [{'.'.join(map(str, path))}]", "put its keys together"
        if path in places.values:
            what, fix = f"`{key}`", f"it is a text or a table: in the table [requirements.{key}] write: that = \"…\""
    return Problem(name, *places.position(offset), f"{what} is given twice, first on line {first}", fix)


def _error(name: str, line: int, column: int, message: str, fix: str = "") -> FileError:
    return FileError((Problem(name, line, column, message, fix),))
