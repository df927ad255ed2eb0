"""`load_bundle` and `predict`: a bundle that answers, one row at a time or a file of any size."""

from __future__ import annotations

from pathlib import Path

from shall import bundle
from shall.api.verifying import Keys, by_role, trusted
from shall.bundle import contents, signing
from shall.core.errors import InputError, Refused
from shall.runtimes.score import Scorer


def load_bundle(place: str | Path, *, keys: Keys | None = None, trust: str | Path | None = None,
                branch: str = "") -> Scorer:
    """A bundle that answers: ``predict``, ``predict_proba``, every output by ``scorer(rows)``, ``rulings`` by a guard,
    and the ``reasons`` of a score.

    Args:
        place: a folder or zip.
        keys: public keys by role, one or some, to refuse what they have not signed: paths, or `ed25519:…`; without
            a role the user's.
        trust: a shall file, whose `[trust]` names keys and who is required to sign.
        branch: one of its branches, which answers where a promise is broken; else the model itself.

    It needs numpy, onnxruntime and msgspec; a signature needs cryptography. Raises InputError where there is no
    bundle, Refused where a byte is not as it was packed, or as it was signed.
    """
    found = bundle.read(place)
    if keys or trust:
        given = by_role(keys)
        signing.verify(found, trusted(given, trust, tuple(given)))
    return scorer_of(found, branch)


def scorer_of(found: bundle.Bundle, branch: str = "") -> Scorer:
    """What answers of a bundle that was read, or a branch of it. InputError for no branch of it, Refused, DataError."""
    files = found.files
    if branch:
        branches = contents.branches(files)
        if branch not in branches:
            there = f"there are {', '.join(branches)}" if branches else "it has none"
            raise InputError(f"{found.place} has no branch {branch[:80]}: {there}")
        files = branches[branch]
    for name in (bundle.MODEL, bundle.GRAPH):
        if name not in files:
            raise Refused(f"{found.place} has no {name}{f' of its branch {branch}' if branch else ''}")
    return Scorer(files[bundle.MODEL], files[bundle.GRAPH], found.digest, files.get(bundle.FIRST, b""),
                  files.get(contents.GUARD, b""), files.get(contents.BASELINE, b""))
