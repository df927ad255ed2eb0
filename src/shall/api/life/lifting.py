"""What was done about broken promises: which of it stands, and how a person ends it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence

from shall.api.life.recalling import named, said
from shall.api.storing import opened
from shall.core.errors import InputError
from shall.core.responses import RESPONSE, Response, ended, standing


def responses(store: str | None = None) -> Sequence[Response]:
    """The responses that stand, oldest first. ``store``: as for `recall`."""
    with opened(store) as kept:
        return standing(kept.records(RESPONSE))


def end(model: str, name: str, why: str, *, by: str = "", store: str | None = None) -> Sequence[Response]:
    """End every response to a requirement of a model; every server that shares the store hears of it in two seconds.

    Args:
        model: NAME@VERSION, such as ``income@7``, or the name of a subject that `shall watch` watches.
        name: of the requirement.
        why: what has changed since the alarm.
        by: who says so; else the user of this machine.
        store: a path or `postgresql://…`; else what SHALL_STORE says, or `.shall/shall.db`.

    Returns what was ended. A later alarm is responded to again. InputError where nothing stands.
    """
    model = named(model) if "@" in model else model
    told = ended(name, said(why), by or getpass.getuser())
    with opened(store) as kept:
        every = standing(kept.records(RESPONSE))
        found = [one for one in every if (one.model, one.name) == (model, name)]
        if not found:
            others = sorted({f"{one.model} {one.name}" for one in every})
            raise InputError(f"nothing stands of {name} of {model}; there is {', '.join(others) or 'nothing at all'}")
        kept.append(RESPONSE, model, told)
        return found
