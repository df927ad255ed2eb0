"""Which decisions are kept where not all are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shall.core.decisions import Field, Record
from shall.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Sampling:
    """Rows with a value of ``whole`` are all kept, and of the rest a share; a weight says how many each stands for.

    ``whole`` are pairs of a field and a value of it. Whether one of the rest is kept is decided by its id alone, so it
    is the same whenever it is asked.
    """

    rest: float
    whole: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.rest <= 1:
            raise InputError(f"the share of decisions to be kept is above 0 and at most 1, not {self.rest}")


class Chooser:
    """A sampling on the records of one log."""

    def __init__(self, sampling: Sampling, fields: Sequence[Field]) -> None:
        places = {field.name: place for place, field in enumerate(fields)}
        if strange := [name for name, _ in sampling.whole if name not in places]:
            raise InputError(f"sampling keeps all rows by {strange[0]}, which is not logged: there are "
                             f"{', '.join(places)}")
        self._whole = [(places[name], value) for name, value in sampling.whole]
        self._weight = 1.0 / sampling.rest
        self._below = int(sampling.rest * 2**64)

    def __call__(self, records: Sequence[Record]) -> list[Record]:
        """Those that are kept, each with its weight."""
        return [record if whole else record._replace(weight=record.weight * self._weight) for record in records
                if (whole := self._is_whole(record)) or drawn(record.id) < self._below]

    def _is_whole(self, record: Record) -> bool:
        return any(record.values[place] == value for place, value in self._whole)


def drawn(name: str) -> int:
    """A number below 2**64 that an id always draws."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
