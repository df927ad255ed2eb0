"""`recall`: take a version back as one takes back a defective product; the regulator's key lets it go again."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shall.api.life import heard
from shall.api.storing import opened
from shall.api.verifying import trusted
from shall.bundle import keys as keeping
from shall.bundle import notices
from shall.bundle.keys import Private, Public
from shall.core.branches import VERSION, parted
from shall.core.errors import InputError
from shall.core.recalls import KINDS, LIFTED, RECALL, Recall, body, recalled
from shall.core.store import Record, Store
from shall.spec.fleets import NAME

REGULATOR: Final = "regulator"
RECALLED: Final = "say why, for those who used it: --why \"labels of March were swapped\""
UNNAMED: Final = "no key of the regulator's is named here"
MENDED: Final = "say what has changed since: --why \"the feed of ages is mended\""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A lift that does not count; ``key``: the id of the one that signed it, empty where none did; ``lacks``: why."""

    by: str
    why: str
    on: str                                 # when it was recorded: UTC, ISO 8601
    sequence: int                           # of the record
    key: str
    lacks: str


def recall(model: str, why: str, *, by: str = "", key: str | Path | Private | None = None,
           passphrase: str | None = None, store: Store | str | None = None, force: bool = False) -> Recall:
    """Take a version back. Every server that shares the store refuses it from its next look on, within two seconds.

    Returns the recall that stands now: one that stood before, where nothing was recorded.

    Args:
        model: NAME@VERSION, such as ``income@7``.
        why: what is wrong with it, for its users.
        by: who says so; else the user of this machine.
        key: path of a private key that signs it. Without one it is recorded and counts all the same: in doubt a
            version does not answer.
        passphrase: of the key.
        store: a store, a path or `postgresql://…`; else what SHALL_STORE says, or `.shall/shall.db`.
        force: record it even where the store has never heard of the version, and where it is recalled already.

    Raises Unknown for a version that the store has never heard of: it may be mistyped.
    """
    name = named(model)
    told = {**body(said(why, RECALLED), by or getpass.getuser())}
    if key is not None:
        told = notices.signed(RECALL, name, told, _owner(key, passphrase))
    with _kept(store) as kept:
        if not force and (stood := _stood(kept, name)) is not None:
            return stood
        if not force:
            heard.expect(name, kept, f"recall {name} all the same with --force")
        kept.append(RECALL, name, told)
        return recalled(kept.records(RECALL, name))[name]


def lift(model: str, why: str, *, key: str | Path | Private, by: str = "", passphrase: str | None = None,
         store: Store | str | None = None) -> None:
    """Let a version answer again. It counts where the server trusts the key as the regulator's.

    InputError where the version was never recalled.
    """
    name, owner = named(model), _owner(key, passphrase)
    with _kept(store) as kept:
        newest = kept.latest(RECALL, name)
        if newest is None:
            others = sorted({record.subject for record in kept.records(RECALL)})
            raise InputError(f"{name} is not recalled; recalled were {', '.join(others) or 'none'}")
        told = {**body(said(why, MENDED), by or getpass.getuser()), "of": newest.sequence}
        kept.append(LIFTED, name, notices.signed(LIFTED, name, told, owner))


def stands(model: str, store: str | None = None) -> Recall | None:
    """The recall of a version, unless somebody has tried to lift it since, with whatever key."""
    with opened(store) as kept:
        return _stood(kept, named(model))


def recalls(store: str | None = None, *, keys: Any = None, trust: str | Path | None = None) -> list[Recall]:
    """What is recalled now, oldest first. Without a key of the regulator's no recall counts as lifted."""
    return [one for one, _ in listed(store, keys=keys, trust=trust)]


def listed(store: str | None = None, *, keys: Any = None, trust: str | Path | None = None
           ) -> list[tuple[Recall, tuple[Attempt, ...]]]:
    """What is recalled now, oldest first; each with the lifts since that do not count, and why not."""
    known = regulators(keys, trust)
    with opened(store) as kept:
        records = _records(kept)
    return [(one, tuple(_attempt(record, one, known) for record in records
                        if (record.kind, record.subject) == (LIFTED, one.model) and record.sequence > one.sequence))
            for one in recalled(records, lifting(known)).values()]


def _attempt(record: Record, recall: Recall, known: Sequence[Public]) -> Attempt:
    key = notices.whose(LIFTED, record.subject, record.body)
    if record.body.get("of") != recall.sequence:
        lacks = "it is of an earlier recall"
    elif not known:
        lacks = UNNAMED
    else:
        lacks = "its key is not trusted here as the regulator's" if key else "no key has signed just that"
    by, why = (str(record.body.get(part, "")) for part in ("by", "why"))
    return Attempt(by, why, record.created, record.sequence, key, lacks)


def regulators(keys: Any = None, trust: str | Path | None = None) -> Sequence[Public]:
    """The keys of the regulator among those that are trusted."""
    return tuple(trusted(keys or {}, trust).keys.get(REGULATOR, ())) if keys or trust else ()


def standing(store: Store, known: Sequence[Public]) -> dict[str, Recall]:
    """The versions that may not answer; a lift counts where a regulator signed it for the recall that stands."""
    return dict(recalled(_records(store), lifting(known)))


def lifting(known: Sequence[Public]) -> Callable[[Record, Recall], bool]:
    """Whether a record lifts a recall: a regulator signed it, for the recall that stands."""
    def lifts(record: Record, recall: Recall) -> bool:
        right = record.body.get("of") == recall.sequence
        return right and bool(notices.signer(LIFTED, record.subject, record.body, known))

    return lifts


def _owner(key: str | Path | Private, passphrase: str | None) -> Private:
    return keeping.private(key, passphrase) if isinstance(key, str | Path) else key


def _kept(store: Store | str | None) -> AbstractContextManager[Store]:
    return opened(store) if store is None or isinstance(store, str) else nullcontext(store)


def _stood(store: Store, model: str) -> Recall | None:
    return recalled(record for kind in KINDS for record in store.records(kind, model)).get(model)


def _records(store: Store) -> list[Record]:
    return [record for kind in KINDS for record in store.records(kind)]


def named(model: str, *, branches: bool = False) -> str:
    """A model that is NAME@VERSION, or a branch of one where they may be named. InputError for any other."""
    name, at, version = model.partition("@")
    if not at or not NAME.fullmatch(name) or not VERSION.fullmatch(version):
        raise InputError(f"{model!r} names no version: write NAME@VERSION, such as income@7")
    of, branch = parted(version)
    if branch and not branches:
        raise InputError(f"{branch} is a branch of {name}@{of}, which is taken back as a whole: name {name}@{of}")
    return model


def said(why: str, wanted: str) -> str:
    """A reason that is one. InputError for none; ``wanted``: what it says."""
    if not why.strip():
        raise InputError(wanted)
    return why.strip()
