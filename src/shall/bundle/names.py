"""Names of files that a bundle may hold: short, of plain letters, and the same on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST: Final = 120
PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,2}")
DEVICES: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])( *\..*)?", re.IGNORECASE)


def fault_of(name: str) -> str:
    """What is wrong with a name; nothing where it is right."""
    parts = re.split(r"[/\\]", name)
    causes = {
        "it has no name": not name,
        "its name holds a NUL": "\0" in name,
        f"its name is longer than {LONGEST} characters": len(name) > LONGEST,
        "its path is absolute": name[:1] in ("/", "\\") or re.match(r"[A-Za-z]:", name) is not None,
        "its path leads out of the bundle": ".." in parts,
        "its name is that of a device on some systems": any(DEVICES.fullmatch(part) for part in parts),
        "its name ends in a dot or a space": any(part.endswith((".", " ")) for part in parts),
        "its name has other characters than a-z A-Z 0-9 _ . - in up to three levels": PLAIN.fullmatch(name) is None,
    }
    return next((cause for cause, holds in causes.items() if holds), "")


def faults(names: Iterable[str]) -> Iterator[str]:
    """What is wrong with some names that are to lie in one bundle."""
    seen: dict[str, str] = {}
    for name in names:
        if fault := fault_of(name):
            yield f"{name!r}: {fault}"
        if (other := seen.get(name.lower())) is not None:
            yield f"{name!r} is there twice" if other == name else f"{name!r} and {other!r} differ by their case only"
        seen[name.lower()] = name
    for low, name in seen.items():
        for place in (at for at, letter in enumerate(low) if letter == "/"):
            if low[:place] in seen:
                yield f"{seen[low[:place]]!r} is a file, and {name!r} lies in it"
