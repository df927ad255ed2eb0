"""How somebody without a token calls themselves, for as long as their browser is open: no proof of who they are."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

COOKIE: Final = "shall-called"
LONGEST: Final = 80                         # letters of a name


def header(name: str) -> tuple[tuple[bytes, bytes], ...]:
    """The header that has a browser keep a name; none where there is nothing to keep."""
    if not name:
        return ()
    text = quote(name[:LONGEST], safe="", errors="replace")
    return ((b"set-cookie", f"{COOKIE}={text}; Path=/page; HttpOnly; SameSite=Strict".encode()),)


def of(cookie: bytes) -> str:
    """The name of a Cookie header; nothing where it has none, two, or one that nobody may be called by."""
    found = [value for name, _, value in (part.strip().partition(b"=") for part in cookie.split(b";"))
             if name == COOKIE.encode()]
    try:
        name = unquote(found[0].decode("ascii"), errors="strict") if len(found) == 1 else ""
    except UnicodeDecodeError:
        return ""
    return name if name.isprintable() and len(name) <= LONGEST else ""
