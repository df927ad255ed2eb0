"""What a serve file means beyond its names: whom it trusts, what a single bundle stands for, what waits for a start."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from shall.api.verifying import trusted
from shall.bundle.manifest import ROLES
from shall.bundle.signing import Trust
from shall.core.errors import InputError
from shall.spec.fleets import NAME, Served
from shall.spec.serving import LogOptions, ServeFile

if TYPE_CHECKING:                           # `shall lint` needs none of what a bundle in service loads
    from shall.api.service.bundled import Loaded

SUFFIX: Final = ".toml"
ODD: Final = re.compile(r"[^a-z0-9_-]+")
AT_START: Final = {"[server]": ("host", "port", "limits", "hosts"), "[tokens]": ("tokens",), "store": ("store",),
                   "[alert]": ("alert",), "[log]": ("log",)}


def single(place: Path, loaded: Loaded, name: str) -> ServeFile:
    """The serve file of one bundle."""
    plain = name or called(loaded.name)
    if not NAME.fullmatch(plain):
        raise InputError(f"`{plain[:80]}` is no name of a model: it has a-z, 0-9, _ and -, and at most 64 of them")
    version = loaded.version if NAME.fullmatch(loaded.version) else "1"
    served = Served(plain, {version: str(place)}, version, {})
    return ServeFile(place, {plain: served}, LogOptions(str(Path.cwd())))


def called(subject: str) -> str:
    """What a subject is called where it serves."""
    return ODD.sub("-", subject.lower()).strip("-_")[:64] or "model"


def trust_of(file: ServeFile) -> Trust | None:
    """Whose signatures a serve file wants; None where it says nothing of that."""
    if not file.trust:
        return None
    keys = {role: str(key) for role, key in file.trust.items() if role in ROLES}
    return trusted(keys, None, cast(Sequence[str], file.trust.get("required", ())))


def next_start(now: ServeFile, then: ServeFile) -> Iterator[str]:
    """What a serve file says now, other than at the start, of which only the next start takes notice."""
    if now.path.suffix == SUFFIX:
        changed = [part for part, names in AT_START.items()
                   if any(getattr(now, name) != getattr(then, name) for name in names)]
        if changed:
            yield f"what the serve file says now under {', '.join(changed)} counts from the next start"
