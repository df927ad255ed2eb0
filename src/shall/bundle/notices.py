"""A recall of a version, its end, that of a response, or a change of a requirement, as somebody signed it: a DSSE
envelope in a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shall.bundle import envelope, strict
from shall.bundle import keys as keeping
from shall.bundle.keys import PREFIX, Private, Public
from shall.core.errors import InputError, Refused

VERSION: Final = 1
SIGNED: Final = "signed"                    # the key of the body that has the envelope
TOLD: Final = ("why", "by", "of", "name", "line", "was")   # what of the body is signed besides the kind and subject


def signed(kind: str, model: str, body: Mapping[str, Any], key: Private) -> dict[str, Any]:
    """The body of a record with the signature of what it says."""
    return {**body, SIGNED: envelope.sealed(_payload(kind, model, body), key).decode()}


def signer(kind: str, model: str, body: Mapping[str, Any], keys: Sequence[Public]) -> str:
    """Which of some keys has signed this; nothing where none has, or it says something else than what was signed."""
    try:
        told = envelope.read(str(body.get(SIGNED, "")).encode(), f"the notice on {model}")
        key = next((one for one in keys if one.id == told.key), None)
        if key is None or envelope.opened(told, key, model) != _payload(kind, model, body):
            return ""
    except Refused:
        return ""
    return key.id


def whose(kind: str, model: str, body: Mapping[str, Any]) -> str:
    """The id of the key that has signed this, trusted or not; nothing where none has, or it says something else."""
    try:
        told = envelope.read(str(body.get(SIGNED, "")).encode(), f"the notice on {model}").key
        # a text only: what a record says is never the path of a key
        return signer(kind, model, body, [keeping.public(told)]) if told.startswith(PREFIX) else ""
    except (Refused, InputError, ImportError):      # without cryptography nobody can tell
        return ""


def _payload(kind: str, model: str, body: Mapping[str, Any]) -> bytes:
    return strict.written({"shall_notice": VERSION, "kind": kind, "model": model,
                           **{name: body[name] for name in TOLD if name in body}})
