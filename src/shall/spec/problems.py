"""Collects every problem of a file, each with its place, so that all are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

from shall.core.errors import FileError, Problem
from shall.spec.characters import meant
from shall.spec.file import Mention
from shall.spec.places import Path
from shall.spec.toml import Document

SHOWN: Final = 14                                   # words that a list in a message shows at most
MANY: Final = 200                                   # problems after which the reading stops
COMPARED: Final = 2_000                             # words that one is compared with at most
CLOSE: Final = 0.65                                 # of difflib: `gender` and `dear` are not


class Problems:
    """What is wrong with one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []
        self.mentions: list[Mention] = []
        self.beside: list[Problem] = []             # of the packs that it extends

    def at_key(self, path: Path, message: str, fix: str = "") -> None:
        """A problem of a key or a table."""
        self._add(self.document.places.key(path), message, fix)

    def at_value(self, path: Path, message: str, fix: str = "") -> None:
        """A problem of a value."""
        self._add(self.document.places.value(path), message, fix)

    def inside(self, path: Path, index: int, message: str, fix: str = "") -> None:
        """A problem of one character of a text value, which is ``index`` characters in."""
        self._add(self.document.places.inside(path, index), message, fix)

    def mention(self, path: Path, name: str, index: int | None = None) -> None:
        """Remember where a column is named: in a value, or ``index`` characters into it."""
        places = self.document.places
        offset = places.value(path) if index is None else places.inside(path, index)
        self.mentions.append(Mention(name, self.document.name, *places.position(offset)))

    def _add(self, offset: int, message: str, fix: str) -> None:
        self.found.append(Problem(self.document.name, *self.document.places.position(offset), message, fix))
        if len(self.found) >= MANY:
            more = f"there may be more than these {MANY} problems"
            raise FileError((*self.sorted(), Problem(self.document.name, 0, 0, more, "mend these first")))

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file; those of its packs after them."""
        own = sorted(dict.fromkeys(self.found), key=lambda problem: (problem.line, problem.column))
        return (*own, *self.beside)

    def join(self, other: Problems) -> None:
        """Those of a pack too."""
        self.beside += other.sorted()
        self.mentions += other.mentions


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant, or an empty text."""
    by_lower = {known.lower(): known for known in islice(words, COMPARED)}
    near = difflib.get_close_matches(word.lower(), by_lower, 1, CLOSE)
    return by_lower[near[0]] if near else ""


def misspelt(table: str, root: Iterable[str]) -> bool:
    """Whether a table that is absent is there under a name that was probably meant to be this one."""
    return any(key != table and nearest(key, (table,)) for key in root)


def did_you_mean(word: str, words: Iterable[str], what: str) -> str:
    """The fix for a word that is not known: the nearest one, or all of them."""
    known = tuple(words)
    if near := nearest(word, known):
        return meant(word, near)
    shown = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
    return f"{what}: {shown}" if known else f"{what}: none yet"
