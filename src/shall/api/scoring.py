"""`load_bundle` and `predict`: a bundle that answers, one row at a time or a file of any size."""

from __future__ import annotations

from pathlib import Path

from shall import bundle
from shall.api.verifying import Keys, by_role, trusted
from shall.bundle import signing
from shall.bundle.contents import BASELINE, GUARD
from shall.runtimes.score import Scorer


def load_bundle(place: str | Path, *, keys: Keys | None = None,
                trust: str | Path | None = None) -> Scorer:
    """A bundle that answers: ``predict``, ``predict_proba``, every output by ``scorer(rows)``, ``rulings`` by a guard,
    and the ``reasons`` of a score.

    Args:
        place: a folder or zip.
        keys: public keys by role, one or some, to refuse what they have not signed: paths, or `ed25519:…`; without
            a role the user's.
        trust: a shall file, whose `[trust]` names keys and who is required to sign.

    It needs numpy, onnxruntime and msgspec; a signature needs cryptography. Raises InputError where there is no
    bundle, Refused where a byte is not as it was packed, or as it was signed.
    """
    found = bundle.read(place)
    if keys or trust:
        given = by_role(keys)
        signing.verify(found, trusted(given, trust, tuple(given)))
    return scorer_of(found)


def scorer_of(found: bundle.Bundle) -> Scorer:
    """What answers of a bundle that was read. Refused, DataError."""
    return Scorer(found[bundle.MODEL], found[bundle.GRAPH], found.digest, found.files.get(bundle.FIRST, b""),
                  found.files.get(GUARD, b""), found.files.get(BASELINE, b""))
