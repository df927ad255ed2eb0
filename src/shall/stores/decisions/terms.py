"""What a log is opened with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shall.core.decisions import Clock
from shall.stores.decisions.sampling import Sampling

Durable = Literal["must", "try"]
Heads = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """See `open_log`."""

    durable: Durable
    clock: Clock
    rows: int                               # of a segment
    seconds: float                          # of a segment, from its first row
    keep_days: float | None
    sample: Sampling | None
    queue: int                              # submissions that may wait
    remember: int                           # bytes
    heads: Heads | None
