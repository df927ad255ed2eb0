"""Which versions a store has heard of: one that it has not may be mistyped, or stand in another store."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from shall.api.service import versioning
from shall.api.service.charge import IN_CHARGE
from shall.api.service.taken import IN_SERVICE
from shall.core.branches import DOT
from shall.core.errors import Unknown
from shall.core.store import Store

BY_NAME: Final = (versioning.KIND, IN_CHARGE)   # kinds of records about a name, which say the version
BY_VERSION: Final = ("alarm", IN_SERVICE, "response", "retrained", "take over", "verdicts")     # about NAME@VERSION
MOST: Final = 5                             # versions that a message names


def heard_of(model: str, store: Store) -> bool:
    """Whether anything in the store is about NAME@VERSION: it was packed, in service, or watched."""
    name, _, version = model.partition("@")
    return (any(str(record.body.get("version")) == version for kind in BY_NAME for record in store.records(kind, name))
            or any(store.latest(kind, model) for kind in BY_VERSION))


def expect(model: str, store: Store, instead: str) -> None:
    """Unknown for a version of which the store has never heard: it names those that are near, and says what else may be
    done, ``instead``."""
    if heard_of(model, store):
        return
    known = near(model, store)
    what = (f"it knows {', '.join(known)}. Name one of them" if known else
            "it knows no version at all. Name the store of your servers (--store, or SHALL_STORE)")
    raise Unknown(f"the store has never heard of {model}; {what}, or {instead}")


def near(model: str, store: Store) -> Sequence[str]:
    """The versions that were probably meant: of the name, or where the store has none of it, of names that are near."""
    known = _versions(store)
    of_name = [one for one in known if one.partition("@")[0] == model.partition("@")[0]]
    return difflib.get_close_matches(model, of_name or known, MOST, 0.6 if not of_name else 0.0) or known[-MOST:]


def _versions(store: Store) -> list[str]:
    """Every one of which the store has heard, oldest first."""
    found = [(record.sequence, f"{record.subject}@{record.body['version']}") for kind in BY_NAME
             for record in store.records(kind) if "version" in record.body]
    found += [(record.sequence, record.subject) for kind in BY_VERSION for record in store.records(kind)
              if "@" in record.subject and DOT not in record.subject.rpartition("@")[2]]
    return [*dict.fromkeys(model for _, model in sorted(found))]
