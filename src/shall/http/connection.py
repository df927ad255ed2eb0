"""One connection: its requests in their order, one answer after another, and an end to what takes too long."""

from __future__ import annotations

import asyncio
import mmap
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from shall.http import problems
from shall.http.exchange import Exchange
from shall.http.intake import Head, Intake, Refused
from shall.http.problems import CLOSE, RETRY

if TYPE_CHECKING:
    from uvicorn import Config
    from uvicorn.server import ServerState

    from shall.http.app import App

LINGER: Final = 2.0                         # seconds in which a client may still send what nobody reads
DISCARDED: Final = 64 << 20                 # bytes of that
SHED: Final = "There is more to decide than this server can. Try again."


class Held:
    """Bytes of the bodies that are being received on all connections, and how many connections there may be."""

    def __init__(self, connections: int) -> None:
        self.bytes, self.connections = 0, connections


class Connection(asyncio.Protocol):
    """What uvicorn makes for each connection. `sweep` is to be called every second or so."""

    def __init__(self, app: App, held: Held, config: Config, server_state: ServerState, app_state: dict[str, Any],
                 _loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.app, self.limits, self.load, self.held = app, app.limits, app.load, held
        self.state = server_state
        self.loop = _loop or asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.intake = Intake(self.limits, self)
        self.client: tuple[str, int] | None = None
        self.server: tuple[str, int] | None = None
        self.reading: Exchange | None = None    # whose body is coming
        self.working: Exchange | None = None    # who is answered now
        self.queue: deque[Exchange] = deque()   # who comes after that
        self.refused: Refused | None = None     # why nothing more is read
        self.since = 0.0                        # when the request began that is not there yet
        self.idle = monotonic() + self.limits.seconds - self.limits.idle    # when nothing was left to do
        self.stuck = 0.0                        # since when the client takes no answer
        self.until = 0.0                        # when a closing connection is cut
        self.discarded = 0

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        self.transport = transport          # type: ignore[assignment]
        self.client, self.server = (_address(transport.get_extra_info(name)) for name in ("peername", "sockname"))
        self.state.connections.add(self)    # type: ignore[arg-type]
        if len(self.state.connections) > self.held.connections:
            self._refuse(Refused(503, "There are too many connections."))

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self.state.connections.discard(self)
        self._drop()
        self.transport = None

    def eof_received(self) -> bool:
        """The client sends no more; it may still read, unless there is nothing to answer."""
        if self.until or self.working is None or (self.since and self.refused is None):
            return False
        if self.refused is None:
            self.shutdown()
        return True

    def pause_writing(self) -> None:
        """The client takes no answer: it may ask no more."""
        self.stuck = monotonic()
        self._pause()

    def resume_writing(self) -> None:
        """It takes them again."""
        self.stuck = 0.0
        self._resume()

    def data_received(self, data: bytes) -> None:
        """Some bytes of requests."""
        if self.until:
            self.discarded += len(data)
            if self.discarded > DISCARDED:
                self._cut()
        elif self.refused is None:
            if not self.since:
                self.since = monotonic()
            refused = self.intake(data)
            if refused is not None:
                self._refuse(refused)

    def shutdown(self) -> None:
        """Answer what is there, and close."""
        if self.working is None and not self.queue and not self.until:
            self.since = 0.0                # what has not come is waited for no more
            self._finish()
        for exchange in (self.working, *self.queue):
            if exchange is not None:
                exchange.keep = False

    # what the intake calls

    def begin(self, head: Head) -> None:
        """A request can be answered, or waits for those before it."""
        raw, _, query = head.url.partition(b"?")
        scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": head.version,
                 "method": head.method, "scheme": "http", "path": raw.decode("latin-1"), "raw_path": raw,
                 "query_string": query, "root_path": "", "headers": head.headers, "client": self.client,
                 "server": self.server}
        self.since = self.since or monotonic()
        exchange = self.reading = Exchange(self, scope, head.keep, head.expects)
        if head.room:
            exchange.body = mmap.mmap(-1, head.room)    # not touched before it comes, and given back whole
        if self.working is not None or self.queue:
            self._wait(exchange)
        elif head.method == "POST" and self.load.full():
            exchange.shed = True
            self.working = exchange
        else:
            self._start(exchange)

    def piece(self, body: bytes) -> None:
        """Some bytes of its body, unless it was answered before they came."""
        exchange = self.reading
        if exchange is None or exchange.answered or exchange.shed:
            return
        exchange.take(body)
        self.held.bytes += len(body)
        if self.held.bytes > self.limits.held:
            self.intake.stop(503, "There are too many large bodies at once. Try again.")

    def end(self) -> None:
        """All of it is there."""
        exchange, self.reading, self.since = self.reading, None, 0.0
        if exchange is None:
            return
        exchange.complete = True
        exchange.wake()
        if exchange.shed:
            self.write(problems.whole(503, SHED, RETRY, *self.dated, *(() if exchange.keep else (CLOSE,))))
            exchange.answered = True
            self._told(503)
            self.answered(exchange)

    # what an exchange calls

    @property
    def dated(self) -> list[tuple[bytes, bytes]]:
        """Headers of every answer: the date."""
        return self.state.default_headers

    def write(self, data: bytes | memoryview) -> None:
        """Send something, if somebody is there."""
        if self.transport is not None and not self.until:
            self.transport.write(data)

    def answered(self, exchange: Exchange) -> None:
        """An answer was given: the next one, or the end."""
        self.state.total_requests += 1
        self.working = None
        self._free(exchange)
        if not exchange.keep:
            self._finish()
        elif self.queue:
            self._start(self.queue.popleft())
            self._resume()
        elif self.refused is not None:
            self._refuse(self.refused)
        else:
            self.idle = monotonic()

    def sweep(self, now: float) -> None:
        """Look at the clock: what comes too slowly is refused (408), who takes too long to read is cut."""
        limits = self.limits
        if self.until:
            if now > self.until:
                self._cut()
        elif self.stuck and now - self.stuck > limits.seconds:
            self._cut()
        elif self.since:                    # a request has begun: the connection is not idle
            if now - self.since > limits.seconds:
                self._refuse(Refused(408, f"The request was not there after {limits.seconds:g} seconds."))
        elif self.working is None and now - self.idle > limits.idle:
            self._finish()

    # what is only called here

    def _start(self, exchange: Exchange) -> None:
        self.working = exchange
        if exchange.scope["method"] == "POST":
            exchange.waits = True
            self.load.came()
        task = self.loop.create_task(self._run(exchange))
        self.state.tasks.add(task)
        task.add_done_callback(self.state.tasks.discard)

    async def _run(self, exchange: Exchange) -> None:
        try:
            await self.app(exchange.scope, exchange.receive, exchange.send)
        finally:
            if not exchange.answered and not exchange.gone:
                self._cut()

    def _wait(self, exchange: Exchange) -> None:
        if len(self.queue) >= self.limits.pipelined:
            self.intake.stop(400, "Too many requests wait on this connection.")
        self.queue.append(exchange)
        self._pause()

    def _refuse(self, refused: Refused) -> None:
        """Tell why nothing more is read, when those before it are answered, and close."""
        self.refused = refused
        reading, self.reading = self.reading, None
        if reading is not None and reading in self.queue:
            self.queue.remove(reading)
        if self.working is not None and self.working is not reading:
            return
        self._told(refused.status)
        headers = (CLOSE, RETRY) if refused.status == 503 else (CLOSE,)
        self.write(problems.whole(refused.status, refused.detail, *headers))
        self._finish()

    def _told(self, status: int) -> None:
        if self.app.metrics is not None:
            self.app.metrics.request("", "", status, 0.0)

    def _finish(self) -> None:
        """Close: at once where all was read, else when the client had its time to stop; else it loses the answer."""
        self._drop()
        if self.transport is None or self.transport.is_closing():
            return
        if not self.since:
            self.transport.close()
        elif not self.until:
            self.until = monotonic() + LINGER
            self.transport.resume_reading()
            if self.transport.can_write_eof():
                self.transport.write_eof()

    def _cut(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _drop(self) -> None:
        """Nobody waits for the answers that are not given yet."""
        for exchange in (self.working, self.reading, *self.queue):
            if exchange is not None and not exchange.answered:
                exchange.leave()
                self._free(exchange)
        self.working = self.reading = None
        self.queue.clear()

    def _free(self, exchange: Exchange) -> None:
        self.held.bytes -= exchange.size
        exchange.size = 0

    def _pause(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def _resume(self) -> None:
        if self.transport is not None and not self.transport.is_closing() and not self.stuck and not self.queue:
            self.transport.resume_reading()


def _address(told: Any) -> tuple[str, int] | None:
    return (str(told[0]), int(told[1])) if isinstance(told, tuple) and len(told) >= 2 else None
