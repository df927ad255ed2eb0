"""Universal binary JSON, as XGBoost writes it by default: objects, lists, typed lists, numbers, text.

Reference: https://ubjson.org, draft 12; XGBoost writes numbers big-endian.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import DataError

NUMBERS: Final = {b"i": ">i1", b"U": ">u1", b"I": ">i2", b"u": ">u2", b"l": ">i4", b"m": ">u4", b"L": ">i8",
                  b"M": ">u8", b"d": ">f4", b"D": ">f8"}
WORDS: Final[dict[bytes, Any]] = {b"T": True, b"F": False, b"Z": None}
DEEPEST: Final = 64


class Reader:
    """Takes values off ``content``."""

    def __init__(self, content: bytes) -> None:
        self._content, self._place, self._depth = content, 0, 0

    def value(self, kind: bytes = b"") -> Any:
        """The next value. DataError."""
        kind = kind or self._kind()
        if kind in WORDS:
            return WORDS[kind]
        if kind in NUMBERS:
            return self._numbers(kind, 1)[0].item()
        if kind in (b"S", b"C"):
            return self._text(1 if kind == b"C" else self._size())
        if kind not in (b"{", b"["):
            raise DataError(f"the booster has a value of unknown kind {kind!r}")
        self._depth += 1
        if self._depth > DEEPEST:
            raise DataError(f"the booster is nested deeper than {DEEPEST} levels")
        found = self._object() if kind == b"{" else self._list()
        self._depth -= 1
        return found

    def _object(self) -> dict[str, Any]:
        found, left = {}, self._counted()
        while left != 0 if left is not None else not self._ends(b"}"):
            name = self._text(self._size())
            found[name] = self.value()
            left = None if left is None else left - 1
        return found

    def _list(self) -> Any:
        if self._ends(b"$"):
            kind = self._kind(1)
            self._wanted(b"#")
            count = self._size()
            if kind in NUMBERS:
                return self._numbers(kind, count).tolist()
            self._room(count)
            return [self.value(kind) for _ in range(count)]
        found, left = [], self._counted()
        while left != 0 if left is not None else not self._ends(b"]"):
            found.append(self.value())
            left = None if left is None else left - 1
        return found

    def _counted(self) -> int | None:
        return self._size() if self._ends(b"#") else None

    def _size(self) -> int:
        kind = self._kind()
        if kind not in NUMBERS or kind in (b"d", b"D"):
            raise DataError("the booster has a size that is no whole number")
        size = int(self._numbers(kind, 1)[0])
        if size < 0:
            raise DataError("the booster has a size below 0")
        return size

    def _numbers(self, kind: bytes, count: int) -> Any:
        dtype = np.dtype(NUMBERS[kind])
        return np.frombuffer(self._taken(count * dtype.itemsize), dtype)

    def _text(self, size: int) -> str:
        return self._taken(size).decode(errors="replace")

    def _taken(self, size: int) -> bytes:
        self._room(size)
        self._place += size
        return self._content[self._place - size:self._place]

    def _room(self, size: int) -> None:
        if size > len(self._content) - self._place:
            raise DataError("the booster is cut off")

    def _kind(self, size: int = 1) -> bytes:
        kind = self._taken(size)
        while kind == b"N":
            kind = self._taken(size)
        return kind

    def _ends(self, mark: bytes) -> bool:
        if self._content[self._place:self._place + 1] != mark:
            return False
        self._place += 1
        return True

    def _wanted(self, mark: bytes) -> None:
        if not self._ends(mark):
            raise DataError("the booster has a typed list without its size")
