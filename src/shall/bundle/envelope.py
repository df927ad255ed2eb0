"""A signed text: DSSE, https://github.com/secure-systems-lab/dsse, with one signature by one Ed25519 key.

What is signed is not the payload but PAE, the payload with its type and both lengths, so that a signature made for
one kind of statement never counts for another.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

from shall.bundle import strict
from shall.bundle.keys import Private, Public
from shall.core.errors import Refused

TYPE: Final = "application/vnd.in-toto+json"
MOST: Final = 2**19                         # bytes of an envelope


@dataclass(frozen=True, slots=True)
class Envelope:
    """``payload`` is what somebody claims to have signed, until `opened` has verified it."""

    payload: bytes
    key: str                                # the id of the key that is said to have signed
    signature: bytes


def pae(payload: bytes, kind: str = TYPE) -> bytes:
    """The pre-authentication encoding: what the signature is of."""
    told = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(told), told, len(payload), payload)


def sealed(payload: bytes, key: Private) -> bytes:
    """The envelope of a payload, signed."""
    signature = {"keyid": key.public.id, "sig": base64.b64encode(key.sign(pae(payload))).decode()}
    return strict.written({"payload": base64.b64encode(payload).decode(), "payloadType": TYPE,
                           "signatures": [signature]})


def read(content: bytes, name: str) -> Envelope:
    """An envelope from its text, unverified. Refused where it is none, or has another type or number of signatures."""
    told = strict.read(content, name, MOST)
    _only(told, {"payload", "payloadType", "signatures"}, name)
    if told["payloadType"] != TYPE:
        raise Refused(f"{name} is refused: its payload is of the type {told['payloadType']!r}, not {TYPE}")
    signatures = told["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise Refused(f"{name} is refused: it has to have one signature")
    _only(signatures[0], {"keyid", "sig"}, name)
    key = signatures[0]["keyid"]
    if not isinstance(key, str):
        raise Refused(f"{name} is refused: its keyid is no text")
    if not strict.same(told, content):
        raise Refused(f"{name} is refused: it is not in the form in which shall writes it")
    return Envelope(_decoded(told["payload"], name), key, _decoded(signatures[0]["sig"], name))


def opened(envelope: Envelope, key: Public, name: str) -> bytes:
    """The payload. Refused where this key did not sign it, or the envelope names another key."""
    if envelope.key != key.id:
        raise Refused(f"{name} is refused: it is signed by {envelope.key[:80]}, and trusted is {key.id}")
    if not key.holds(envelope.signature, pae(envelope.payload)):
        raise Refused(f"{name} is refused: its signature is not of this content by {key.id}")
    return envelope.payload


def _only(told: Any, keys: set[str], name: str) -> None:
    if not isinstance(told, dict) or {*told} != keys:
        strange = sorted({*told} ^ keys) if isinstance(told, dict) else ["no object"]
        raise Refused(f"{name} is refused: an envelope has {', '.join(sorted(keys))} and nothing else ({strange[0]})")


def _decoded(told: Any, name: str) -> bytes:
    try:
        content = base64.b64decode(told, validate=True) if isinstance(told, str) else b""
    except (binascii.Error, ValueError):
        content = b""
    if not content or base64.b64encode(content).decode() != told:
        raise Refused(f"{name} is refused: what it holds is not base64 in its one form")
    return content
