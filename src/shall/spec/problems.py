"""Collects every problem of a file, each with its place, so that all are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from shall.core.errors import Problem
from shall.spec.places import Path
from shall.spec.toml import Document

SHOWN = 12                                          # words that a list in a message shows at most


class Problems:
    """What is wrong with one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: list[Problem] = []

    def at_key(self, path: Path, message: str, fix: str = "") -> None:
        """A problem of a key or a table."""
        self._add(self.document.places.key(path), message, fix)

    def at_value(self, path: Path, message: str, fix: str = "") -> None:
        """A problem of a value."""
        self._add(self.document.places.value(path), message, fix)

    def inside(self, path: Path, index: int, message: str, fix: str = "") -> None:
        """A problem of one character of a text value, which is ``index`` characters in."""
        self._add(self.document.places.inside(path, index), message, fix)

    def _add(self, offset: int, message: str, fix: str) -> None:
        self.found.append(Problem(self.document.name, *self.document.places.position(offset), message, fix))

    def sorted(self) -> tuple[Problem, ...]:
        """All of them, in the order of the file."""
        return tuple(sorted(dict.fromkeys(self.found), key=lambda problem: (problem.line, problem.column)))


def nearest(word: str, words: Iterable[str]) -> str:
    """The word that was probably meant, or an empty text."""
    by_lower = {known.lower(): known for known in words}
    near = difflib.get_close_matches(word.lower(), by_lower, 1, 0.6)
    return by_lower[near[0]] if near else ""


def misspelt(table: str, root: Iterable[str]) -> bool:
    """Whether a table that is absent is there under a name that was probably meant to be this one."""
    return any(key != table and nearest(key, (table,)) for key in root)


def did_you_mean(word: str, words: Iterable[str], what: str) -> str:
    """The fix for a word that is not known: the nearest one, or all of them."""
    known = tuple(words)
    if near := nearest(word, known):
        return f"did you mean `{near}`?"
    shown = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
    return f"{what}: {shown}" if known else f"{what}: none yet"
