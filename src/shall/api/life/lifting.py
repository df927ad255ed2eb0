"""What was done about broken promises: which of it stands, how a person ends it, and which ends do not count."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shall.api.life.recalling import MENDED, REGULATOR, Attempt, named, said
from shall.api.storing import opened
from shall.bundle import keys as keeping
from shall.bundle import notices
from shall.bundle.keys import Private, Public, stated
from shall.core.errors import InputError
from shall.core.responses import RESPONSE, Response, ended, read, standing
from shall.core.store import Record

ENDERS: Final = "enders"                    # kind of a record: whom a server trusts
UNSIGNED: Final = "nobody signed it"
Enders = Sequence[tuple[str, Public]]       # by role


@dataclass(frozen=True, slots=True)
class Ended:
    """What somebody ended; ``lacks``: why that does not count where it was done. Empty: it counts."""

    responses: Sequence[Response]
    lacks: str = ""


def responses(store: str | None = None) -> Sequence[Response]:
    """The responses that stand, oldest first. ``store``: as for `recall`."""
    return [one for one, _ in listed(store)]


def listed(store: str | None = None) -> list[tuple[Response, tuple[Attempt, ...]]]:
    """The responses that stand, oldest first; each with the ends since that do not count, and why not."""
    with opened(store) as kept:
        records = kept.records(RESPONSE)
        known = enders([*records, *kept.records(ENDERS)])
    return [(one, tuple(attempts(one, records, known.get(one.model, ()))))
            for one in standing(records, lambda record: _ends(record, known.get(record.subject, ())))]


def end(model: str, name: str, why: str, *, by: str = "", key: str | Path | Private | None = None,
        passphrase: str | None = None, store: str | None = None) -> Ended:
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

    Returns what was ended, and why that does not count where a server did it that trusts other keys: it is recorded,
    and changes nothing there. A later alarm is responded to again. InputError where nothing stands: where no server
    said whom it trusts, what was ended without a signature of the key stands.
    """
    model = named(model, branches=True) if "@" in model else model
    owner = keeping.private(key, passphrase) if isinstance(key, str | Path) else key
    own = () if owner is None else (owner.public,)
    with opened(store) as kept:
        records = kept.records(RESPONSE)
        trusted = enders([*records, *kept.records(ENDERS)])
        every = standing(records, lambda record: ending([key for _, key in trusted.get(record.subject, ())] or own)(
            record))
        found = [one for one in every if (one.model, one.name) == (model, name)]
        if not found:
            others = sorted({f"{one.model} {one.name}" for one in every})
            raise InputError(f"nothing stands of {name} of {model}; there is {', '.join(others) or 'nothing at all'}")
        told = ended(name, said(why, MENDED), by or getpass.getuser(), found)
        kept.append(RESPONSE, model, told if owner is None else notices.signed(RESPONSE, model, told, owner))
    known = trusted.get(model, ())
    counts = not known or any(key in own for _, key in known)
    return Ended(found, "" if counts else _lacks(own[0].id if own else "", known))


def lift_lacks(model: str, key: Public, store: str | None = None) -> str:
    """Why a lift of a recall with a key does not count where the version is served, as the server said last whom it
    trusts. Nothing: it counts, or no server has said anything."""
    with opened(store) as kept:
        known = enders(kept.records(ENDERS)).get(model, ())
    regulators = [one for one in known if one[0] == REGULATOR]
    if not known or any(one == key for _, one in regulators):
        return ""
    return _lacks(key.id, regulators) if regulators else "no key of a regulator's is trusted there"


def ending(known: Sequence[Public]) -> Callable[[Record], bool]:
    """Whether a record ends responses: one of some keys has signed it; without any key it does."""
    return lambda record: not known or bool(notices.signer(RESPONSE, record.subject, record.body, known))


def enders(records: Iterable[Record]) -> dict[str, Enders]:
    """Who may end what was done about the alarms of each model: as a server said last, else as the newest response."""
    found: dict[str, Enders] = {}
    told: dict[str, Enders] = {}
    for record in sorted(records, key=lambda record: record.sequence):
        if record.body.get("ended") is not True and (known := enders_of(record)):
            (told if record.kind == ENDERS else found)[record.subject] = known
    return found | told


def word(known: Enders) -> dict[str, list[list[str]]]:
    """The body of the record in which a server says whom it trusts."""
    return {"enders": [[role, key.id] for role, key in known]}


def enders_of(record: Record) -> Enders:
    """Who may end a response, as its record says, or the word of a server."""
    return tuple(_known(read(record).enders))


def attempts(one: Response, records: Iterable[Record], known: Enders) -> Iterator[Attempt]:
    """The ends of a response that do not count, oldest first."""
    for record in sorted(records, key=lambda record: record.sequence):
        body = record.body
        if (body.get("ended") is True and (record.subject, body.get("name")) == (one.model, one.name)
                and record.sequence > one.sequence and not _ends(record, known)):
            key = notices.whose(RESPONSE, record.subject, body)
            by, why = (str(body.get(part, "")) for part in ("by", "why"))
            yield Attempt(by, why, record.created, record.sequence, key, _lacks(key, known))


def _known(said: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Public]]:
    for role, text in said:                 # a text only: what a record says is never the path of a key
        yield from ((role, key) for key in stated(text))


def _ends(record: Record, known: Enders) -> bool:
    return ending([key for _, key in known])(record)


def _lacks(key: str, known: Enders) -> str:
    whom = " or ".join(f"the {role}'s key {one.id}" for role, one in known)
    return f"{'its key is not trusted' if key else UNSIGNED}, and {whom} has to sign it"
