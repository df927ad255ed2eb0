"""Which names this server answers to: a page of somebody else cannot have a browser ask it (DNS rebinding, CSRF)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Final

from shall.core.errors import InputError
from shall.http.denied import Denied

HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}))(?::[0-9]{1,5})?")
NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\]")
REMEMBERED: Final = 256
LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """The names of a server that is bound to one address; ``names`` are those of a proxy or of DNS.

    The address that a connection came to is always one of them: nobody can make a name of it. The port may be any,
    since what stands before a server maps ports.
    """

    def __init__(self, bound: str, names: Sequence[str] = ()) -> None:
        allowed = [_bracketed(name.strip().lower()) for name in names]
        wrong = [name for name in allowed if not NAME.fullmatch(name)]
        if wrong:
            raise InputError(f"{wrong[0]!r}: a host name is a name or an address, without a port or a path")
        here = is_loopback(bound)
        self.loopback = here and all(map(is_loopback, allowed))     # a name of its own is for others, by a proxy
        every = _is_any(bound)              # of this machine's addresses
        own = () if every else (_bracketed(bound.lower()),)
        self._names = frozenset((*allowed, *own, *(LOCAL if here or every else ())))
        self._known: set[tuple[bytes, str]] = set()

    def check(self, found: Mapping[bytes, bytes], server: str) -> None:
        """Denied (400, 403) unless the headers name this server, and no page of somebody else sent them.

        ``server`` is the address that the connection came to.
        """
        host = found.get(b"host", b"")
        if (host, server) not in self._known:
            self._look_up(host, server)
        origin = found.get(b"origin")
        if origin is not None and origin.lower() not in (b"http://" + host.lower(), b"https://" + host.lower()):
            raise Denied(403, "A page of another origin may not ask this server.")
        site = found.get(b"sec-fetch-site")
        if site is not None and site not in (b"same-origin", b"none") and not _follows_a_link(found):
            raise Denied(403, "A page of another site may not ask this server.")

    def _look_up(self, host: bytes, server: str) -> None:
        match = HOST.fullmatch(host)
        if match is None:
            raise Denied(400, "The request needs one Host header: a name or an address, and perhaps a port.")
        name = match[1].decode("ascii").lower()
        if name not in self._names and name != _bracketed(server.lower()):
            raise Denied(403, "This server does not answer to that host. Its operator can allow it: --host-name")
        if len(self._known) < REMEMBERED:
            self._known.add((host, server))


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_any(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_unspecified
    except ValueError:
        return False


def _bracketed(address: str) -> str:
    return f"[{address}]" if address.count(":") > 1 and not address.startswith("[") else address


def _follows_a_link(found: Mapping[bytes, bytes]) -> bool:
    return found.get(b"sec-fetch-mode") == b"navigate" and found.get(b"sec-fetch-dest") == b"document"
