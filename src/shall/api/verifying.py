"""`sign` and `verify`: who vouches for a bundle, and whether it is what they vouched for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, cast

from shall import bundle, spec
from shall.bundle import keys as keeping
from shall.bundle import signing
from shall.bundle.keys import Public
from shall.core.errors import InputError
from shall.spec import serving

Some = str | PathLike[str] | Sequence[str | PathLike[str]]
Keys = Some | Mapping[str, Some]


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle that is what it says; ``signed``: by whom. ``result``: PASSED, WARNED, FAILED, or nothing."""

    place: str
    digest: str
    about: Mapping[str, Any]
    files: Mapping[str, int]                # bytes
    required: Sequence[str]
    signed: Sequence[signing.Signed]
    claimed: Sequence[str]                  # roles whose signatures nobody was trusted for
    result: str

    def described(self) -> dict[str, Any]:
        """As plain data."""
        signed = [{"role": one.role, "key": one.key, "on": one.on.isoformat()} for one in self.signed]
        return {"place": self.place, "digest": self.digest, "about": dict(self.about), "files": dict(self.files),
                "required": list(self.required), "signed": signed, "claimed": list(self.claimed),
                "result": self.result}


def new_key(place: str | Path, *, passphrase: str = "") -> tuple[Path, Path, str]:
    """Make a key: `place.key` for its owner alone, `place.pub` for all, and its text for `[trust]`."""
    made = keeping.new()
    return *keeping.save(made, place, passphrase), made.public.id


def sign(place: str | Path, key: str | Path, role: str, *, passphrase: str | None = None,
         on: datetime.date | None = None) -> Verified:
    """Sign a bundle where it lies, as regulator, producer or user.

    Args:
        place: a folder or zip.
        key: path of the private key.
        role: regulator, producer or user; an older signature of the role is replaced.
        passphrase: of the key.
        on: the day that the signature states; today.

    Raises Refused where the bundle is not as it was packed or has no verdicts, InputError for a key that cannot sign.
    """
    owner = keeping.private(key, passphrase)
    found = signing.sign(bundle.read(place), owner, role, on or datetime.date.today())
    own = signing.held_by(found, role, signing.Trust({role: [owner.public]}))
    bundle.save(found, place)
    return _verified(found, () if own is None else (own,))


def verify(place: str | Path, *, keys: Keys | None = None, trust: str | Path | None = None,
           required: Sequence[str] = (), after: datetime.date | None = None, unsigned: bool = False) -> Verified:
    """Hold a bundle against the keys of those who are trusted.

    Args:
        place: a folder or zip.
        keys: public keys by role, one or some: paths of PEM files, or `ed25519:…`; without a role the user's.
        trust: a shall file, or a serve file, whose `[trust]` names keys by role and who is `required` to sign.
        required: roles that have to have signed, besides those that the bundle or the file asks for.
        after: signatures that are older do not count.
        unsigned: look at the content only; nobody vouches for it then.

    Raises Refused where anything is not as it was signed, InputError where there is no bundle or no key.
    """
    found = bundle.read(place)
    if unsigned:
        bundle.check(found.files)
        return _verified(found, ())
    return _verified(found, signing.verify(found, trusted(keys or {}, trust, required, after)))


def by_role(keys: Keys | None) -> dict[str, list[str]]:
    """Keys by role; one path or text, or some, are those of the user, as on the command line."""
    if keys is None or isinstance(keys, Mapping):
        return {role: _some(one) for role, one in (keys or {}).items()}
    return {"user": _some(keys)}


def _some(keys: Some) -> list[str]:
    return [str(keys)] if isinstance(keys, str | PathLike) else [str(key) for key in keys]


def trusted(keys: Keys, trust: str | Path | None = None, required: Sequence[str] = (),
            after: datetime.date | None = None) -> signing.Trust:
    """Whose signatures count, from keys by role and from a shall file, or a serve file. InputError for a key that
    cannot be read."""
    found = {role: [keeping.public(key) for key in some] for role, some in by_role(keys).items()}
    if trust is None:
        return signing.Trust(found, required, after)
    named = serving.load(trust).trust if serving.is_one(trust) else spec.load(trust).trust
    for role in bundle.ROLES:
        if role in named:
            found.setdefault(role, []).append(_key(str(named[role]), Path(trust)))
    if not any(found.values()):
        raise InputError(f"{trust} names no key: add [trust] with user = \"user.pub\", or give --key")
    asked = cast(Sequence[str], named.get("required", ()))
    return signing.Trust(found, (*required, *asked), after)


def _key(told: str, file: Path) -> Public:
    return keeping.public(told, file.absolute().parent)


def _verified(found: bundle.Bundle, signed: Sequence[signing.Signed]) -> Verified:
    held = {one.role for one in signed}
    claimed = [role for role in signing.unverified(found) if role not in held]
    files = {name: entry.bytes for name, entry in found.manifest.files.items()}
    return Verified(found.place, found.digest, found.manifest.about, files, found.manifest.required, signed, claimed,
                    signing.result(found) if signed else "")
