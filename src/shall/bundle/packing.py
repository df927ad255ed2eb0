"""A bundle in a folder or a zip: written whole or not at all, read only if every byte is as its manifest says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from shall.bundle import folder, mistaken, zipped
from shall.bundle import manifest as listing
from shall.bundle.contents import check
from shall.bundle.folder import Ahead, nothing
from shall.bundle.manifest import FILES, LARGEST, NAME, ROLES, SIGNATURES, Manifest, digest_of
from shall.bundle.mistaken import SUFFIX
from shall.core.errors import InputError, Refused

MOST: Final = FILES + 1 + len(ROLES)
OWN: Final = 2**21                          # bytes of manifest and signatures


@dataclass(frozen=True)
class Bundle:
    """``files`` without the manifest and the signatures; ``signatures``: an envelope a role, unverified."""

    files: Mapping[str, bytes]
    manifest: Manifest
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    place: str = "the bundle"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the manifest, which states that of every file: what is signed, and what tells a bundle."""
        return digest_of(self.manifest.written())

    def __getitem__(self, name: str) -> bytes:
        """One file. Refused where there is none."""
        if name not in self.files:
            raise Refused(f"{self.place} has no {name}: ship the model again")
        return self.files[name]

    def everything(self) -> dict[str, bytes]:
        """All that lies in it, by name."""
        signatures = {f"{SIGNATURES}{role}.json": envelope for role, envelope in self.signatures.items()}
        return dict(sorted({**self.files, NAME: self.manifest.written(), **signatures}.items()))


def write(files: Mapping[str, bytes], about: Mapping[str, Any], place: str | Path, *,
          required: Sequence[str] = (), ahead: Ahead = nothing) -> Path:
    """Write a bundle: a zip where ``place`` ends in `.zip`, else a folder; the same bytes for the same content.

    Args:
        files: content by name. `graph.onnx` and `graph.json` have to be there; what `shall.toml`, `evidence/*.json`,
            `proof.json` and `reference.tally` say of one another is checked (`contents.py`).
        about: plain facts: subject, version, anything that JSON can hold.
        place: an older bundle there is replaced, anything else is left alone.
        required: roles without whose signature the bundle is not to count: regulator, producer, user.
        ahead: called when every byte is on the disk, before it lies at its place: what it raises leaves all as it was.

    Raises InputError where it cannot be written, or its parts do not belong together.
    """
    made = listing.listed(files, about, required)
    try:
        check(files)
    except Refused as error:
        raise InputError(str(error)) from None
    return save(Bundle(dict(sorted(files.items())), made), place, ahead)


def save(bundle: Bundle, place: str | Path, ahead: Ahead = nothing) -> Path:
    """Write a bundle as it is, signatures too. ``ahead``: as of `write`."""
    path = Path(place)
    if _is_zip(path):
        folder.write_file(path, zipped.packed(bundle.everything()), ahead)
    else:
        folder.write_folder(path, bundle.everything(), NAME, ahead)
    return path


def expect_place(place: str | Path) -> None:
    """InputError where no bundle can be written at a place: it is known before there is anything to write."""
    path = Path(place)
    if not _is_zip(path):
        folder.expect_ours(path, NAME)
    folder.expect_room(path)


def _is_zip(path: Path) -> bool:
    """Whether a bundle is a zip there, and no folder. InputError where a folder lies in its place."""
    zip = path.suffix.lower() == SUFFIX
    if zip and path.is_dir():
        raise InputError(f"{path} is a folder: name a file, or a place without {SUFFIX}")
    return zip


def read(place: str | Path) -> Bundle:
    """Read a bundle; nothing is unpacked to disk, and no signature is verified.

    Raises InputError where there is nothing that can be read, Refused where a byte is not as the manifest says.
    """
    path = Path(place)
    try:
        path.stat()
    except (OSError, ValueError):           # also a name that is too long, or no name at all
        raise InputError(f"there is no bundle at {str(path)[:300]!r}") from None
    mistaken.refuse(path)
    found = folder.contents(path, MOST, LARGEST + OWN) if path.is_dir() else unzipped(
        folder.content_of(path.resolve(), LARGEST + OWN), str(path))
    return opened(found, str(path))


def unzipped(content: bytes, place: str = "the bundle") -> dict[str, bytes]:
    """The files of a zip in memory."""
    return zipped.unpacked(content, place, MOST)


def opened(found: Mapping[str, bytes], place: str = "the bundle") -> Bundle:
    """The bundle of some files. Refused unless they are those that their manifest lists."""
    if NAME not in found:
        raise Refused(f"{place} is refused: it has no {NAME}, so it is no bundle of shall")
    told = listing.read(found[NAME])
    files = {name: content for name, content in found.items() if name in told.files}
    signatures = {name[len(SIGNATURES):-len(".json")]: content for name, content in found.items()
                  if name in {f"{SIGNATURES}{role}.json" for role in ROLES}}
    for name, entry in told.files.items():
        if name not in found:
            raise Refused(f"{place} is refused: {name} is missing")
        if len(found[name]) != entry.bytes or digest_of(found[name]) != entry.sha256:
            raise Refused(f"{place} is refused: {name} was changed after it was packed (its digest is another)")
    if added := sorted({*found} - {*files, NAME, *(f"{SIGNATURES}{role}.json" for role in signatures)}):
        raise Refused(f"{place} is refused: {added[0]} was added after it was packed")
    return Bundle(files, told, signatures, place)
