"""The list of what a bundle holds: the digest and the size of each file, and whose signatures it needs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shall.bundle import names, strict
from shall.core.errors import InputError, Refused

NAME: Final = "manifest.json"
SIGNATURES: Final = "signatures/"
VERSION: Final = 1
OLDEST: Final = 1                           # an older one is refused, whoever signed it
MOST: Final = 2**20                         # bytes
FILES: Final = 256
LARGEST: Final = 2**30                      # bytes of all files
ROLES: Final = ("regulator", "producer", "user")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: SHA-256, hexadecimal, and its bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """``about``: plain facts, such as subject and version. ``required``: roles that have to sign."""

    files: Mapping[str, Entry]
    about: Mapping[str, Any] = field(default_factory=dict)
    required: Sequence[str] = ()
    version: int = VERSION

    def written(self) -> bytes:
        """The one form in which it is written; its digest is that of the bundle."""
        files = {name: {"sha256": entry.sha256, "bytes": entry.bytes} for name, entry in self.files.items()}
        return strict.written({"shall_bundle": self.version, "about": dict(self.about), "files": files,
                               "required": list(self.required)})


def listed(files: Mapping[str, bytes], about: Mapping[str, Any], required: Sequence[str] = ()) -> Manifest:
    """The manifest of some files. InputError where a name, a role or a size cannot be."""
    made = Manifest({name: Entry(digest_of(content), len(content)) for name, content in sorted(files.items())},
                    about, tuple(role for role in ROLES if role in required))
    if strange := [role for role in required if role not in ROLES]:
        raise InputError(f"there is no role {strange[0]!r}; there are {', '.join(ROLES)}")
    if fault := next(_faults(made), ""):
        raise InputError(f"this cannot be a bundle: {fault}")
    try:
        read(made.written())
    except (TypeError, ValueError, Refused) as error:
        raise InputError(f"what the bundle is about has to be plain data: {error}") from error
    return made


def read(content: bytes) -> Manifest:
    """A manifest from its text. Refused where it is damaged, of another version, or not in its one form."""
    told = strict.read(content, NAME, MOST)
    version = told.get("shall_bundle")
    if type(version) is not int:
        raise Refused(f"{NAME} states no version (shall_bundle): it is no manifest of shall")
    if version > VERSION:
        raise Refused(f"the bundle has version {version}, and this shall reads up to {VERSION}: update shall")
    if version < OLDEST:
        raise Refused(f"the bundle has version {version}, and none below {OLDEST} counts: write it again")
    if strange := sorted({*told} ^ {"shall_bundle", "about", "files", "required"}):
        known = "lacks" if strange[0] not in told else "has what this shall does not know:"
        raise Refused(f"{NAME} {known} {strange[0]!r}")
    made = Manifest(_entries(told["files"]), _mapping(told["about"], "about"), _roles(told["required"]), version)
    if fault := next(_faults(made), ""):
        raise Refused(f"{NAME}: {fault}")
    if not strict.same(told, content):
        raise Refused(f"{NAME} is not in the form in which shall writes it")
    return made


def digest_of(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _entries(told: Any) -> dict[str, Entry]:
    return {name: _entry(one, name) for name, one in _mapping(told, "files").items()}


def _entry(told: Any, name: str) -> Entry:
    right = isinstance(told, dict) and {*told} == {"sha256", "bytes"} and isinstance(told["sha256"], str) \
        and DIGEST.fullmatch(told["sha256"]) and type(told["bytes"]) is int and told["bytes"] >= 0
    if not right:
        raise Refused(f"{NAME}: {name!r} has to have `sha256`, 64 hexadecimal digits, and `bytes`")
    return Entry(told["sha256"], told["bytes"])


def _mapping(told: Any, name: str) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise Refused(f"{NAME}: `{name}` is no object")
    return told


def _roles(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list) or told != [role for role in ROLES if role in told]:
        raise Refused(f"{NAME}: `required` names some of {', '.join(ROLES)}, each once and in this order")
    return tuple(told)


def _faults(made: Manifest) -> Iterator[str]:
    yield from names.faults(made.files)
    if len(made.files) > FILES:
        yield f"{len(made.files):,} files, more than {FILES}"
    if (size := sum(entry.bytes for entry in made.files.values())) > LARGEST:
        yield f"{size:,} bytes, more than {LARGEST:,}"
    if own := [name for name in made.files if name.lower() == NAME or name.lower().startswith(SIGNATURES)]:
        yield f"{own[0]!r} is a name that the bundle itself uses"
