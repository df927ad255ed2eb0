"""What comes over a connection, as requests: read by httptools, and held against the limits byte by byte.

A request that can be read in two ways is refused, and nothing behind it is read: it may be another's.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Protocol

import httptools

from shall.http.arrow import MEDIA
from shall.http.limits import Limits

ONCE: Final = frozenset((b"content-length", b"expect", b"host", b"transfer-encoding"))
VERSIONS: Final = ("1.1", "1.0")
BETWEEN: Final = 32                         # bytes beside the data of a chunk
SMALL: Final = 1 << 20                      # bytes of a stream that need no room of their own
OTHER: Final = "This server changes to no other protocol."
TWO_WAYS: Final = "The request is no HTTP that can be read in one way only."


class Head(NamedTuple):
    """The head of a request. ``keep``: whether the connection may be kept; ``expects``: that it waits for a word;
    ``room``: bytes that a large stream says it has."""

    method: str
    url: bytes
    version: str
    headers: list[tuple[bytes, bytes]]
    keep: bool
    expects: bool
    room: int = 0


class Taker(Protocol):
    """Who is told of requests. Each may raise Refused."""

    def begin(self, head: Head) -> None:
        """The head of a request is there."""
        ...

    def piece(self, body: bytes) -> None:
        """Some bytes of its body."""
        ...

    def end(self) -> None:
        """All of it is there."""
        ...


class Refused(Exception):
    """Why nothing more is read."""

    def __init__(self, status: int, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(detail)


class Intake:
    """Bytes in, requests out. After it has refused something it takes nothing more."""

    def __init__(self, limits: Limits, taker: Taker) -> None:
        self._limits, self._taker = limits, taker
        self._parser: Any = httptools.HttpRequestParser(self)
        self._refused: Refused | None = None
        self._number = self._chunks = self._most = self._length = 0
        self._head = self._raw = self._size = 0     # bytes of the head, of all of the request, of its body
        self._begun, self._in_head, self._expects = False, True, False
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._once: set[bytes] = set()

    def __call__(self, data: bytes) -> Refused | None:
        """Take some bytes; why nothing more is taken, if so."""
        own = self._number + (not self._begun)      # the request that these bytes belong to, if it is one only
        try:
            self._parser.feed_data(data)
            if self._begun and own == self._number:
                self._count(len(data))
        except httptools.HttpParserUpgrade:
            return Refused(400, OTHER)
        except httptools.HttpParserError:
            return self._refused or Refused(400, TWO_WAYS)
        except Refused as refused:
            return refused
        return None

    def stop(self, status: int, detail: str) -> None:
        """Raise Refused, through the parser."""
        self._refused = Refused(status, detail)
        raise self._refused

    def on_message_begin(self) -> None:
        """A request begins."""
        self._url, self._headers, self._once = b"", [], set()
        self._begun, self._in_head, self._expects = True, True, False
        self._head = self._raw = self._size = self._chunks = self._length = 0
        self._number += 1
        self._most = self._limits.body

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""
        self._url += url
        self._sized(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or behind a body a trailer, which nobody reads."""
        self._sized(len(name) + len(value) + 4)
        if not self._in_head:
            return
        name = name.lower()
        if name in ONCE:
            self._only(name, value)
        elif name == b"content-type" and value.startswith(MEDIA):
            self._most = self._limits.stream
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """All of its head is there."""
        parser, url = self._parser, self._url
        version = parser.get_http_version()
        if version not in VERSIONS:
            self.stop(400, "This server speaks HTTP/1.1.")
        if parser.should_upgrade():
            self.stop(400, OTHER)
        if b"transfer-encoding" in self._once and (b"content-length" in self._once or version == "1.0"):
            self.stop(400, "A request has Content-Length or Transfer-Encoding, and not both.")
        if not url.startswith(b"/") or b"#" in url:
            self.stop(400, "The target of a request is a path.")
        self._in_head, modern = False, version == "1.1"
        self._taker.begin(Head(parser.get_method().decode(), url, version, self._headers,
                               modern and parser.should_keep_alive(), modern and self._expects, self._room()))

    def on_chunk_header(self) -> None:
        """A piece of a body that tells no length."""
        self._chunks += 1
        if self._chunks > self._limits.chunks:
            self.stop(413, f"The body comes in more than {self._limits.chunks:,} pieces. Send larger ones.")

    def on_body(self, body: bytes) -> None:
        """Some bytes of a body."""
        self._size += len(body)
        if self._size > self._most:
            self.stop(413, f"The body is larger than {self._most:,} bytes. Send fewer rows at a time.")
        self._taker.piece(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._begun, self._in_head = False, True
        self._taker.end()

    def _room(self) -> int:
        if self._most == self._limits.body or not SMALL < self._length <= self._most:
            return 0
        return self._length

    def _only(self, name: bytes, value: bytes) -> None:
        """A header that stands there once, or is read in two ways."""
        if name in self._once:
            self.stop(400, f"The header {name.decode()} stands there twice.")
        self._once.add(name)
        if name == b"transfer-encoding" and value.lower() != b"chunked":
            self.stop(400, "Transfer-Encoding is chunked, or is not there.")
        if name == b"content-length" and value.isdigit():
            self._length = int(value[:16])
        self._expects = self._expects or (name == b"expect" and value.lower() == b"100-continue")

    def _sized(self, size: int) -> None:
        self._head += size
        if self._head > self._limits.head:
            self.stop(431, self._too_large())

    def _count(self, size: int) -> None:
        """Bytes that the parser keeps, or drops, without a word: a header without an end, extensions of chunks."""
        self._raw += size
        most = self._limits.head
        if self._raw > most and (self._in_head or self._raw - self._size > 2 * most + BETWEEN * self._chunks):
            raise Refused(431, self._too_large())

    def _too_large(self) -> str:
        return f"Request line and headers are larger than {self._limits.head:,} bytes."
