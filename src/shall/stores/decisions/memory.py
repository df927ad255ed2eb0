"""What was answered under the newest requests, so that none is decided twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from shall.core.decisions import Record, Told
from shall.core.errors import Repeated
from shall.journal import rows
from shall.stores.decisions.sealed import SealedRequests


class Memory:
    """The decisions of requests, up to ``most`` bytes of them, the oldest forgotten first; and those of ``sealed``."""

    def __init__(self, most: int, sealed: SealedRequests) -> None:
        self._most, self._bytes, self._sealed = most, 0, sealed
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._waiting: dict[str, list[Told]] = {}               # requests on their way, and who asked again meanwhile
        self._lock = threading.Lock()

    def records(self, request: str) -> list[Record] | None:
        """What is on the disk under a request."""
        part = self._kept.get(request)
        return self._sealed.records(request) if part is None else rows.decoded(part)

    def knows(self, request: str) -> bool:
        """Whether it is remembered, or on its way; nothing is read."""
        return request in self._kept or request in self._waiting or self._sealed.may(request)

    def begin(self, request: str, told: Told) -> bool:
        """Whether nobody else has this request; else ``told`` hears Repeated, once the other is on the disk."""
        with self._lock:
            if request not in self._kept and request not in self._sealed:
                if request not in self._waiting:
                    self._waiting[request] = []
                    return True
                self._waiting[request].append(told)
                return False
        told(Repeated(request))
        return False

    def end(self, request: str, part: bytes, problem: Exception | None) -> None:
        """The request is on the disk, or it is not and will not be."""
        with self._lock:
            followers = self._waiting.pop(request, [])
            if problem is None:
                self._keep(request, part)
        for told in followers:
            told(Repeated(request) if problem is None else problem)

    def learn(self, records: Sequence[Record]) -> None:
        """What was kept by others, or before: of each request what is not known yet."""
        by_request: dict[str, list[Record]] = {}
        for record in records:
            if record.request:
                by_request.setdefault(record.request, []).append(record)
        with self._lock:
            for request, several in by_request.items():
                if request not in self._kept:
                    self._keep(request, rows.encoded(several))

    def _keep(self, request: str, part: bytes) -> None:
        self._kept[request] = part
        self._bytes += len(part) + len(request)
        while self._bytes > self._most and len(self._kept) > 1:
            gone, content = self._kept.popitem(last=False)
            self._bytes -= len(content) + len(gone)
