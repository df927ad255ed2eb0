"""One request: what was matched, who may, and its body, read within its limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from shall.http.access import NOBODY, Grant
from shall.http.problems import CLOSE, Refusal
from shall.http.reading import Body

if TYPE_CHECKING:
    from shall.http.routes import Route

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
CONTENT_TYPE: Final = b"content-type"
KEY: Final = b"idempotency-key"
LONGEST: Final = 256                        # characters of the name of a request


class Gone(Exception):
    """The client left before its request was there."""


class Call:
    """A request, matched. ``headers``: names in small letters; ``most``: bytes that its body may have; ``scope``:
    what else came with it."""

    __slots__ = ("grant", "headers", "most", "name", "named", "receive", "route", "scope", "version")

    def __init__(self, route: Route, name: str, version: str | None, headers: dict[bytes, bytes],
                 receive: Receive) -> None:
        self.route, self.name, self.version, self.headers, self.receive = route, name, version, headers, receive
        self.grant: Grant = NOBODY
        self.most = 0
        self.named: Mapping[str, str] = {}
        self.scope: Mapping[str, Any] = {}

    @property
    def media(self) -> bytes:
        """The content type, without its parameters."""
        return self.headers.get(CONTENT_TYPE, b"").split(b";", 1)[0].strip().lower()

    def request(self, otherwise: bytes | str = b"") -> str:
        """What the client calls its request: as the header says, or otherwise the body. Refusal (400)."""
        name = self.headers.get(KEY, otherwise)
        return request_of(name) if name else ""

    async def body(self) -> Body:
        """All of the body, counted as it comes. Refusal (413), Gone."""
        self._told()
        message = await self.receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            found: Body = message.get("body", b"")
            if len(found) > self.most:
                raise too_large(self.most)
            return found
        return await self._pieces(message)

    async def _pieces(self, message: Mapping[str, Any]) -> Body:
        found = bytearray()
        while True:
            if message["type"] != "http.request":
                raise Gone
            found += message.get("body", b"")
            if len(found) > self.most:
                raise too_large(self.most)
            if not message.get("more_body"):
                return found
            message = await self.receive()

    def _told(self) -> None:
        """What the headers say of the body, before any of it is read."""
        if self.headers.get(b"content-encoding", b"identity") != b"identity":
            raise Refusal(415, "media", "A compressed body is not taken: send it as it is, without Content-Encoding.",
                          (b"accept-encoding", b"identity"))
        length = self.headers.get(b"content-length")
        if length is not None and (not length.isdigit() or len(length) > 15 or int(length) > self.most):
            raise too_large(self.most)


def too_large(most: int) -> Refusal:
    """The body is larger than the limit."""
    return Refusal(413, "large", f"The body is larger than {most:,} bytes. Send fewer rows at a time.", CLOSE)


def request_of(name: bytes | str, what: str = "The name of a request") -> str:
    """What a client calls its request, or a source of labels. Refusal (400) for a name that is none."""
    try:
        text = name.decode() if isinstance(name, bytes) else name
    except UnicodeDecodeError:              # not replaced: two names would become one
        text = "\0"
    if len(text) > LONGEST or not text.isprintable():
        raise Refusal(400, "malformed", f"{what} has at most {LONGEST} printable characters.")
    return text
