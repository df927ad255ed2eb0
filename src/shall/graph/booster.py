"""A booster as plain data, whichever library grew it: an operation for its raw score, and what becomes of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shall.core.errors import DataError

LARGEST: Final = 2**29                      # bytes of a file
OUTPUTS: Final = 10_000
COLUMNS: Final = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Booster:
    """``op`` and ``settings``: the node of the raw score. ``width``: how many columns it takes.

    ``link``: of `ops/link.py`, with ``scale``; None where it is not known. ``divisor``: of the raw score before it.
    ``categories`` by column: what its codes 0, 1, … stand for; ``listed``: the same, where the columns are not told.
    """

    made_by: str
    op: str
    settings: Mapping[str, Any]
    width: int
    outputs: int
    objective: str
    link: str | None
    precision: str
    scale: float = 1.0
    divisor: float = 1.0
    names: tuple[str, ...] = ()
    categories: Mapping[int, tuple[Any, ...]] | None = None
    listed: tuple[tuple[Any, ...], ...] = ()


def whole(told: Any, what: str, least: int, most: int) -> int:
    """A whole number within its limits. DataError."""
    try:
        number = int(told)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"the booster has a {what} that is no whole number: {str(told)[:40]!r}") from error
    if not least <= number <= most:
        raise DataError(f"the booster has a {what} of {number:,}; it is {least:,} to {most:,}")
    return number
