"""Thousands of damaged bundles: each is refused or the same, and nothing else happens."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from shall.bundle import envelope, listed, strict, unzipped, zipped
from shall.bundle import opened as bundle_of
from shall.bundle.contents import plan_of
from shall.core.errors import InputError, Refused
from tests.bundle.made import everything, held

ODD = [None, True, False, 0, -1, 2**70, 1.5, 1e308, "", "\0", "\ud800", "é", [], {}, [[]], {"": None}, "a" * 10_000]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, cut, doubled or put in."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(changed) or 1)
        how = chance.randrange(5)
        if how == 0 and changed:
            changed[at] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
        elif how == 1:
            del changed[at:at + chance.choice([1, 2, 4, 100])]
        elif how == 2:
            changed[at:at] = changed[at:at + chance.choice([1, 4, 100])]
        elif how == 3:
            changed[at:at] = chance.randbytes(chance.choice([1, 4, 20]))
        else:
            changed[at:at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"PK\1\2", b"PK\5\6", b"PK\6\6", b"\0\0\0\x80"])
    return bytes(changed)


def twisted(plain: Any, chance: random.Random) -> Any:
    """A value somewhere in it replaced, left out, or added."""
    if isinstance(plain, dict) and plain and chance.random() < 0.8:
        key = chance.choice([*plain])
        how = chance.random()
        if how < 0.1:
            return {name: value for name, value in plain.items() if name != key}
        if how < 0.2:
            return {**plain, chance.choice(["x", "crit", "", "../x"]): chance.choice(ODD)}
        return {**plain, key: twisted(plain[key], chance)}
    if isinstance(plain, list) and plain and chance.random() < 0.7:
        at = chance.randrange(len(plain))
        return [*plain[:at], twisted(plain[at], chance), *plain[at + 1:]]
    return chance.choice(ODD)


def refused_or_same(files: dict[str, bytes], same: dict[str, bytes]) -> bool:
    try:
        held(files)
    except (Refused, InputError):
        return True
    assert files == same
    return False


@pytest.mark.slow
def test_damaged_zips():
    whole, chance = everything(), random.Random(0)
    content = b"".join(zipped.packed(whole))
    for _ in range(4000):
        try:
            files = unzipped(damaged(content, chance))
        except Refused:
            continue
        refused_or_same(files, whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["manifest.json", "signatures/user.json"])
def test_damaged_json(name):
    whole, chance = everything(), random.Random(1)
    refused = 0
    for _ in range(4000):
        if chance.random() < 0.5:
            content = damaged(whole[name], chance)
        else:
            plain = twisted(json.loads(whole[name]), chance)
            content = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        refused += refused_or_same({**whole, name: content}, whole)
    assert refused > 3800


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evidence/check.json", "proof.json", "reference.tally"])
def test_damaged_evidence_that_a_thief_packed_again(name):
    whole, chance = everything(), random.Random(2)
    for _ in range(1000):
        if chance.random() < 0.5 or not name.endswith(".json"):
            content = damaged(whole[name], chance)
        else:
            content = json.dumps(twisted(json.loads(whole[name]), chance)).encode()
        files = {key: part for key, part in whole.items() if not key.startswith(("manifest", "signatures"))}
        files[name] = content
        if content != whole[name]:
            manifest = listed(files, {"subject": "loans"}).written()
            assert refused_or_same({**whole, name: content, "manifest.json": manifest}, whole)


@pytest.mark.slow
def test_damaged_envelopes_and_tallies_by_themselves():
    whole, chance = everything(), random.Random(3)
    for _ in range(4000):
        for read, content in ((lambda given: envelope.read(given, "x"), whole["signatures/user.json"]),
                              (lambda given: strict.read(given, "x", 2**20), whole["manifest.json"]),
                              (plan_of, whole["reference.tally"])):
            try:
                read(damaged(content, chance))
            except Refused:
                continue
    with pytest.raises(Refused):
        bundle_of({})
