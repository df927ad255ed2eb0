"""The page over HTTP: views in a thread of their own, sessions of browsers, and a policy that runs nothing foreign."""

from __future__ import annotations

import asyncio
import datetime
import hmac
import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote

from shall.core.errors import StoreError
from shall.http import called
from shall.http.access import NOBODY, POLICIES, SECURITY, Entrance, Grant, Policy
from shall.http.calls import Call
from shall.http.denied import Denied
from shall.http.identity import ByToken, Identity
from shall.http.problems import Refusal
from shall.http.replies import Reply
from shall.http.routes import Route
from shall.http.sessions import Sessions
from shall.page import files, signing_in
from shall.page.forms import CSRF
from shall.page.frame import frame
from shall.page.site import Asked, Moved, Page, Shown, Site, Who
from shall.page.table import PAGES

if TYPE_CHECKING:
    from shall.http.app import App

log: Final = logging.getLogger("shall.http")
HTML: Final = b"text/html; charset=utf-8"
FORM: Final = b"application/x-www-form-urlencoded"
REPORTS: Final = "/page/reports"
POLICY: Final = (b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                 b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
                 b"report-uri " + REPORTS.encode())
# without a referrer a browser sends `Origin: null` with its own forms, which an entrance must refuse
OWN: Final = {b"content-security-policy": POLICY, b"referrer-policy": b"same-origin"}
GUARDED: Final = (*((name, OWN.get(name, value)) for name, value in SECURITY),
                  (b"cross-origin-opener-policy", b"same-origin"),
                  (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"))
KEPT: Final = (*((name, value) for name, value in SECURITY if name != b"cache-control"),
               (b"cache-control", b"public, max-age=31536000, immutable"))
FIELDS: Final = 2_000                       # of one form
MOST: Final = 1 << 20                       # bytes of one form
SMALL: Final = 1 << 14                      # bytes of a report
BY_NAME: Final = {policy.name: policy for policy in POLICIES}


class Pages:
    """The views, to be asked over HTTP. ``reports``: what browsers reported of pages that broke their policy."""

    def __init__(self, entrance: Entrance, site: Site, identity: Identity | None = None) -> None:
        self.site, self.entrance, self.identity = site, entrance, identity or ByToken(entrance)
        self.sessions = Sessions(secure=not entrance.hosts.loopback)
        self.reports: deque[str] = deque(maxlen=100)
        self._threads = ThreadPoolExecutor(2, "shall-page")

    def session(self, headers: Mapping[bytes, bytes]) -> Grant | None:
        """Who has signed in, and still may; a token in the headers counts before a cookie."""
        if b"authorization" in headers or self.entrance.tokens is None:
            return None
        session = self.sessions.of(headers.get(b"cookie", b""))
        return session.admitted.grant if session is not None and self.identity.still(session.admitted) else None

    async def show(self, page: Page, call: Call) -> Reply:
        """One page of the table."""
        form = await self.form(call) if page.method == "POST" else {}
        asked = self.asked(page, call, form)
        done = await asyncio.get_running_loop().run_in_executor(self._threads, self._made, page, asked)
        return moved(done.to, *called.header(done.called)) if isinstance(done, Moved) else done

    async def form(self, call: Call) -> dict[str, list[str]]:
        """The fields that were sent. Denied (400, 403, 413, 415)."""
        if call.media != FORM:
            raise Refusal(415, "media", "This page takes a form.")
        call.most = MOST
        found = fields(bytes(await call.body()))
        # a browser sends a cookie by itself, and no such header; where that is not looked at, it proves nothing
        if b"authorization" not in call.headers or call.route.policy.open:
            word = self.sessions.word(call.headers.get(b"cookie", b""))
            if not hmac.compare_digest(found.get(CSRF, [""])[0].encode(), word.encode()):
                raise Denied(403, "This form is of another session, or too old. Load the page again.")
        return found

    def asked(self, page: Page, call: Call, form: Mapping[str, list[str]]) -> Asked:
        """What a view is given."""
        return Asked(page, call.named, fields(call.scope.get("query_string", b"")), form,
                     self.who(call.grant), self.sessions.word(call.headers.get(b"cookie", b"")),
                     datetime.datetime.now(datetime.UTC), called.of(call.headers.get(b"cookie", b"")))

    def who(self, grant: Grant) -> Who:
        """Who asks, as views know them."""
        open_to_all = self.entrance.tokens is None
        may = frozenset(one.name for one in POLICIES if open_to_all or grant.role in one.roles)
        return Who(grant.name, grant.role or "", grant.models, may)

    def refused(self, error: Denied, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Reply:
        """What a browser is shown where it is not answered: the sign-in, or why."""
        if error.status == 401 and self.entrance.tokens is not None and scope["method"] in ("GET", "HEAD"):
            query = b"?" + scope["query_string"] if scope.get("query_string") else b""
            return moved("/page/sign-in?to=" + quote((scope["raw_path"] + query).decode("latin-1"), safe=""))
        grant = (self.session(headers) or NOBODY) if error.status in (404, 403, 405) else NOBODY
        who = self.who(grant) if grant.role or self.entrance.tokens is None else Who()
        asked = Asked(NO_PAGE, {}, {}, {}, who, self.sessions.word(headers.get(b"cookie", b"")),
                      datetime.datetime.now(datetime.UTC))
        return page_of(signing_in.refused(error.status, error.detail), asked, error.headers)

    async def remember(self, grant: Grant, what: str) -> None:
        """Keep in the store who did something, where there is one and it has a name."""
        store = self.site.evidence.store
        if store is not None and grant.name:
            body = {"what": what, "by": grant.name, "role": grant.role or ""}
            work = partial(self._kept, partial(store.append, "done", grant.name, body))
            await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _kept(self, work: Callable[[], object]) -> None:
        """A store that cannot be written to shuts nobody out from what it holds."""
        try:
            work()
        except StoreError as problem:
            log.error("who signed in or out was not recorded: %s", problem)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self.site.served is not None:
            self.site.served.close()

    def _made(self, page: Page, asked: Asked) -> Reply | Moved:
        self.site.evidence.refresh()
        shown = page.view(self.site, asked)
        return shown if isinstance(shown, Moved) else page_of(shown, asked, called.header(shown.called))


NO_PAGE: Final = Page("", lambda site, asked: Moved("/page"), "open")


def page_of(shown: Shown, asked: Asked, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Reply:
    """A page as it is answered."""
    return Reply(shown.status, HTML, frame(shown, asked, PAGES).encode("utf-8", "backslashreplace"), headers,
                 security=GUARDED)


def moved(to: str, *headers: tuple[bytes, bytes]) -> Reply:
    """Go there. Only to an address of this site: whatever else it says becomes the first page."""
    inside = to.startswith("/page") and to.isascii() and to.isprintable() and "\\" not in to and "//" not in to[:7]
    return Reply(303, HTML, b"", ((b"location", to.encode() if inside else b"/page"), *headers), security=GUARDED)


def fields(text: bytes) -> dict[str, list[str]]:
    """The fields of a query or a form. Refusal (400) where there are too many, or it is not UTF-8."""
    try:
        return parse_qs(text.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except ValueError:
        raise Refusal(400, "malformed", "These fields cannot be read.") from None


async def sign_in(app: App, call: Call) -> Reply:
    """The form to sign in with; or the way to who knows who it is."""
    pages, to = app.pages, fields(call.scope.get("query_string", b"")).get("to", [""])[0]
    if pages.entrance.tokens is not None and not pages.identity.asks:
        return Reply(303, HTML, b"", ((b"location", pages.identity.begin(pages.sessions.state()).encode()),),
                     security=GUARDED)
    asks = pages.identity.asks if pages.entrance.tokens is not None else ""
    return page_of(signing_in.view(asks, to, pages.sessions.word(call.headers.get(b"cookie", b""))), _stranger(call))


async def signed_in(app: App, call: Call) -> Reply:
    """Begin a session: of the form that was sent."""
    pages = app.pages
    form = await pages.form(call)
    given = {name: values[0] for name, values in form.items()}
    try:
        admitted = pages.identity.admit(given, _client(call))
    except Denied as denied:
        shown = signing_in.view(pages.identity.asks, given.get("to", ""), form[CSRF][0], denied.detail, denied.status)
        return page_of(shown, _stranger(call), denied.headers if denied.status == 429 else ())
    await pages.remember(admitted.grant, "signed in")
    return moved(given.get("to") or "/page", (b"set-cookie", pages.sessions.new(admitted)))


async def came_back(app: App, call: Call) -> Reply:
    """Begin a session: of a browser that signed in elsewhere."""
    pages = app.pages
    given = {name: values[0] for name, values in fields(call.scope.get("query_string", b"")).items()}
    if pages.identity.asks or not pages.sessions.once(given.get("state", "")):
        raise Denied(403, "This sign-in was not begun here, or too long ago.")
    admitted = pages.identity.admit(given, _client(call))
    await pages.remember(admitted.grant, "signed in")
    return moved("/page", (b"set-cookie", pages.sessions.new(admitted)))


async def sign_out(app: App, call: Call) -> Reply:
    """End a session."""
    await app.pages.form(call)
    await app.pages.remember(app.pages.session(call.headers) or NOBODY, "signed out")
    cookie = app.pages.sessions.end(call.headers.get(b"cookie", b""))
    return moved("/page/sign-in" if app.pages.entrance.tokens is not None else "/page", (b"set-cookie", cookie))


async def reported(app: App, call: Call) -> Reply:
    """A browser says that a page broke its policy: kept for whoever looks after the server."""
    call.most = SMALL
    text = bytes(await call.body()).decode("utf-8", "backslashreplace")
    if len(app.pages.reports) < (app.pages.reports.maxlen or 0):
        log.warning("a browser reported a page that broke its policy: %.500s", text)
    app.pages.reports.append(text)
    return Reply(204, HTML, b"")


def _file(name: str) -> Callable[[App, Call], Any]:
    async def handler(app: App, call: Call) -> Reply:
        return Reply(200, files.MEDIA[name].encode(), files.content(name), security=KEPT)
    return handler


def _view(page: Page) -> Callable[[App, Call], Any]:
    async def handler(app: App, call: Call) -> Reply:
        return await app.pages.show(page, call)
    return handler


def _stranger(call: Call) -> Asked:
    return Asked(NO_PAGE, {}, {}, {}, Who(), "", datetime.datetime.now(datetime.UTC))


def _client(call: Call) -> str:
    client = call.scope.get("client")
    return client[0] if client else ""


OPEN: Final = BY_NAME["open"]
PAGED: Final[tuple[Route, ...]] = (
    *(Route(page.method, page.pattern, _view(page), BY_NAME[page.policy], f"{page.method} {page.pattern}",
            page.view.__doc__ or "") for page in PAGES),
    Route("GET", "/page/sign-in", sign_in, OPEN, "sign_in", "The form to sign in with."),
    Route("POST", "/page/sign-in", signed_in, OPEN, "signed_in", "Begin a session."),
    Route("GET", "/page/signed-in", came_back, OPEN, "came_back", "Begin a session of a sign-in elsewhere."),
    Route("POST", "/page/sign-out", sign_out, OPEN, "sign_out", "End a session."),
    Route("POST", REPORTS, reported, OPEN, "reported", "What broke the policy of a page."),
    *(Route("GET", f"/page/static/{name}", _file(name), OPEN, name, f"The file {name}.") for name in files.MEDIA),
)
__all__ = ["PAGED", "Pages", "Policy"]
