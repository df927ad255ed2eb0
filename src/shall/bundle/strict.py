"""JSON that is read in one way only: no key twice, no NaN, no number beyond a double, nothing after its end."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from shall.core.errors import Refused

DEEPEST: Final = 64


def read(content: bytes, name: str, most: int) -> dict[str, Any]:
    """An object from its text; Refused with the reason, where it is none."""
    if len(content) > most:
        raise Refused(f"{name} has {len(content):,} bytes, more than {most:,}")
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number,
                           parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} is not read: {_said(error)}") from None
    if not isinstance(found, dict):
        raise Refused(f"{name} is not read: it is no JSON object")
    if _deep(found):
        raise Refused(f"{name} is not read: it is nested deeper than {DEEPEST} levels")
    return found


def written(plain: Any) -> bytes:
    """JSON in its one form: sorted keys, no spaces, UTF-8, a line feed at the end."""
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8") + b"\n"


def same(plain: Any, content: bytes) -> bool:
    """Whether a text is the one form of what was read from it."""
    try:
        return written(plain) == content
    except UnicodeEncodeError:              # half of a surrogate pair
        return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} is there twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _deep(plain: Any) -> bool:
    level = [plain]
    for _ in range(DEEPEST):
        level = [inner for one in level if isinstance(one, dict | list)
                 for inner in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return False
    return True


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is no UTF-8"
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)
