"""What is answered where nothing can be answered: `application/problem+json` (RFC 9457), with an id and the faults."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import msgspec

from shall.core.errors import Fault
from shall.http.access import SECURITY
from shall.http.denied import Denied
from shall.http.replies import Reply

MEDIA: Final = b"application/problem+json"
MOST: Final = 100                           # faults that are told of one request
RETRY: Final = (b"retry-after", b"1")
CLOSE: Final = (b"connection", b"close")


class Problem(msgspec.Struct):
    """A request that was not answered. ``error`` is the detail again, where the Open Inference Protocol has it."""

    type: str
    title: str
    status: int
    detail: str
    id: str
    faults: list[Fault] = []
    error: str = ""


class Refusal(Denied):
    """A request that is not answered: a status, a word for programs, a sentence for people, and the faults."""

    def __init__(self, status: int, word: str, detail: str, *headers: tuple[bytes, bytes],
                 faults: Sequence[Fault] = ()) -> None:
        super().__init__(status, detail, *headers)
        self.word, self.faults = word, tuple(faults)


WORDS: Final = {400: "malformed", 401: "token", 403: "forbidden", 404: "unknown", 405: "method", 408: "slow",
                409: "conflict", 410: "recalled", 413: "large", 415: "media", 421: "host", 422: "input",
                429: "failures", 431: "head", 500: "fault", 503: "overloaded"}
_prefix, _count = secrets.token_hex(6), itertools.count()


def new_id() -> str:
    """What names one problem, here and in the log of the server."""
    return f"{_prefix}-{next(_count):x}"


def of(error: Denied, name: str = "") -> Reply:
    """The answer to a refused request; ``name`` of the problem, where it was logged under one."""
    faults = list(getattr(error, "faults", ()))[:MOST]
    body = content(error.status, error.detail, word=getattr(error, "word", ""), faults=faults, name=name)
    return Reply(error.status, MEDIA, body, tuple(error.headers))


def content(status: int, detail: str, *, word: str = "", faults: Sequence[Fault] = (), name: str = "") -> bytes:
    """The body of a problem."""
    word = word or WORDS.get(status, "refused")
    return msgspec.json.encode(Problem(f"urn:shall:{word}", HTTPStatus(status).phrase, status, detail,
                                       name or new_id(), list(faults), _error(detail, faults)))


def whole(status: int, detail: str, *headers: tuple[bytes, bytes]) -> bytes:
    """A problem as it goes over the wire, for a connection that has no request, or none that can be read."""
    body = content(status, detail)
    lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode()), b"content-type: " + MEDIA,
             b"content-length: %d" % len(body),
             *(name + b": " + value for name, value in (*SECURITY, *headers)), b"", body]
    return b"\r\n".join(lines)


def _error(detail: str, faults: Sequence[Fault]) -> str:
    told = [f"{fault.field}: {fault.what}" if fault.field else fault.what for fault in faults[:3]]
    return " ".join([detail, *told])
