"""The files of the page: a fixed map, whose addresses change when their content does."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from shall.reports._page import style

HERE: Final = Path(__file__).parent
MEDIA: Final = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8",
                "icon.svg": "image/svg+xml"}


@cache
def content(name: str) -> bytes:
    """The bytes of a file of the map. KeyError for another."""
    if name not in MEDIA:
        raise KeyError(name)
    own = (HERE / name).read_text(encoding="utf-8")
    deeper = (HERE / "deeper.css").read_text(encoding="utf-8")
    return (style() + own + deeper if name == "page.css" else own).encode("utf-8")


@cache
def address(name: str) -> str:
    """Where a file stands, with its digest, so that it may be kept for ever."""
    return f"/page/static/{name}?{hashlib.sha256(content(name)).hexdigest()[:16]}"
