"""A process that decides until its disk is full, and on when there is room again; run as a script."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

from shall.core.decisions import Field, Record
from shall.core.errors import StoreError
from shall.stores.decisions import DecisionLog, open_log

FIELDS = (Field("age", "number"), Field("text", "text"))


def record(log: DecisionLog, number: int) -> Record:
    return Record(log.next_id(), number, f"r{number}", "income@7", "ab" * 32, "live", (number, "x" * 1000))


def fill(folder: str, durable: Any) -> None:
    """Decide until no file may grow, and once more when it may."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    with open_log(Path(folder), FIELDS, durable=durable) as log:
        kept = refused = 0
        for number in range(400):
            try:
                log.write([record(log, number)])
            except StoreError as problem:
                assert "nothing was kept" in str(problem)
            done = log.answered(f"r{number}") is not None
            kept, refused = kept + done, refused + (not done)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        log.write([record(log, 1000)])
        print(kept + 1, refused, log.alarms["not_logged"])


if __name__ == "__main__":
    fill(*sys.argv[1:])
