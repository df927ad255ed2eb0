"""Which version a bundle is: one more than the last that the store of its file knows, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from shall import bundle
from shall.bundle.contents import BRANCHES, FIRST, GRAPH, GUARD, MODEL
from shall.core.errors import InputError, ShallError
from shall.core.store import Record, Store
from shall.spec.fleets import NAME

KIND: Final = "shipped"
Put = Callable[[str, Callable[[], None]], object]
ANSWERS: Final = (MODEL, GRAPH, FIRST, GUARD)   # what of a bundle, or of a branch, answers; evidence may be made again


class _Overtaken(Exception):
    """Somebody else has taken the number meanwhile."""


def at_once(version: str, record: Callable[[], None]) -> None:
    """Nothing is written: it is recorded."""
    record()


def version_of(files: Mapping[str, bytes], name: str, asked: str | None, store: Store | None,
               told: Mapping[str, Any] = MappingProxyType({}), put: Put = at_once) -> str:
    """The version of what answers in these files. The same answers again are the same version.

    ``told``: what its record says besides, such as where the bundle lies and which check it has passed. ``put``: writes
    them, as a version, and calls what records that when all is written and nothing yet at its place: a version that is
    recorded was written, and of two that are shipped at one time the later is written again, with the next number.
    Raises InputError for a version that cannot be one, or that other answers have already.
    """
    if asked is not None and not NAME.fullmatch(asked):
        raise InputError(f"a version has a-z, 0-9, _ and -, and at most 64 of them, which {asked[:80]!r} has not: "
                         "write --version 7")
    digest = answers_of(files)
    while True:
        known = {str(record.body["version"]): record for record in (() if store is None else store.records(KIND, name))}
        same = next((one for one, record in reversed(known.items()) if record.body["answers"] == digest), None)
        if asked is not None and asked in known and known[asked].body["answers"] != digest:
            raise InputError(f"version {asked} of {name or 'this subject'} was shipped already, and answers otherwise: "
                             f"choose another one, or none for version {following(known)}")
        version = asked or same or following(known)
        body = {**told, "version": version, "answers": digest}
        with suppress(_Overtaken):
            put(version, partial(_record, store, name, body, known.get(version)))
            return version


def _record(store: Store | None, name: str, body: Mapping[str, Any], before: Record | None) -> None:
    """Record a version; one that was recorded ``before`` only where its bundle does not lie any more where that says.
    _Overtaken where the number is of others by now."""
    if store is not None and before is None:
        if store.append(KIND, name, body, key=body["version"]).body["answers"] != body["answers"]:
            raise _Overtaken
    elif store is not None and before is not None and "place" in body and not _lies(before):
        store.append(KIND, name, body)


def _lies(shipped: Record) -> bool:
    """Whether the bundle of a version lies where its record says."""
    with suppress(ShallError, OSError):
        return answers_of(bundle.read(str(shipped.body.get("place"))).files) == str(shipped.body["answers"])
    return False


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
