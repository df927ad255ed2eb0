"""Sessions of browsers: 256 random bits in a cookie, of which only the digest is kept, in memory alone."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shall.http.identity import Admitted

COOKIE: Final = "shall-session"
TEXT: Final = re.compile(rb"[A-Za-z0-9_-]{43}")
LONGEST: Final = 12 * 3600.0                # seconds of a session, from the sign-in
IDLE: Final = 3600.0                        # without a request
MOST: Final = 10_000                        # sessions at once: the one that was used longest ago makes room


@dataclass(slots=True)
class Session:
    """Somebody who has signed in."""

    admitted: Admitted
    began: float
    used: float


class Sessions:
    """Who has signed in; ``clock`` counts seconds and never goes back."""

    def __init__(self, *, secure: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._secure, self._clock = secure, clock
        self._known: OrderedDict[bytes, Session] = OrderedDict()
        self._secret = secrets.token_bytes(32)
        self._states: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def new(self, admitted: Admitted) -> bytes:
        """Begin one; the header that gives the browser its cookie."""
        text, at = secrets.token_urlsafe(32), self._clock()
        self._known[_key(text.encode())] = Session(admitted, at, at)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return self._header(text, int(LONGEST))

    def of(self, cookie: bytes) -> Session | None:
        """The session of a Cookie header, while it lasts."""
        text = text_of(cookie)
        key = _key(text)
        session = self._known.get(key) if text else None
        if session is None:
            return None
        at = self._clock()
        if at - session.began > LONGEST or at - session.used > IDLE:
            del self._known[key]
            return None
        session.used = at
        self._known.move_to_end(key)
        return session

    def end(self, cookie: bytes) -> bytes:
        """End one; the header that takes the cookie away."""
        self._known.pop(_key(text_of(cookie)), None)
        return self._header("", 0)

    def word(self, cookie: bytes) -> str:
        """What a form of this session has to send back: no page of another site can know it."""
        return hmac.new(self._secret, text_of(cookie), hashlib.sha256).hexdigest()

    def state(self) -> str:
        """A word for one sign-in elsewhere."""
        text = secrets.token_urlsafe(32)
        self._states[text] = self._clock()
        if len(self._states) > MOST:
            self._states.popitem(last=False)
        return text

    def once(self, state: str) -> bool:
        """Whether this word was given out for a sign-in less than ten minutes ago; only once."""
        at = self._states.pop(state, None)
        return at is not None and self._clock() - at < 600

    def _header(self, text: str, seconds: int) -> bytes:
        secure = "; Secure" if self._secure else ""
        return f"{COOKIE}={text}; Path=/page; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}".encode()


def text_of(cookie: bytes) -> bytes:
    """The secret of a Cookie header; nothing where it has none, or two."""
    found = [value for name, _, value in (part.strip().partition(b"=") for part in cookie.split(b";"))
             if name == COOKIE.encode()]
    return found[0] if len(found) == 1 and TEXT.fullmatch(found[0]) else b""


def _key(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()
