"""Where things stand. A name is somebody's data, and an address has letters, digits, - and _ only."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import urlencode

from shall.page.travel import sent

PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def part(name: str) -> str:
    """The part of an address that stands for a name: the name itself, or the first letters of its digest."""
    if PLAIN.fullmatch(name):
        return name
    return "x" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def model(name: str, *, tab: str = "", **query: str) -> str:
    """The page of a model, or one of its tabs."""
    return f"/page/models/{part(name)}" + (f"/{tab}" if tab else "") + asked(query)


def requirement(model_name: str, name: str, **query: str) -> str:
    """The page of one requirement."""
    return f"{model(model_name)}/requirements/{part(name)}" + asked(query)


def record(sequence: int) -> str:
    """The page of a record of the store."""
    return f"/page/records/{sequence}"


def asked(query: dict[str, str]) -> str:
    """A query, where there is something to ask."""
    kept = {sent(name): sent(value) for name, value in query.items() if value}
    return "?" + urlencode(kept, errors="replace") if kept else ""
