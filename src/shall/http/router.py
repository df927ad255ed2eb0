"""From a path to its routes. What is in no table does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from shall.http.access import POLICIES
from shall.http.routes import Route

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
REMEMBERED: Final = 1024


class Match(NamedTuple):
    """The routes of a path by their methods, and what the path names."""

    routes: Mapping[str, Route]
    name: str
    version: str | None
    named: Mapping[str, str] = {}           # every part of the path that has a name

    @property
    def allow(self) -> bytes:
        """The value of the header Allow."""
        return ", ".join(sorted(self.routes)).encode()


class Router:
    """Looks up paths. A name in a path is small letters, digits, - and _, and is nothing but a key.

    ValueError where a route has no policy, or stands twice.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        table: dict[tuple[str, ...], dict[str, Route]] = {}
        for route in routes:
            if route.policy not in POLICIES:
                raise ValueError(f"{route.method} {route.pattern} has no policy")
            methods = table.setdefault(tuple(route.pattern.split("/")), {})
            for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
                if method in methods:
                    raise ValueError(f"{method} {route.pattern} stands there twice")
                methods[method] = route
        self._plain = {"/".join(parts).encode(): Match(methods, "", None) for parts, methods in table.items()
                       if "{" not in "".join(parts)}
        self._named = [(_pattern(parts), methods) for parts, methods in table.items() if "{" in "".join(parts)]
        self._seen: dict[bytes, Match] = {}

    def __call__(self, path: bytes) -> Match | None:
        """The routes of a path as it came over the wire; None where there are none."""
        return self._plain.get(path) or self._seen.get(path) or self._look_up(path)

    def _look_up(self, path: bytes) -> Match | None:
        if len(path) > 512 or not path.isascii():
            return None
        text = path.decode("ascii")
        for pattern, methods in self._named:
            if found := pattern.fullmatch(text):
                named = found.groupdict()
                match = Match(methods, named.get("name", ""), named.get("version"), named)
                if len(self._seen) < REMEMBERED:
                    self._seen[path] = match
                return match
        return None


def _pattern(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("/".join(f"(?P<{part[1:-1]}>{NAME.pattern})" if part.startswith("{") else re.escape(part)
                               for part in parts))
