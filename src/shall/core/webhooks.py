"""What the address of a webhook is."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"https": 443, "http": 80}


def wrong(url: str) -> str:
    """What is wrong with the address of a webhook; nothing where it is one."""
    try:
        parts = urlsplit(url)
        ok = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "this is no address of a webhook"
    if not ok or any(not "!" <= one <= "~" for one in url):
        return "this is no address of a webhook"
    if parts.username or parts.password or parts.fragment:
        return "an address with a user, a password or a part of a page is not called"
    return ""
