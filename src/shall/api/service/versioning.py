"""Which version a bundle is: one more than the last that the store of its file knows, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shall import bundle
from shall.bundle.contents import BRANCHES, FIRST, GRAPH, GUARD, MODEL
from shall.core.errors import InputError
from shall.core.store import Record, Store
from shall.spec.fleets import NAME

KIND: Final = "shipped"
ANSWERS: Final = (MODEL, GRAPH, FIRST, GUARD)   # what of a bundle, or of a branch, answers; evidence may be made again


def version_of(files: Mapping[str, bytes], name: str, asked: str | None, store: Store | None,
               told: Mapping[str, Any] | None = None) -> str:
    """The version of what answers in these files; it is recorded. The same answers again are the same version.

    ``told``: what the record says besides, such as where the bundle lies and which check it has passed.
    Raises InputError for a version that cannot be one, or that other answers have already.
    """
    if asked is not None and not NAME.fullmatch(asked):
        raise InputError(f"a version has a-z, 0-9, _ and -, and at most 64 of them, which {asked[:80]!r} has not: "
                         "write --version 7")
    digest = answers_of(files)
    records = () if store is None else store.records(KIND, name)
    known = {str(record.body["version"]): str(record.body["answers"]) for record in records}
    same = next((version for version, one in reversed(known.items()) if one == digest), None)
    if asked is not None and known.get(asked, digest) != digest:
        raise InputError(f"version {asked} of {name or 'this subject'} was shipped already, and answers otherwise: "
                         f"choose another one, or none for version {following(known)}")
    version = asked or same or following(known)
    if store is not None and version not in known:
        store.append(KIND, name, {**(told or {}), "version": version, "answers": digest}, key=version)
    return version


def answers_of(files: Mapping[str, bytes]) -> str:
    """The digest of what answers in the files of a bundle."""
    answers = [*(part for part in ANSWERS if part in files),
               *sorted(part for part in files if part.startswith(BRANCHES) and part.rpartition("/")[2] in ANSWERS)]
    return bundle.digest_of("\n".join(f"{part} {bundle.digest_of(files[part])}" for part in answers).encode())


def shipped_with(check: Mapping[str, Any], shipped: Iterable[Record]) -> Sequence[Mapping[str, Any]]:
    """The bodies of those records of shipped versions that went through a check; ``check``: the body of its record."""
    log, plan = check.get("log"), check.get("plan")
    return [one.body for one in shipped if log and (one.body.get("log"), one.body.get("plan")) == (log, plan)]


def packed_with(found: Mapping[str, Any], shipped: Iterable[Record]) -> Sequence[str]:
    """The versions that were packed with a check, or with the model of a build; ``found``: the body of its record."""
    records, model = [*shipped], found.get("model")
    mine = [*shipped_with(found, records), *(one.body for one in records if model and one.body.get("model") == model)]
    return [*dict.fromkeys(str(one["version"]) for one in mine if one.get("version"))]


def following(versions: Iterable[str]) -> str:
    """One more than the largest number among some versions."""
    return str(max((int(version) for version in versions if version.isdecimal()), default=0) + 1)
