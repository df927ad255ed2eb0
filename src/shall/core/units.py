"""Units of a limit, and their size in the base unit of their kind (seconds, bytes, share)."""

from __future__ import annotations

from typing import Final

BASE: Final = {"time": "s", "size": "B", "share": ""}

UNITS: Final[dict[str, tuple[str, float]]] = {
    "%": ("share", 0.01),
    "ns": ("time", 1e-9), "us": ("time", 1e-6), "ms": ("time", 1e-3), "s": ("time", 1.0),
    "min": ("time", 60.0), "h": ("time", 3600.0), "day": ("time", 86400.0), "days": ("time", 86400.0),
    "B": ("size", 1.0), "KB": ("size", 1e3), "MB": ("size", 1e6), "GB": ("size", 1e9),
    "KiB": ("size", 1024.0), "MiB": ("size", 1024.0**2), "GiB": ("size", 1024.0**3),
}


def in_base(value: float, unit: str) -> float:
    """A value in the base unit of its kind: 2 ms is 0.002 s, 80 % is 0.8."""
    if unit == "%":
        return value / 100           # a division gives the float nearest to 0.8; times 0.01 does not always
    return value * UNITS[unit][1] if unit else value
