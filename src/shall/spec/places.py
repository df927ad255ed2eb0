"""Where the keys and values of a TOML text stand; the standard parser does not say.

A scan of its own, tolerant of what is wrong (the parser complains of that), and with caps, so that
it is safe to run before the parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from shall.core.lexer import Fault
from shall.spec.strings import characters, end_of_string, quotes_at

Path = tuple[str | int, ...]

MAX_KEY_DEPTH: Final = 8
MAX_NESTING: Final = 16
MAX_PLAIN: Final = 100                              # characters of a value without quotes: a number, a date
NEWLINE: Final = re.compile(r"\n")
BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
BLANK: Final = re.compile(r"(?:[ \t]|#[^\n]*)*")
BLANKS: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
PLAIN: Final = re.compile(r"[^,\]}\n#]*")


@dataclass(slots=True)
class Places:
    """The offsets of keys and of values, by path: ``("requirements", "fair", "waive")``."""

    text: str
    keys: dict[Path, int] = field(default_factory=dict)
    values: dict[Path, int] = field(default_factory=dict)
    again: list[tuple[Path, int]] = field(default_factory=list)     # keys that are there already
    strings: dict[int, list[int]] = field(default_factory=dict)     # offsets of the characters of texts

    starts: list[int] = field(default_factory=list)                 # offsets of the lines

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        if not self.starts:
            self.starts = [0, *(match.end() for match in NEWLINE.finditer(self.text))]
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def key(self, path: Path) -> int:
        """The offset of a key; of the nearest table around it where it has none of its own."""
        while path and path not in self.keys:
            inside = [at for other, at in self.keys.items() if other[:len(path)] == path]
            if inside:
                return min(inside)
            path = path[:-1]
        return self.keys.get(path, 0)

    def value(self, path: Path) -> int:
        """The offset of a value, or of its key where it has none (a table)."""
        return self.values[path] if path in self.values else self.key(path)

    def inside(self, path: Path, index: int) -> int:
        """The offset of one character of a text value; past its end, of its closing quote."""
        start = self.value(path)
        if not quotes_at(self.text, start):
            return start
        if start not in self.strings:
            self.strings[start] = [at for _, at in characters(self.text, start)]
        offsets = self.strings[start]
        if index < len(offsets):
            return offsets[index]
        return offsets[-1] + 1 if offsets else start + 1


def find_places(text: str) -> Places:
    """Scan a text whose newlines are plain; Fault where it is nested too deeply."""
    scanner = _Scanner(Places(text))
    scanner.run()
    return scanner.places


class _Scanner:
    def __init__(self, places: Places) -> None:
        self.places, self.text, self.at = places, places.text, 0
        self.counts: dict[Path, int] = {}

    def run(self) -> None:
        table: Path = ()
        while self._blank(BLANKS) < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table, 0)
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def _blank(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``."""
        twice = self.text.startswith("[[", self.at)
        self.at += 1 + twice
        self._blank(BLANK)
        start = self.at
        path: Path = ()
        *parents, last = self._key() or ("",)
        for part in parents:                                # of a list of tables the last one is meant
            path = (*path, part)
            path = (*path, self.counts[path]) if path in self.counts else path
        path = (*path, last)
        if twice:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        self._note(path, start)
        return path

    def _key(self) -> tuple[str, ...]:
        """A dotted key; what is no key gives the empty one."""
        parts: list[str] = []
        start = self.at
        while True:
            self._blank(BLANK)
            if quotes_at(self.text, self.at):
                parts.append("".join(character for character, _ in characters(self.text, self.at)))
                self.at = end_of_string(self.text, self.at)
            elif bare := BARE.match(self.text, self.at):
                parts.append(bare.group())
                self.at = bare.end()
            if len(parts) > MAX_KEY_DEPTH:
                raise Fault(start, f"a key has more than {MAX_KEY_DEPTH} parts",
                            'if the dots are part of a name, write it in quotes: "a.b" = …')
            self._blank(BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _pair(self, table: Path, depth: int) -> None:
        self._blank(BLANKS if depth else BLANK)
        start = self.at
        key = self._key()
        if not key or not self.text.startswith("=", self.at):
            return
        self.at += 1
        self._blank(BLANK)
        self._note((*table, *key), start)
        self._value((*table, *key), depth)

    def _note(self, path: Path, start: int) -> None:
        if path in self.places.keys:
            self.places.again.append((path, start))
        else:
            self.places.keys[path] = start

    def _value(self, path: Path, depth: int) -> None:
        if depth > MAX_NESTING:
            raise Fault(self.at, f"values are nested deeper than {MAX_NESTING}", "nothing in a shall file is so deep")
        self.places.values.setdefault(path, self.at)
        if quotes_at(self.text, self.at):
            self.at = end_of_string(self.text, self.at)
        elif self.text.startswith("[", self.at):
            self._items(path, depth)
        elif self.text.startswith("{", self.at):
            self._inline(path, depth)
        else:
            match = PLAIN.match(self.text, self.at)
            if match and len(match.group().rstrip()) > MAX_PLAIN:
                raise Fault(self.at, f"a value without quotes is longer than {MAX_PLAIN} characters",
                            'text stands in quotes: "…"; a number is shorter')
            self.at = match.end() if match else self.at

    def _items(self, path: Path, depth: int) -> None:
        self.at += 1
        for index in range(len(self.text)):
            if self._closed("]"):
                return
            before = self.at
            self._value((*path, index), depth + 1)
            if self.at == before:                           # nothing was there: leave it to the parser
                return

    def _inline(self, path: Path, depth: int) -> None:
        self.at += 1
        while not self._closed("}"):
            before = self.at
            self._pair(path, depth + 1)
            if self.at == before:
                return

    def _closed(self, mark: str) -> bool:
        """Pass blanks and a comma; whether the list ends here, or the text does."""
        self._blank(BLANKS)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._blank(BLANKS)
        if self.text.startswith(mark, self.at):
            self.at += 1
            return True
        return self.at >= len(self.text)
