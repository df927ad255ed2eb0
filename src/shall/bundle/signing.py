"""Who vouches for a bundle: a signature a role, each by a key of its own, each of the manifest's digest."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shall.bundle import contents, envelope, strict
from shall.bundle.keys import Private, Public
from shall.bundle.manifest import ROLES, SIGNATURES
from shall.bundle.packing import Bundle
from shall.bundle.statement import predicate, same, statement
from shall.core.errors import InputError, Refused

NOBODY: Final = ("no key was given, so nobody vouches for {place}: give one (--key user.pub), or a shall file with "
                 "[trust] (--trust shall.toml)")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds."""

    role: str
    key: str
    on: datetime.date


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose signatures count, by role, and which are needed besides those that the bundle itself asks for."""

    keys: Mapping[str, Sequence[Public]]
    required: Sequence[str] = ()
    after: datetime.date | None = None      # an older signature does not count
    expected: Mapping[str, str] = field(default_factory=dict)   # digests of files that the bundle has to hold

    def __post_init__(self) -> None:
        for role in (*self.keys, *self.required):
            if role not in ROLES:
                raise InputError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
        every = [key for keys in self.keys.values() for key in {*keys}]
        if len({*every}) < len(every):
            raise InputError("one key is trusted for two roles, which says nothing: each role has a key of its own")


def sign(bundle: Bundle, key: Private, role: str, on: datetime.date) -> Bundle:
    """The bundle with a signature more, in place of an older one of that role.

    Raises Refused where its parts do not belong together or it has no evidence, InputError for an unknown role.
    """
    if role not in ROLES:
        raise InputError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    contents.check(bundle.files)
    payload = strict.written(statement(bundle, role, on))
    return replace(bundle, signatures={**bundle.signatures, role: envelope.sealed(payload, key)})


def verify(bundle: Bundle, trust: Trust) -> tuple[Signed, ...]:
    """Every signature that holds, by role. Refused where one does not, or one that is needed is missing."""
    contents.check(bundle.files)
    for name, digest in trust.expected.items():
        if name not in bundle.manifest.files or bundle.manifest.files[name].sha256 != digest:
            raise Refused(f"{bundle.place} is refused: its {name} is not the one that was expected")
    if not any(trust.keys.values()):
        raise InputError(NOBODY.format(place=bundle.place))
    found = [held_by(bundle, role, trust) for role in ROLES if role in bundle.signatures]
    held = tuple(one for one in found if one is not None)
    for role in ROLES:
        if role in (*bundle.manifest.required, *trust.required) and role not in {one.role for one in held}:
            raise Refused(f"{bundle.place} is refused: {_lacking(bundle, role, trust)}")
    if not held:
        raise Refused(f"{bundle.place} is refused: nobody who is trusted has signed it")
    return held


def unverified(bundle: Bundle) -> tuple[str, ...]:
    """Roles that claim to have signed."""
    return tuple(role for role in ROLES if role in bundle.signatures)


def result(bundle: Bundle) -> str:
    """What the evidence comes to: PASSED, WARNED or FAILED."""
    return str(predicate(bundle)["result"])


def unmet(bundle: Bundle) -> Sequence[str]:
    """What the evidence of a bundle does not show to be met; nothing where it has none. Refused."""
    return predicate(bundle)["failedTests"] if contents.CHECK in bundle.files else ()


def held_by(bundle: Bundle, role: str, trust: Trust) -> Signed | None:
    """The signature of one role; None where nobody is trusted for it. Refused where it is wrong, even then."""
    name = f"{SIGNATURES}{role}.json of {bundle.place}"
    told = envelope.read(bundle.signatures[role], name)
    keys = trust.keys.get(role, ())
    if keys:
        envelope.opened(told, next((key for key in keys if key.id == told.key), keys[0]), name)
    on = same(told.payload, bundle, role, name)
    if not keys:
        return None
    if trust.after is not None and on < trust.after:
        raise Refused(f"{name} is refused: it is of {on}, and only those from {trust.after} on count")
    return Signed(role, told.key, on)


def _lacking(bundle: Bundle, role: str, trust: Trust) -> str:
    if role in bundle.signatures:
        return f"the {role} has to sign it, and no key of theirs is given to hold the signature against"
    return f"the {role} has to sign it and has not: shall sign {bundle.place} --role {role} --key …"
