"""What a request is refused with before anybody looks at what it wants."""

from __future__ import annotations


class Denied(Exception):
    """A status, one sentence for whoever asked, and headers. It never holds what was sent."""

    def __init__(self, status: int, detail: str, *headers: tuple[bytes, bytes]) -> None:
        self.status = status
        self.detail = detail
        self.headers = headers
        super().__init__(detail)
