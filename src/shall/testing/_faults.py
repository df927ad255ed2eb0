"""Rules that were broken, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable


def refuse(what: str, faults: Iterable[str]) -> None:
    """Raise AssertionError with every fault, one a line; nothing when there is none."""
    found = list(faults)
    if found:
        raise AssertionError("\n".join([f"{what} breaks {len(found)} rule{'s' * (len(found) > 1)}:",
                                        *(f"- {fault}" for fault in found)]))
