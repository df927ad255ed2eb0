"""Canonical JSON, and the chain of digests that makes a changed record visible."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from shall.core.errors import StoreError

GENESIS: Final = "0" * 64                   # what the first record follows


def canonical(value: Any) -> str:
    """One text for one JSON value: keys sorted, no spaces, no NaN or infinity, text keys only."""
    _refuse_other_keys(value)
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError) as problem:
        raise StoreError(f"this cannot be kept as JSON: {problem}") from problem
    return text


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def seal(parts: tuple[int | str | None, ...], previous: str) -> str:
    """The digest of a record: of its parts, and through ``previous`` of every record before it."""
    return digest(canonical([*parts, previous]).encode())


def _refuse_other_keys(value: Any) -> None:
    # json.dumps would write {1: …} and {"1": …} alike, and then one text stands for two values
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise StoreError(f"this cannot be kept as JSON: the key {key!r} is not text")
            _refuse_other_keys(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_other_keys(inner)
