"""What is answered: a status, a body, and what is done when it has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from shall.http.access import SECURITY

JSON: Final = b"application/json"
encode: Final = msgspec.json.Encoder().encode


class Reply(NamedTuple):
    """An answer. ``after`` runs when it has left, and may be dropped where there is too much to do."""

    status: int
    media: bytes
    body: bytes | memoryview
    headers: tuple[tuple[bytes, bytes], ...] = ()
    after: Callable[[], Any] | None = None
    security: tuple[tuple[bytes, bytes], ...] = SECURITY    # headers that every answer has


def json(content: Any, *headers: tuple[bytes, bytes]) -> Reply:
    """Something as JSON."""
    return Reply(200, JSON, encode(content), headers)
