"""One request on a connection and its answer, as ASGI has them. The body is given whole, and without a copy."""

from __future__ import annotations

import asyncio
import mmap
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.http.connection import Connection

LINES: Final = {one.value: f"HTTP/1.1 {one.value} {one.phrase}\r\n".encode() for one in HTTPStatus}
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
LARGE: Final = 1 << 16                      # bytes of an answer that are not copied behind its head


class Exchange:
    """A request that a connection has begun to read. ``shed``: nobody will answer it but the connection."""

    __slots__ = ("_connection", "_head", "_there", "answered", "body", "complete", "continues", "gone", "keep",
                 "scope", "shed", "size", "waits")

    def __init__(self, connection: Connection, scope: dict[str, Any], keep: bool, continues: bool) -> None:
        self._connection, self.scope, self.keep, self.continues = connection, scope, keep, continues
        self.body: bytearray | mmap.mmap = bytearray()
        self.size = 0
        self.complete = self.answered = self.gone = self.shed = self.waits = False
        self._head = b""
        self._there: asyncio.Future[None] | None = None

    def take(self, piece: bytes) -> None:
        """Some bytes of its body."""
        if isinstance(self.body, bytearray):
            self.body += piece
        else:
            self.body[self.size:self.size + len(piece)] = piece
        self.size += len(piece)

    def wake(self) -> None:
        """All of it is there, or nothing more will come."""
        if self._there is not None and not self._there.done():
            self._there.set_result(None)

    def leave(self) -> None:
        """Nobody waits for it any more."""
        self.gone = True
        self._begun()
        self.wake()

    async def receive(self) -> dict[str, Any]:
        """The whole body, when it is there."""
        self._begun()
        if not self.complete and not self.gone:
            if self.continues:
                self._connection.write(CONTINUE)
                self.continues = False
            self._there = asyncio.get_running_loop().create_future()
            await self._there
        if self.gone:
            return {"type": "http.disconnect"}
        body, self.body = self.body, bytearray()
        return {"type": "http.request", "body": body}

    async def send(self, message: dict[str, Any]) -> None:
        """First what begins an answer, then its body."""
        self._begun()
        if message["type"] == "http.response.start":
            self._head = self._written(message["status"], message["headers"])
        elif not self.gone:
            body = message["body"]
            if len(body) < LARGE:
                self._connection.write(self._head + body)
            else:
                self._connection.write(self._head)
                self._connection.write(body)
            self.answered = True
            self._connection.answered(self)

    def _written(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        if (b"connection", b"close") in headers:
            self.keep = False
        elif not self.keep or not self.complete:
            self.keep = False               # what is not read would be taken for the next request
            headers = [*headers, (b"connection", b"close")]
        every = [*self._connection.dated, *headers]
        lines = [b"%b: %b\r\n" % one for one in every]
        head = b"".join((LINES[status], *lines, b"\r\n"))
        if head.count(b"\n") != len(lines) + 2:
            raise ValueError("a header of an answer has more than one line")
        return head

    def _begun(self) -> None:
        """It waits for its turn no more."""
        if self.waits:
            self.waits = False
            self._connection.load.begun()
