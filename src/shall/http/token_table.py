"""A token as it is kept, and its table in the file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from shall.core.errors import InputError

Role = Literal["viewer", "reviewer", "producer", "user", "regulator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
MOST: Final = 1000
HEAD: Final = """# Tokens of `shall serve`: SHA-256 digests only. Written by `shall tokens new` and `revoke`.
tokens = 1
"""
KNOWN: Final = {"name", "role", "sha256", "created", "expires", "revoked", "models"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token as it is kept; times are UTC."""

    name: str                               # who has it: two live ones at most, so that it can be changed in service
    role: Role
    digest: bytes                           # SHA-256, 32 bytes
    created: datetime.datetime
    expires: datetime.datetime | None = None
    revoked: datetime.datetime | None = None
    models: tuple[str, ...] = ()            # the only models that it is for; none means all

    @property
    def id(self) -> str:
        """The first letters of the digest: what tells two tokens of one name apart."""
        return self.digest.hex()[:8]

    def why_dead(self, now: datetime.datetime) -> str:
        """``revoked``, ``expired``, or nothing while it is good."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else ""


def text(tokens: Sequence[Token]) -> str:
    """The file of some tokens."""
    return HEAD + "".join(_table(token) for token in tokens)


def _table(token: Token) -> str:
    models = ", ".join(f'"{model}"' for model in token.models)
    words = {"name": f'"{token.name}"', "role": f'"{token.role}"', "sha256": f'"{token.digest.hex()}"',
             "created": _text(token.created), "expires": _text(token.expires), "revoked": _text(token.revoked),
             "models": f"[{models}]" if models else ""}
    return "\n[[token]]\n" + "".join(f"{key} = {value}\n" for key, value in words.items() if value)


def _text(at: datetime.datetime | None) -> str:
    return "" if at is None else at.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def tokens(path: object, content: Mapping[str, Any]) -> tuple[Token, ...]:
    """The tokens of a file's content. InputError that names ``path`` and the fault."""
    if content.get("tokens") != 1 or content.keys() - {"tokens", "token"}:
        raise InputError(f"{path}: a file of tokens begins with `tokens = 1` and has [[token]] tables only")
    tables = content.get("token", [])
    if not isinstance(tables, list) or len(tables) > MOST:
        raise InputError(f"{path}: [[token]] tables, at most {MOST}")
    found = tuple(_token(f"{path}: token {place}", table) for place, table in enumerate(tables, 1))
    if len({token.digest for token in found}) < len(found):
        raise InputError(f"{path}: one token stands there twice")
    return found


def _token(place: str, table: Any) -> Token:
    if not isinstance(table, dict) or table.keys() - KNOWN:
        raise InputError(f"{place}: its keys are {', '.join(sorted(KNOWN))}")
    role, models = table.get("role"), table.get("models", [])
    if role not in ROLES:
        raise InputError(f"{place}: role is one of {', '.join(ROLES)}")
    if not isinstance(models, list) or not all(_matches(NAME, model) for model in models):
        raise InputError(f"{place}: models is a list of names")
    if not _matches(NAME, table.get("name")):
        raise InputError(f"{place}: name has a-z, 0-9, _ and -, at most 64 of them")
    if not _matches(DIGEST, table.get("sha256")):
        raise InputError(f"{place}: sha256 has 64 letters of 0-9 and a-f")
    times = {key: _time(place, key, table.get(key)) for key in ("created", "expires", "revoked")}
    created = times["created"]
    if created is None:
        raise InputError(f"{place}: created is missing")
    return Token(table["name"], role, bytes.fromhex(table["sha256"]), created, times["expires"], times["revoked"],
                 tuple(models))


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _time(place: str, key: str, value: object) -> datetime.datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        raise InputError(f"{place}: {key} is a date and time with its zone, as 2027-01-31T12:00:00Z")
    return value
