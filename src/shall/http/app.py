"""The server as an ASGI application: one way in, one table of routes, one way out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from typing import Any, Final, Protocol

import msgspec

from shall.api.shown.evidence import Evidence
from shall.core.errors import (
    DataError,
    Faults,
    InputError,
    NotReady,
    Recalled,
    Stopped,
    StoreError,
    Unknown,
)
from shall.http import openapi, problems, watching
from shall.http.access import SEE, Entrance, Grant, single
from shall.http.calls import Call, Gone, Receive
from shall.http.deciding import Deciding
from shall.http.denied import Denied
from shall.http.faces import Faces
from shall.http.later import Later
from shall.http.limits import Durable, Limits
from shall.http.load import Load
from shall.http.metrics import Metrics
from shall.http.pages import PAGED, Pages, moved
from shall.http.problems import RETRY, Refusal
from shall.http.replies import Reply
from shall.http.router import Router
from shall.http.routes import ROUTES
from shall.page.site import Site
from shall.reports._layout import sentence
from shall.runtimes.service import Service

Send = Callable[[dict[str, Any]], Awaitable[None]]
Scope = Mapping[str, Any]
log: Final = logging.getLogger("shall.http")
LENGTH: Final = b"content-length"
PAGE: Final = b"/page"
LIMITS: Final = Limits()


class Access(Protocol):
    """Is told of every request that was answered."""

    def __call__(self, scope: Scope, status: int, size: int, seconds: float, who: str) -> None: ...


class App:
    """Answers HTTP by a service. ``entrance`` says who may do what; ``durable`` whether what is not kept may
    leave, in place of what each model says.

    To be run in one event loop, with the lifespan protocol.
    """

    def __init__(self, service: Service, entrance: Entrance, limits: Limits = LIMITS, *, durable: Durable | None = None,
                 metrics: Metrics | None = None, access: Access | None = None, site: Site | None = None) -> None:
        self.service, self.entrance, self.limits = service, entrance, limits
        self.metrics, self.access = metrics, access
        self.load = Load(limits)
        self.deciding = Deciding(service, limits, self.load, durable, metrics)
        self.later = Later(limits.later)
        self.faces = Faces(service)
        if metrics is not None:
            watching.all_of(metrics, service, self.deciding, self.later, entrance.tokens)
        self.pages = Pages(entrance, site or Site(Evidence()))
        self.router = Router((*ROUTES, *PAGED))
        self.document = openapi.text(ROUTES)
        self.closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection of ASGI: a request, or the life of the server."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            raise ValueError(f"this server speaks HTTP, and no {scope['type']}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        call: Call | None = None
        try:
            call = self._enter(scope, receive)
            reply = await call.route.handler(self, call)
        except Gone:
            return
        except Exception as error:
            reply = self._refused(error, scope)
        headers = [(b"content-type", reply.media), (LENGTH, b"%d" % len(reply.body)), *reply.security, *reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})
        if reply.after is not None:
            self.later(reply.after)
        self._count(scope, call, reply, perf_counter() - began)

    def _enter(self, scope: Scope, receive: Receive) -> Call:
        """Match and let in. Denied: nothing of the body was read."""
        headers = single(scope["headers"])
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        match = self.router(path)
        method = scope["method"]
        route = None if match is None else match.routes.get(method)
        name = "" if match is None else match.name
        session = self.pages.session(headers) if path.startswith(PAGE) else None
        grant = self.entrance.enter(None if route is None else route.policy, name or None, headers,
                                    *_ends(scope), session)
        if match is None:
            raise Refusal(404, "unknown", "There is no such route. GET /openapi.json tells which there are.")
        if route is None:
            raise Refusal(405, "method", f"This route takes {match.allow.decode()}.", (b"allow", match.allow))
        call = Call(route, name, match.version, headers, receive)
        call.grant, call.named, call.scope = grant, match.named, scope
        return call

    def reader(self, call: Call) -> Grant | None:
        """Who asks a route that is open to everybody, where they may read; else None."""
        try:
            return self.entrance.enter(SEE, None, call.headers, *_ends(call.scope))
        except Denied:
            return None

    def _refused(self, error: Exception, scope: Scope) -> Reply:
        """A problem for programs, and a page for browsers that asked for one."""
        reply = refused(error)
        headers = dict(scope["headers"])
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        if not (path == b"/" or path.startswith(PAGE)) or b"text/html" not in headers.get(b"accept", b""):
            return reply
        if not path.startswith(PAGE):
            return moved(PAGE.decode())     # somebody has typed the address of the server
        return self.pages.refused(error if isinstance(error, Denied) else Denied(reply.status, detail_of(reply)),
                                  scope, headers)

    def _count(self, scope: Scope, call: Call | None, reply: Reply, seconds: float) -> None:
        if self.metrics is not None:
            pattern = "" if call is None else call.route.pattern
            self.metrics.request(pattern, scope["method"] if call is not None else "", reply.status, seconds)
        if self.access is not None:
            self.access(scope, reply.status, len(reply.body), seconds, "" if call is None else call.grant.name)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def close(self) -> None:
        """Do what waits, and let the threads go."""
        self.closing = True
        self.later.close()
        self.deciding.close()
        self.pages.close()


def _ends(scope: Scope) -> tuple[str, str]:
    """The addresses of the client and of the server."""
    client, server = scope.get("client"), scope.get("server")
    return client[0] if client else "", server[0] if server else ""


def refused(error: Exception) -> Reply:
    """The answer to a request that cannot be answered. What nobody expected is logged, and told by its id only."""
    if isinstance(error, Denied):
        return problems.of(error)
    if isinstance(error, Faults):
        return problems.of(Refusal(422, "input", "The rows are not what the model takes.", faults=error.faults))
    if isinstance(error, Unknown):
        return problems.of(Refusal(404, "unknown", _sentence(error)))
    if isinstance(error, Recalled):
        return problems.of(Refusal(410, "recalled", _sentence(error)))
    if isinstance(error, Stopped):          # it does not help to come again soon
        return problems.of(Refusal(503, error.code.replace(" ", "-"), _sentence(error)))
    if isinstance(error, NotReady):
        return problems.of(Refusal(503, "not-ready", _sentence(error), RETRY))
    if isinstance(error, StoreError):
        log.error("the log or the store failed: %s", error)
        return problems.of(Refusal(503, "log", "It could not be kept, so it is not answered. Try again.", RETRY))
    if isinstance(error, DataError | InputError):
        return problems.of(Refusal(422, "input", _sentence(error)))
    name = problems.new_id()
    log.error("request %s failed", name, exc_info=error)
    return problems.of(Refusal(500, "fault", "This is a fault of the server, not of the request. Its log has it "
                                             "under the id of this problem."), name)


def detail_of(reply: Reply) -> str:
    """The sentence of a problem."""
    return str(msgspec.json.decode(reply.body)["detail"])


def _sentence(error: Exception) -> str:
    text = str(error)
    return sentence(text) + ("" if text.endswith(".") else ".")
