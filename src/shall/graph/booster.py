"""A booster as plain data, whichever library grew it: an operation for its raw score, and what becomes of that."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError

LARGEST: Final = 2**29                      # bytes of a file
OUTPUTS: Final = 10_000
COLUMNS: Final = 1_000_000
TOLD: Final = "told"                        # the name of what is no array, among the arrays


@dataclass(frozen=True, slots=True, eq=False)
class Booster:
    """``op`` and ``settings``: the node of the raw score. ``width``: how many columns it takes.

    ``link``: of `ops/link.py`, with ``scale``; None where it is not known. ``divisor``: of the raw score before it.
    ``categories`` by column: what its codes 0, 1, … stand for, () where that is lost; ``listed``: the same, where the
    columns are not told; ``coded``: those that were categories in training, as far as they are told.
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
    coded: tuple[int, ...] = ()


def whole(told: Any, what: str, least: int, most: int) -> int:
    """A whole number within its limits. DataError."""
    try:
        number = int(told)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"the booster has a {what} that is no whole number: {str(told)[:40]!r}") from error
    if not least <= number <= most:
        raise DataError(f"the booster has a {what} of {number:,}; it is {least:,} to {most:,}")
    return number


def packed(booster: Booster) -> bytes:
    """As bytes that one process sends another: no pickle."""
    arrays = {name: value for name, value in booster.settings.items() if isinstance(value, np.ndarray)}
    told: dict[str, Any] = {one.name: getattr(booster, one.name) for one in fields(Booster)}
    told["settings"] = {name: value for name, value in booster.settings.items() if name not in arrays}
    told["categories"] = None if booster.categories is None else list(booster.categories.items())
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **{TOLD: np.frombuffer(json.dumps(told).encode(), np.uint8)}, **arrays)
    return out.getvalue()


def unpacked(content: bytes) -> Booster:
    """From the bytes of `packed`. DataError."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        told = json.loads(arrays.pop(TOLD).tobytes())
        told["settings"] |= arrays
        told["names"], told["coded"] = tuple(told["names"]), tuple(told["coded"])
        told["listed"] = tuple(tuple(one) for one in told["listed"])
        told["categories"] = told["categories"] and {int(place): tuple(one) for place, one in told["categories"]}
        return Booster(**told)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"what came is no booster: {error!r:.100}") from error
