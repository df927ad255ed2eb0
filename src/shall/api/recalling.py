"""`recall`: take a version back as one takes back a defective product; the regulator's key lets it go again."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from shall.api import versioning
from shall.api.charge import IN_CHARGE
from shall.api.storing import opened
from shall.api.verifying import trusted
from shall.bundle import keys as keeping
from shall.bundle import notices
from shall.bundle.keys import Public
from shall.core.errors import InputError
from shall.core.recalls import KINDS, LIFTED, RECALL, Recall, body, recalled
from shall.core.store import Record, Store
from shall.spec.fleets import NAME

REGULATOR: Final = "regulator"
HEARD: Final = (versioning.KIND, IN_CHARGE)  # kinds of records that name a version


def recall(model: str, why: str, *, by: str = "", key: str | Path | None = None, passphrase: str | None = None,
           store: str | None = None) -> Recall:
    """Take a version back. Every server that shares the store refuses it from its next look on, within two seconds.

    Args:
        model: NAME@VERSION, such as ``income@7``.
        why: what is wrong with it, for its users.
        by: who says so; else the user of this machine.
        key: path of a private key that signs it. Without one it is recorded and counts all the same: in doubt a
            version does not answer.
        passphrase: of the key.
        store: a path or `postgresql://…`; else what SHALL_STORE says, or `.shall/shall.db`.
    """
    name = _named(model)
    told = {**body(_said(why), by or getpass.getuser())}
    if key is not None:
        told = notices.signed(RECALL, name, told, keeping.private(key, passphrase))
    with opened(store) as kept:
        kept.append(RECALL, name, told)
        return recalled(kept.records(RECALL))[name]


def lift(model: str, why: str, *, key: str | Path, by: str = "", passphrase: str | None = None,
         store: str | None = None) -> None:
    """Let a version answer again. It counts where the server trusts the key as the regulator's.

    InputError where the version was never recalled.
    """
    name, owner = _named(model), keeping.private(key, passphrase)
    with opened(store) as kept:
        newest = kept.latest(RECALL, name)
        if newest is None:
            others = sorted({record.subject for record in kept.records(RECALL)})
            raise InputError(f"{name} is not recalled; recalled were {', '.join(others) or 'none'}")
        told = {**body(_said(why), by or getpass.getuser()), "of": newest.sequence}
        kept.append(LIFTED, name, notices.signed(LIFTED, name, told, owner))


def recalls(store: str | None = None, *, keys: Any = None, trust: str | Path | None = None) -> list[Recall]:
    """What is recalled now, oldest first. Without a key of the regulator's no recall counts as lifted."""
    known = regulators(keys, trust)
    with opened(store) as kept:
        return [*standing(kept, known).values()]


def known(model: str, store: str | None = None) -> list[str]:
    """The versions of a name that the store has heard of: packed, or in charge; another one may be mistyped."""
    name, _, _ = model.partition("@")
    with opened(store) as kept:
        records = [record for kind in HEARD for record in kept.records(kind, name)]
    return sorted({f"{name}@{record.body['version']}" for record in records if "version" in record.body})


def regulators(keys: Any = None, trust: str | Path | None = None) -> Sequence[Public]:
    """The keys of the regulator among those that are trusted."""
    return tuple(trusted(keys or {}, trust).keys.get(REGULATOR, ())) if keys or trust else ()


def standing(store: Store, known: Sequence[Public]) -> dict[str, Recall]:
    """The versions that may not answer; a lift counts where a regulator signed it for the recall that stands."""
    def lifts(record: Record, recall: Recall) -> bool:
        right = record.body.get("of") == recall.sequence
        return right and bool(notices.signer(LIFTED, record.subject, record.body, known))

    return dict(recalled(_records(store), lifts))


def _records(store: Store) -> list[Record]:
    return [record for kind in KINDS for record in store.records(kind)]


def _named(model: str) -> str:
    name, at, version = model.partition("@")
    if not at or not NAME.fullmatch(name) or not NAME.fullmatch(version):
        raise InputError(f"{model!r} names no version: write NAME@VERSION, such as income@7")
    return model


def _said(why: str) -> str:
    if not why.strip():
        raise InputError("say why, for those who used it: --why \"labels of March were swapped\"")
    return why.strip()
