"""Who asks: bearer tokens of 256 random bits, of which only the digests are kept."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from shall.core.errors import InputError
from shall.http import token_files
from shall.http.failures import Failures
from shall.http.token_table import NAME, Role, Token

PREFIX: Final = "shall_"                    # what scanners for secrets look for
BEARER: Final = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/=-]{1,512})")
LIVE: Final = 2                             # tokens of one name: the one in use, and the one that follows it
LOOK_AGAIN: Final = 1.0                     # seconds between two looks at the file


def now() -> datetime.datetime:
    """The time in UTC, in whole seconds."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def digest(token: bytes) -> bytes:
    """What is kept of a token. Its 256 bits are random, so that a slow hash would add nothing."""
    return hashlib.sha256(token).digest()


def new(path: Path, name: str, role: Role, days: int | None = None, models: tuple[str, ...] = ()) -> tuple[str, Token]:
    """Add a token to a file, which is made where it is not there; the text of the token is nowhere else."""
    for word in (name, *models):
        if not NAME.fullmatch(word):
            raise InputError(f"{word!r}: a name has a-z, 0-9, _ and -, and at most 64 of them")
    at = now()
    text = PREFIX + secrets.token_urlsafe(32)
    token = Token(name, role, digest(text.encode()), at, at + datetime.timedelta(days) if days else None, models=models)
    with token_files.changing(path) as tokens:
        live = [other for other in tokens if other.name == name and not other.why_dead(at)]
        if len(live) >= LIVE:
            raise InputError(f"{name} has {LIVE} live tokens: revoke {live[0].id} or {live[1].id} first")
        if any((other.role, other.models) != (role, models) for other in live):
            raise InputError(f"{name} is a {live[0].role} already: another role or other models need another name")
        tokens.append(token)
    return text, token


def revoke(path: Path, name: str, id: str | None = None, *, every: bool = False) -> tuple[Token, ...]:
    """Revoke a live token of a name; where it has two, ``id`` says which, or ``every`` says both."""
    at = now()
    token_files.read(path)                  # a file that is not there is told before one is made
    with token_files.changing(path) as tokens:
        live = [token for token in tokens if token.name == name and not token.why_dead(at)]
        chosen = [token for token in live if id in (None, token.id)]
        if not chosen:
            ids = ", ".join(token.id for token in live)
            raise InputError(f"{name} has no live token{f' {id}; it has {ids}' if ids else ''}")
        if len(chosen) > 1 and not every:
            ids = f"{chosen[0].id} and {chosen[1].id}"
            raise InputError(f"{name} has two live tokens, {ids}: say which by --id, or --all")
        tokens[:] = [_revoked(token, at) if token in chosen else token for token in tokens]
    return tuple(chosen)


def _revoked(token: Token, at: datetime.datetime) -> Token:
    return Token(token.name, token.role, token.digest, token.created, token.expires, at, token.models)


class Tokens:
    """The tokens of a file in service: the file is looked at again, and one that is wrong changes nothing but an alarm.

    InputError at the start where the file is not as it must be.
    """

    def __init__(self, path: Path | str, *, clock: Callable[[], float] = time.monotonic,
                 today: Callable[[], datetime.datetime] = now) -> None:
        self.path = Path(path)
        self.failures = Failures(clock)
        self.alarm = ""                     # why the file of now is not in force, if it is not
        self._clock, self._today = clock, today
        self._mark = self._marked()         # before it is read: a change meanwhile is seen at the next look
        self._known = token_files.read(self.path)
        self._looked = clock()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an operator should be told at the start."""
        told = []
        if token_files.readable_by_group(self.path):
            told.append(f"{self.path}: its group may read it")
        if not any(not token.why_dead(self._today()) for token in self._known):
            told.append(f"{self.path}: it has no live token, so that nobody will be answered")
        return tuple(told)

    def of(self, authorization: bytes) -> tuple[Token | None, str]:
        """The token of an ``Authorization`` header, and why it is not good: ``unknown``, ``revoked``, ``expired``."""
        self._look_soon()
        match = BEARER.fullmatch(authorization)
        token = self._find(digest(match[1])) if match else None
        return token, token.why_dead(self._today()) if token else "unknown"

    def still(self, digest: bytes) -> bool:
        """Whether the token of a digest is good now: a session ends with the token that it was made from."""
        self._look_soon()
        token = self._find(digest)
        return token is not None and not token.why_dead(self._today())

    def _find(self, wanted: bytes) -> Token | None:
        """Every token is compared, each in constant time."""
        found, same = None, hmac.compare_digest
        for token in self._known:
            if same(token.digest, wanted):
                found = token
        return found

    def _look_soon(self) -> None:
        at = self._clock()
        if at - self._looked >= LOOK_AGAIN:
            self._looked = at
            self.look()

    def look(self) -> None:
        """Look at the file again: what has changed there counts from now on."""
        mark = self._marked()
        if mark == self._mark:
            return
        self._mark = mark
        if mark is None:                    # taken away: a quick way to shut everybody out
            self._known, self.alarm = (), f"{self.path} is not there: no token is good"
            return
        try:
            self._known, self.alarm = token_files.read(self.path), ""
        except InputError as error:
            self.alarm = f"{error}; the tokens before it stay in force"

    def _marked(self) -> tuple[int, int, int, int] | None:
        try:
            about = self.path.stat()
        except OSError:
            return None
        return about.st_ino, about.st_size, about.st_mtime_ns, about.st_mode
