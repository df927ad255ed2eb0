"""What was done about broken promises: which of it stands, and how a person ends it."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path

from shall.api.life.recalling import named, said
from shall.api.storing import opened
from shall.bundle import keys as keeping
from shall.bundle import notices
from shall.bundle.keys import Private, Public
from shall.core.errors import InputError
from shall.core.responses import RESPONSE, Response, ended, standing
from shall.core.store import Record


def responses(store: str | None = None) -> Sequence[Response]:
    """The responses that stand, oldest first. ``store``: as for `recall`."""
    with opened(store) as kept:
        return standing(kept.records(RESPONSE))


def end(model: str, name: str, why: str, *, by: str = "", key: str | Path | Private | None = None,
        passphrase: str | None = None, store: str | None = None) -> Sequence[Response]:
    """End every response to a requirement of a model; every server that shares the store hears of it in two seconds.

    Args:
        model: NAME@VERSION, such as ``income@7``, or the name of a subject that `shall watch` watches.
        name: of the requirement.
        why: what has changed since the alarm.
        by: who says so; else the user of this machine.
        key: path of a private key that signs it. A server that trusts keys of a user or a regulator goes on with what
            nobody of them has ended; for others it counts all the same.
        passphrase: of the key.
        store: a path or `postgresql://…`; else what SHALL_STORE says, or `.shall/shall.db`.

    Returns what was ended. A later alarm is responded to again. InputError where nothing stands: with a key, what was
    ended without a signature of it stands.
    """
    model = named(model) if "@" in model else model
    owner = keeping.private(key, passphrase) if isinstance(key, str | Path) else key
    with opened(store) as kept:
        every = standing(kept.records(RESPONSE), ending(() if owner is None else (owner.public,)))
        found = [one for one in every if (one.model, one.name) == (model, name)]
        if not found:
            others = sorted({f"{one.model} {one.name}" for one in every})
            raise InputError(f"nothing stands of {name} of {model}; there is {', '.join(others) or 'nothing at all'}")
        told = ended(name, said(why), by or getpass.getuser(), found)
        kept.append(RESPONSE, model, told if owner is None else notices.signed(RESPONSE, model, told, owner))
        return found


def ending(known: Sequence[Public]) -> Callable[[Record], bool]:
    """Whether a record ends responses: one of some keys has signed it; without any key it does."""
    return lambda record: not known or bool(notices.signer(RESPONSE, record.subject, record.body, known))
