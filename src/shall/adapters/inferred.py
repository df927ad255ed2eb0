"""The type of a column of text, taken from every value or held against a declared one; never from the first rows."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.declared import line_for
from shall.core.errors import DataError

MISSING: Final = ("", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "None")    # of everything that is not text
TRUE: Final = ("true", "True", "TRUE")
FALSE: Final = ("false", "False", "FALSE")
MOSTLY: Final = 0.9                         # of the values: then the others are taken for damage, not for text
KINDS: Final = ("integer", "number", "boolean", "date", "timestamp")
ONE: Final = {"integer": "an integer", "number": "a number", "boolean": "true or false",
              "date": "a date as 2026-11-30", "timestamp": "a time as 2026-11-30T23:59:59, all with a zone or none"}
WIDER: Final = {"integer": "number", "date": "timestamp"}
CODE: Final = r"^[+-]?0\d|^\+|^-?\d{19,}$"  # a number that would not come back as it was written
PATTERNS: Final = {
    "integer": r"^-?\d{1,18}$", "number": r"^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^-?inf$",
    "boolean": f"^({'|'.join(TRUE + FALSE)})$", "date": r"^\d{4}-\d\d-\d\d$",
    "timestamp": r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?)?$",
}
THOUSANDS: Final = r"^-?\d{1,3}([,' ]\d{3})+(\.\d+)?$"
ZONE: Final = r"\d[T ].*(Z|[+-]\d\d(:?\d\d)?)$"


class Inferred:
    """One column as its values come by, chunk by chunk."""

    def __init__(self, name: str, log: str, declared: str = "") -> None:
        self.name, self._log, self._declared = name, log, declared
        self._kind = declared                   # "": no value was seen yet
        self._fits = self._others = 0           # values that are of the kind, and those that are not
        self._strange = (0, "")                 # row and text of the first of these
        self._digits = 0                        # of a fraction of a second
        self._zone: bool | None = None          # whether the times have one

    def see(self, column: pa.Array, before: int) -> None:
        """Some more values; ``before`` is the number of rows that came before them."""
        if self._kind == "string":
            return
        chunk = _Chunk(column)
        if not len(chunk.known):
            return
        if not self._declared:
            if self._kind in ("", "integer", "number") and chunk.has_code():
                self._kind = "string"
                return
            self._kind = self._widest(chunk)
        if self._kind != "string":
            self._hold(chunk, before)

    def type(self) -> pa.DataType:
        """The Arrow type; DataError where a few values are not of the kind of all others."""
        if self._others and self._kind != "string":
            row, value = self._strange
            thousands = bool(pc.match_substring_regex(pa.scalar(value), THOUSANDS).as_py())
            if thousands or self._fits >= MOSTLY * (self._fits + self._others):
                advice = "write numbers without thousands separators" if thousands else "mend it"
                raise DataError(
                    f"{self._log}: column {self.name}, row {row:,} (the header is row 1) says {value[:40]!r}, and "
                    f"{self._fits:,} other values are {self._kind}s: {advice}; or, if all are text, add to the shall "
                    f"file: {line_for(self.name, 'string')}")
            return pa.string()
        return self._arrow()

    def _arrow(self) -> pa.DataType:
        if self._kind == "timestamp":
            unit = "s" if not self._digits else "us" if self._digits <= 6 else "ns"
            return pa.timestamp(unit, "UTC" if self._zone else None)
        return {"": pa.null(), "string": pa.string(), "integer": pa.int64(), "number": pa.float64(),
                "boolean": pa.bool_(), "date": pa.date32()}[self._kind]

    def _widest(self, chunk: _Chunk) -> str:
        """The kind of most of these values, among those that the ones before allow; text where none fits."""
        kinds = KINDS if not self._kind else (self._kind, *filter(None, [WIDER.get(self._kind)]))
        best, most = self._kind or "string", 0
        for kind in kinds:
            if (fits := chunk.count(kind)) > most:
                best, most = kind, fits
            if most == len(chunk.known):
                break
        return best

    def _hold(self, chunk: _Chunk, before: int) -> None:
        if self._kind != "timestamp" and chunk.count(self._kind) == len(chunk.known):
            self._fits += len(chunk.known)
            return
        column = chunk.column
        fits = _fitting(column, self._kind)
        if self._kind == "timestamp":
            fits = self._see_times(column, fits)
        wrong = pc.invert(pc.or_(chunk.absent, fits))
        others = pc.sum(wrong).as_py()
        if others and not self._others:
            row = pc.index(wrong, True).as_py()
            self._strange = (before + row + 2, column[row].as_py())
        self._fits += len(chunk.known) - others
        self._others += others
        if self._declared and others:
            row, value = self._strange
            raise DataError(f"{self._log}: column {self.name}, row {row:,} (the header is row 1) says {value[:40]!r}, "
                            f"which is not {ONE[self._kind]}, as the shall file declares")

    def _see_times(self, column: pa.Array, fits: pa.Array) -> pa.Array:
        """Those of the times that have a zone as the first one has, or have none as it has none."""
        times = column.filter(fits)
        fraction = pc.extract_regex(times, r"\.(?P<digits>\d+)").field("digits")
        self._digits = max(self._digits, pc.max(pc.utf8_length(fraction)).as_py() or 0)
        if self._zone is None and len(times):
            self._zone = bool(_matching(times.slice(0, 1), ZONE)[0].as_py())
        return pc.and_(fits, pc.equal(_matching(column, ZONE), bool(self._zone)))


class _Chunk:
    """Some values of a column, and what was found out about them."""

    def __init__(self, column: pa.Array) -> None:
        self.column = column
        self.absent = pc.is_in(column, pa.array(MISSING))
        self.known = column.filter(pc.invert(self.absent)) if pc.any(self.absent).as_py() else column
        self._counts: dict[str, int] = {}

    @cached_property
    def whole(self) -> bool:
        """Whether all are whole numbers that come back as they were written: quicker to see than by a pattern."""
        if not self.known[0].as_py().lstrip("-").isdecimal():      # a cast that fails is slow: it goes on to the end
            return False
        try:
            return bool(self.known.cast(pa.int64()).cast(pa.string()).equals(self.known))
        except pa.ArrowInvalid:
            return False

    def count(self, kind: str) -> int:
        """How many are of a kind."""
        if kind in ("integer", "number") and self.whole:
            return len(self.known)
        if kind not in self._counts:
            self._counts[kind] = pc.sum(_fitting(self.known, kind)).as_py() or 0
        return self._counts[kind]

    def has_code(self) -> bool:
        """Whether a number among them would not come back as it was written."""
        return not self.whole and bool(pc.any(_matching(pc.utf8_trim_whitespace(self.known), CODE)).as_py())


def _fitting(column: pa.Array, kind: str) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(column) if kind in ("integer", "number") else column
    return _matching(trimmed, PATTERNS[kind])


def _matching(column: pa.Array, pattern: str) -> pa.Array:
    return pc.match_substring_regex(column, pattern)
