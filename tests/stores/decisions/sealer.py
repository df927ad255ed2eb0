"""A process that logs segment after segment and tells its memory after each is sealed; run as a script."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from shall.core.decisions import Field, Record
from shall.stores.decisions import open_log

FIELDS = (*(Field(f"x{place}", "number") for place in range(24)), Field("city", "text"))
TOGETHER = 256


def resident() -> float:
    """MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def held() -> float:
    """MB that are in use: those that malloc keeps between two blocks come and go by several."""
    gc.collect()
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
    return resident()


def told(folder: Path, rows: int, segments: int, memory: Callable[[], float]) -> None:
    """Log so many segments, each sealed when its log is closed, and tell the memory after each."""
    values = [(*(number / 7 + place for place in range(24)), f"city {number}") for number in range(TOGETHER)]
    for segment in range(segments):
        with open_log(folder, FIELDS) as log:
            for group in range(rows // TOGETHER):
                log.write([Record(f"{segment}-{group}-{place}", group, "", "income@7", "ab" * 32, "live", one)
                           for place, one in enumerate(values)])
        print(f"{memory():.1f}", flush=True)


if __name__ == "__main__":
    where, many, number, what = sys.argv[1:]
    memory = {"resident": resident, "held": held}[what]
    told(Path(where), 2 * TOGETHER, 2, memory)
    told(Path(where), int(many), int(number), memory)
