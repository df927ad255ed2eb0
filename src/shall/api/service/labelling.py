"""What may be a label of a log of decisions, kept beside it for those who add labels without a server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shall.core.errors import NotReady
from shall.journal import disk
from shall.runtimes.labelling import Taken

if TYPE_CHECKING:
    from shall.runtimes.fleet import Fleet

FILE: Final = "labels.json"


def note(fleets: Mapping[str, Fleet], folder: Path) -> None:
    """Write it into the log of each name, where it is new. OSError."""
    for name, fleet in fleets.items():
        try:
            taken = fleet.home.version.taken
        except NotReady:
            continue
        if noted(folder / name) != taken:
            put(folder / name, taken)


def put(folder: Path, taken: Taken) -> None:
    """Write it into the folder of a log. OSError."""
    disk.put(folder / FILE, json.dumps({"number": taken.number, "classes": list(taken.classes)}, indent=1).encode())


def noted(folder: Path) -> Taken | None:
    """What the folder of a log says; None where it says nothing that can be read."""
    try:
        told = json.loads((folder / FILE).read_bytes())
        number, classes = told["number"], told["classes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    right = isinstance(number, bool) and isinstance(classes, list) and all(isinstance(one, str) for one in classes)
    return Taken(number, tuple(classes)) if right else None
