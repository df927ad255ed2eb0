"""Posts to a webhook: only to an address that was looked up once and that is public, and no further than there.

The name is looked up once and the connection is made to what was found, so that a name which means another machine a
moment later (DNS rebinding) does not lead there. No redirect is followed, no proxy of the environment is used.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from shall.core.errors import InputError, ShallError
from shall.core.webhooks import PORTS, wrong

SECONDS: Final = 5.0                        # of each step: to connect, to send, to hear
DEADLINE: Final = 10.0                      # of all of them together
SIGNATURE: Final = "Shall-Signature"
EMBEDDED: Final = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotTold(ShallError):
    """A webhook that was not told, and why. It may be later."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook. ``headers`` and ``secret`` are the values themselves: they are in no message and no file."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    allow_private: bool = False

    def __post_init__(self) -> None:
        checked(self.url)

    def post(self, body: bytes, sent: int) -> None:
        """Send some JSON; ``sent``: seconds since 1970, which is signed with it. NotTold where it is not taken."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address = looked_up(host, port, self.allow_private)
        connection = _connection(parts.scheme == "https", host, (address, port))
        clock = threading.Timer(DEADLINE, connection.cut)
        clock.daemon = True
        clock.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, self._headers(body, sent))
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotTold(f"{host} did not take it: {type(error).__name__}") from None
        finally:
            clock.cancel()
            connection.close()
        if not 200 <= status < 300:
            raise NotTold(f"{host} answered {status}" + ("; redirects are not followed" if 300 <= status < 400 else ""))

    def _headers(self, body: bytes, sent: int) -> dict[str, str]:
        signed = {SIGNATURE: signature(self.secret, body, sent)} if self.secret else {}
        return {**self.headers, "Content-Type": "application/json", "User-Agent": "shall", **signed}


def checked(url: str) -> str:
    """The URL of a webhook. InputError for one that is none, or that says a password."""
    if why := wrong(url):
        raise InputError(f'{url.partition("@")[2] or url!r}: {why}; write "https://hooks.example.org/shall"')
    return url


def signature(secret: str, body: bytes, sent: int) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256 of "SECONDS.BODY", so that an old message cannot be sent again unnoticed."""
    told = hmac.new(secret.encode(), b"%d." % sent + body, hashlib.sha256).hexdigest()
    return f"t={sent},v1={told}"


def looked_up(host: str, port: int, allow_private: bool = False) -> str:
    """The address to connect to, looked up once. NotTold where there is none, or where one of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotTold(f"there is no address of {host}") from None
    addresses = [str(place[0]).partition("%")[0] for *_, place in found]
    if refused := [one for one in addresses if not reachable(ipaddress.ip_address(one), allow_private)]:
        raise NotTold(f"{host} is {refused[0]}, which is not public: allow_private = true allows it")
    return addresses[0]


def reachable(address: Address, allow_private: bool) -> bool:
    """Whether a webhook may be there: a public address of one machine, or any of one machine where that is allowed."""
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_multicast or inner.is_unspecified or str(inner) == "255.255.255.255":
        return False
    if allow_private:
        return True
    return inner.is_global and not inner.is_reserved and not getattr(inner, "is_site_local", False) and not any(
        inner.version == 6 and inner in network for network in EMBEDDED)


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked up already."""

    place: tuple[str, int]

    def connect(self) -> None:
        self.sock = _reached(self.place)

    def cut(self) -> None:
        """End what takes too long."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:                 # it has ended
                return


class _Secure(_Plain):
    """The same with TLS, by the name."""

    default_port = PORTS["https"]

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _reached(place: tuple[str, int]) -> socket.socket:
    """A socket to an address; no name is looked up any more."""
    made = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.settimeout(SECONDS)
        made.connect(place)
    except BaseException:
        made.close()
        raise
    return made


def _connection(secure: bool, host: str, place: tuple[str, int]) -> _Plain:
    made = (_Secure if secure else _Plain)(host, place[1], timeout=SECONDS)
    made.place = place
    return made
