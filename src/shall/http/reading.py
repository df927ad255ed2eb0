"""JSON of strangers: typed, bounded in depth, no number that is none, and no key twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Generic, TypeVar

import msgspec

from shall.core.errors import Fault
from shall.http.problems import Refusal

Scalar = float | int | str | bool | None
T = TypeVar("T")
TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS: Final = re.compile(rb"[\[\]{}]")
AT: Final = re.compile(r"byte (\d+)")
WORD: Final = re.compile(rb"-?\b(?:NaN|nan|Infinity|inf|None|NULL|Null|undefined|True|False|NA)\b")
LONGEST: Final = 12                         # letters of such a word, and some
BEFORE: Final = 300                         # bytes before a value in which its name is looked for
KEY: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*\Z', re.DOTALL)
HUGE: Final = re.compile(rb"[eE]\+?\d{3}")
NUMBER: Final = re.compile(rb"-?\d[\d.]{0,99}\Z")
PLACE: Final = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?$", re.DOTALL)
Body = bytes | bytearray


class Reader(Generic[T]):
    """Reads one kind of body. ``keys`` counts the keys of what was read: one that stood twice is missing there."""

    def __init__(self, kind: type[T], keys: Callable[[T], int], depth: int = 64) -> None:
        self._decode = msgspec.json.Decoder(kind).decode
        self._keys, self._depth = keys, depth
        self._takes_rows = "rows" in getattr(kind, "__struct_fields__", ())

    def __call__(self, body: Body) -> T:
        """Refusal (400) where it is no JSON, or nested too deep; (422) where it is JSON of another kind."""
        try:
            found = self._decode(body)
        except msgspec.ValidationError as error:
            raise self._of_another_kind(bytes(body), error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._malformed(bytes(body), error) from None
        # each member of an object has one colon outside of texts
        if body.count(b":") != (keys := self._keys(found)) and TEXT.sub(b"", body).count(b":") != keys:
            raise Refusal(400, "malformed", "A key stands twice in one object of the body.",
                          faults=[Fault(None, name, "this key stands twice", "send it once")
                                  for name in _twice(bytes(body))])
        return found

    def _of_another_kind(self, body: bytes, error: msgspec.ValidationError) -> Refusal:
        if (refusal := self._too_deep(body)) is not None:
            return refusal
        told = PLACE.match(str(error))
        what, where = (told["what"], told["where"] or "") if told else (str(error), "")
        row, field = _named(body, where)
        return Refusal(422, "input", "The body is not what this route takes.",
                       faults=[Fault(row, field, what[:1].lower() + what[1:], _fix(what, self._takes_rows))])

    def _malformed(self, body: bytes, error: Exception) -> Refusal:
        if (refusal := self._too_deep(body)) is not None:
            return refusal
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else _sentence(str(error))
        return Refusal(400, "malformed", f"The body is not JSON: {why}.", faults=_words(body, why))

    def _too_deep(self, body: bytes) -> Refusal | None:
        deep = 0
        for bracket in BRACKETS.finditer(TEXT.sub(b"", body)):
            deep += 1 if bracket[0] in b"[{" else -1
            if deep > self._depth:
                return Refusal(400, "malformed", f"The body is nested deeper than {self._depth}.")
        return None


def _fix(what: str, takes_rows: bool) -> str:
    """What to do: fields of a row beside nothing are the usual mistake."""
    if "out of range" in what.lower():
        return "send a finite number; where a value is missing, null"
    if takes_rows and "unknown field" in what:
        return 'put the fields of a row into "inputs": {"inputs": {"NAME": VALUE, …}}, or several into "rows"'
    return "see /openapi.json"


def _words(body: bytes, why: str) -> list[Fault]:
    """The word that other languages write and JSON does not have, where that is what is wrong: how JSON says it."""
    place = AT.search(why)
    if place is None:
        return []
    for match in WORD.finditer(body, max(int(place[1]) - LONGEST, 0), int(place[1]) + LONGEST):
        if match.start() <= int(place[1]) <= match.end() + 1:       # of nan the end is told, as of a null
            said = match[0].decode()
            fix = f"write {said.lower()}" if said in ("True", "False") else "where a value is missing, write null"
            return [Fault(None, _key(body, match.start()), f"{said} is no value of JSON", fix)]
    return []


def _sentence(told: str) -> str:
    return told.removeprefix("JSON is malformed: ") or "it is empty"


def _named(body: bytes, where: str) -> tuple[int | None, str]:
    """The row and the field that a decoder was at; it names no key of a mapping, so the value is looked for."""
    row = re.search(r"rows\[(\d+)\]", where)
    place = None if row is None else int(row[1])
    if not where.endswith("[...]"):
        return place, where
    try:
        found = msgspec.json.decode(body)
        rows = found["rows"][place] if place is not None else found["inputs"]
        return place, next((str(name) for name, value in rows.items() if isinstance(value, list | dict)
                            or (isinstance(value, float | int) and abs(value) == float("inf"))), where)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
            OverflowError):
        return place, _endless(body) or where


def _endless(body: bytes) -> str:
    """The name of the first value that looks larger than any number that there is, as 1e400 does."""
    for match in HUGE.finditer(body):
        if number := NUMBER.search(body[max(match.start() - BEFORE, 0):match.start()]):
            return _key(body, match.start() - len(number[0]))
    return ""


def _key(body: bytes, place: int) -> str:
    """The name of the value at a place; of all before it only a little is looked at."""
    found = KEY.search(body[max(place - BEFORE, 0):place])
    return "" if found is None else found[1].decode(errors="replace")[:200]


def _twice(body: bytes) -> Iterator[str]:
    """Names that stand twice in one object; the body is JSON, not nested deeply."""
    objects: list[set[str]] = []
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*"(\s*:)?|[{}]', body, re.DOTALL):
        if token[0] == b"{":
            objects.append(set())
        elif token[0] == b"}":
            objects.pop()
        elif token[1]:
            name: Any = msgspec.json.decode(token[0][:-len(token[1])])
            if name in objects[-1]:
                yield str(name)
            objects[-1].add(name)
