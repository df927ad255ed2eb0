"""The app on a port, by uvicorn: started, swept every second, and stopped without losing an answer."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import math
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import monotonic
from typing import Final

from shall.core.errors import InputError, MissingExtra
from shall.http.app import App
from shall.http.connection import Connection, Held

try:
    import uvicorn
except ImportError as missing:
    raise MissingExtra("uvicorn", "serve", "a server") from missing

log: Final = logging.getLogger("shall.http")
BACKLOG: Final = 2048
FILES: Final = 256                          # that are no connections: logs, bundles, the store
COLLECT: Final = (50_000, 50, 50)           # objects, and rounds, after which garbage is looked for
SWITCH: Final = 0.0002                      # seconds until a thread that waits has its turn
LEFT: Final = 5.0                           # seconds, at the end, in which work beside the answers may come to its own
TICKS: Final = 10                           # of uvicorn, in a second


class Beside:
    """Work that is done again and again, in a thread, and never twice at the same time.

    It keeps nobody from ending: what is not done in time is left, so it writes what it found at its end, or nothing.
    """

    def __init__(self, seconds: float, work: Callable[[], object]) -> None:
        self._every, self._work, self._next = seconds, work, monotonic() + seconds
        self._thread: threading.Thread | None = None
        self._ended = False

    def due(self, now: float) -> None:
        """Begin it, if it is time."""
        if now >= self._next and (self._thread is None or not self._thread.is_alive()):
            self._next = now + self._every
            self._thread = threading.Thread(target=self._safely, name="shall-beside", daemon=True)
            self._thread.start()

    def end(self, seconds: float) -> None:
        """Wait for it, so long at most, and begin it no more."""
        if self._thread is not None:
            self._thread.join(max(seconds, 0.0))
        self._ended, self._next = True, math.inf

    def _safely(self) -> None:
        try:
            self._work()
        except Exception:                   # the server answers on with what it has
            if not self._ended:             # else what it works on was closed
                log.exception("work beside the answers failed")


class Server(uvicorn.Server):
    """uvicorn, which ends with 0 after a signal, at once after the second; ``started`` is called when it answers."""

    def __init__(self, app: App, started: Callable[[], None], beside: Sequence[Beside]) -> None:
        self._app, self._started, self._beside = app, started, beside
        config = uvicorn.Config(
            app, ws="none", lifespan="on", interface="asgi3",
            http=partial(Connection, app, Held(connections(app.limits.connections))),   # type: ignore[arg-type]
            log_config=None, access_log=False, proxy_headers=False, server_header=False, backlog=BACKLOG,
            timeout_graceful_shutdown=int(app.limits.seconds))
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer from now on."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()                         # what stays is not looked through again
        gc.set_threshold(*COLLECT)
        sys.setswitchinterval(SWITCH)       # log and loop wait for others several times an answer, this long each time
        self._started()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % TICKS == 0:
            await self._sweep()
            for one in self._beside:
                one.due(monotonic())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is under way end, or be late."""
        sweeping = asyncio.get_running_loop().create_task(self._sweeping())
        try:
            await super().shutdown(sockets)
        finally:
            sweeping.cancel()

    async def _sweeping(self) -> None:
        while True:
            await self._sweep()
            await asyncio.sleep(0.5)

    async def _sweep(self) -> None:
        now = monotonic()
        for _ in range(2):                  # what came while the loop was late is read before the clock counts
            await asyncio.sleep(0)          # after the first one it is seen, and read before the second one is over
        for connection in [*self.server_state.connections]:
            connection.sweep(now)           # type: ignore[union-attr]
        self._app.deciding.keeping.overdue()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The first one lets what is under way end; the second does not wait for it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self._signalled) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _signalled(self, *_: object) -> None:
        self.force_exit = self.should_exit
        self.should_exit = self._app.closing = True


def connections(wanted: int) -> int:
    """How many there may be: the system lets a process have so many files, and the logs need some of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + FILES if hard == resource.RLIM_INFINITY else min(wanted + FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, max(soft - FILES, soft // 2))


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. InputError where it cannot: the port is taken, or the host is not this machine's."""
    return listening(reserved(host, port))


def reserved(host: str, port: int) -> socket.socket:
    """A socket of an address that nobody listens on yet, and that does not itself: so that it is known to be free
    before anything is begun. InputError as of `bound`."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    with _told(found, host, port):
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
    return found


def listening(found: socket.socket) -> socket.socket:
    """The same socket, which listens from now on. InputError where another one was faster."""
    with _told(found, *found.getsockname()[:2]):
        found.listen(BACKLOG)
    found.setblocking(False)
    return found


@contextlib.contextmanager
def _told(found: socket.socket, host: str, port: int) -> Iterator[None]:
    try:
        yield
    except (OSError, OverflowError) as error:
        found.close()
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"cannot listen on {host}, port {port}: {why}. Choose another one: --port N, or --port 0 for "
                         "any that is free") from None


def run(app: App, listening: socket.socket, started: Callable[[], None] = lambda: None,
        beside: Sequence[Beside] = ()) -> None:
    """Answer until a signal comes, and until what was under way then is answered."""
    server = Server(app, started, beside)
    server.run([listening])
    until = monotonic() + (0.0 if server.force_exit else LEFT)
    for one in beside:
        one.end(until - monotonic())
