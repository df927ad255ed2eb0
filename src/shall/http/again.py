"""A request that comes again has the answer that it had, also while the first is still worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, TypeVar

from shall.http.problems import Refusal
from shall.http.reading import Body

T = TypeVar("T")
Key = tuple[str, str]                       # the model, and what the client calls the request


class Again:
    """Requests by their names. The same name with another body is refused (422): its answer would be a wrong one."""

    def __init__(self, remembered: int = 65_536) -> None:
        self._most = remembered
        self._bodies: dict[Key, bytes] = {}
        self._working: dict[Key, asyncio.Future[Any]] = {}

    async def __call__(self, key: Key, body: Body, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives; for a repetition what it gave, or gives, the first time."""
        self._same(key, blake2b(body, digest_size=16).digest())
        while (working := self._working.get(key)) is not None:
            found: T | None = await asyncio.shield(working)
            if found is not None:
                return found
        mine: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self._working[key] = mine
        found = None
        try:
            found = await work()
        except BaseException:
            self._bodies.pop(key, None)     # nothing was answered under this name: it is free
            raise
        finally:
            del self._working[key]
            mine.set_result(found)          # none where it failed: who waited tries by itself
        return found

    def _same(self, key: Key, digest: bytes) -> None:
        if self._bodies.setdefault(key, digest) != digest:
            raise Refusal(422, "repeated", "Another request had this name (Idempotency-Key, or id). Give each its own.")
        if len(self._bodies) > self._most:
            del self._bodies[next(iter(self._bodies))]
