"""What the standard parser says of a fault of syntax, in words that help."""

from __future__ import annotations

import re
from typing import Final

from shall.spec.characters import foreign
from shall.spec.places import Path, Places

Told = tuple[int, int, str, str]                    # line, column, message, fix
AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
DATE: Final = re.compile(r"=\s*(?:[0-9]{4}[-/.][0-9]+[-/.][0-9]|[0-9]+[-/.][0-9]+[-/.][0-9]{4})")
BARE_VALUE: Final = re.compile(r"\s*([\w.-]+)\s*=\s*([^\W\d][^\"'#\[\]{}]*|\.[0-9]+)")
WORDS_AS_KEY: Final = re.compile(r"\s*([\w-]+(?:[ \t]+[\w-]+)+)[ \t]*=")
COLON: Final = re.compile(r"\s*([\w-]+)\s*:\s*(\S.*)")
CONFLICT: Final = re.compile(r"(<{7}|={7}|>{7})( |$)")
VALUE = "something follows a finished value"
INLINE = "an inline table is not closed"
SAID: Final = {                                     # how the parser begins, and what helps
    "Invalid value": ("this is no value", 'text stands in quotes: "…"; true and false are written small'),
    "Expected newline": (VALUE, "a line stands in double quotes, a text in it in single ones: \"… SEX = 'F'\""),
    "Expected '='": ("there is no `=` after this key", 'write: key = "value"'),
    "Expected ']'": ("the name of a table is not closed", "write: [table]; a name with a space in it stands in quotes"),
    "Invalid statement": ("this is neither a key nor a table", 'write: key = "value", or [table]'),
    "Illegal character": ("a quote is not closed on its line",
                          "close it, or use three quotes for a text of several lines"),
    "Unterminated string": ("a quote is not closed", "close it with the quote it begins with"),
    "Expected \"'": ("a quote is not closed", "close it with the quote it begins with"),
    "Unclosed array": ("a list is not closed", "its items stand between [ and ], with commas between them"),
    "Unclosed inline table": (INLINE, "its keys stand between { and } on one line, with commas between them"),
    "Invalid initial character": ("this cannot be a key", "odd keys stand in quotes: \"odd key\" = …"),
    "Unescaped": ("a backslash in a text in double quotes begins an escape", "double it, or use single quotes: 'a\\b'"),
    "Invalid date": ("there is no such date", "dates are written so: 2027-01-31"),
    "Escaped character": ("there is no character of this code", "leave it out, or write the character itself"),
    "Invalid hex value": ("this is no character code", "double the backslash, or use single quotes around the text"),
}
FOLLOWS: Final = (                                  # what follows a finished value, and what helps
    (re.compile(r",[0-9]"), "a number has a decimal point: 0.5"),
    (re.compile(r"[,;]"), "nothing stands between one key and the next: delete it"),
    (re.compile("%"), "a number has no per cent sign: confidence = 95, threshold = 0.5"),
    (re.compile(r"\.[0-9]"), "a number has one decimal point: shall = 1"),
)


def explained(said: str, places: Places) -> Told:
    """Place, message and fix of what the parser said."""
    match = AT.search(said)
    line, column = places.position(len(places.text.rstrip()))
    if match and match[1]:
        line, column = int(match[1]), int(match[2])
    said = AT.sub("", said)
    if places.again and said.startswith(("Cannot", "Duplicate")):
        return _twice(*places.again[0], places)
    here = places.text.split("\n")[line - 1]
    odd, mend = foreign(here[column - 1:column] or " ")
    if odd:
        return line, column, odd, mend
    message, fix = next((told for begin, told in SAID.items() if said.startswith(begin)), (said, ""))
    return line, column, *(_of_line(message, here, column) or (message, fix))


def _of_line(message: str, here: str, column: int) -> tuple[str, str] | None:
    """What is better said where the line itself tells what was meant."""
    rest, first = here[column - 1:], here.lstrip()
    if CONFLICT.match(first):
        return "a merge conflict is left in the file", "choose one of both sides, and delete the marks"
    if first.startswith(("//", "--", ";", "/*")):
        return "this is no comment", "a comment begins with #"
    if first.startswith("{"):
        return "this looks like JSON, and a shall file is TOML", "begin the file with: shall = 1, and then [subject]"
    if message in (VALUE, INLINE) and DATE.search(here):
        return SAID["Invalid date"]
    if message == VALUE:
        return next(((message, fix) for follows, fix in FOLLOWS if follows.match(rest)), None)
    if message == SAID["Invalid value"][0]:
        return _value(message, here, rest)
    if message == SAID["Expected '='"][0]:
        return _key(message, here)
    if message == SAID["Invalid initial character"][0] and not rest.strip():
        return "an inline table ends with its line", "write it on one line, or as a table of its own: [table.key]"
    return None


def _value(message: str, here: str, rest: str) -> tuple[str, str] | None:
    """``target = employed`` with what it lacks."""
    if not rest.strip():
        return "there is no value after the =", 'write one: key = "value"'
    match = BARE_VALUE.match(here)
    if not match:
        return None
    said = match[2].rstrip()
    small = said.lower() in ("true", "false")
    value = said.lower() if small else f"0{said}" if said.startswith(".") else f'"{said}"'
    return message, f"write: {match[1]} = {value}"


def _key(message: str, here: str) -> tuple[str, str] | None:
    if match := WORDS_AS_KEY.match(here):
        return message, f"a name is one word: write {'_'.join(match[1].split())} = …"
    if match := COLON.match(here):
        return message, f"write: {match[1]} = {match[2]}"
    return None


def _twice(path: Path, offset: int, places: Places) -> Told:
    key = path[-1]
    first = places.position(places.keys[path])[0]
    what, fix = f"`{key}`", "leave one of them out, or rename it"
    if places.text[:offset].rstrip(" \t").endswith("["):
        what, fix = f"the table [{'.'.join(map(str, path))}]", "put its keys together"
        if path in places.values:
            what, fix = f"`{key}`", f"it is a text or a table: in the table [requirements.{key}] write: that = \"…\""
    return *places.position(offset), f"{what} is given twice, first on line {first}", fix
