"""The wire form: a round trip, and the refusal of everything else."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib

import pytest

from shall.core.errors import DataError, InputError
from shall.tally import Need, Plan, Tally, accumulate, compile_plan, wire
from tests.tally.conftest import binding, odd


@pytest.mark.parametrize("rows", [0, 1, 300])
def test_round_trip(plan: Plan, rows: int) -> None:
    tally = accumulate(plan, odd(rows).to_batches())
    again = Tally.from_bytes(tally.to_bytes(), plan)
    assert again == tally
    assert again.to_bytes() == tally.to_bytes()
    assert again + again == tally + tally


def test_damaged_bytes_are_refused(plan: Plan) -> None:
    good = accumulate(plan, odd(200).to_batches()).to_bytes()
    chance = random.Random(0)
    for _ in range(300):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        with pytest.raises(DataError, match="damaged"):
            Tally.from_bytes(bytes(bad), plan)
    for length in [*range(80), *range(80, len(good), 97)]:
        with pytest.raises(DataError, match="damaged"):
            Tally.from_bytes(good[:length], plan)
    with pytest.raises(DataError, match="damaged"):
        Tally.from_bytes(good + b"\0", plan)


def test_content_that_is_damaged_under_a_right_checksum_is_refused(plan: Plan) -> None:
    tally = accumulate(plan, odd(50).to_batches())
    raw = tally._content()
    chance = random.Random(1)
    for _ in range(200):
        bad = bytearray(raw)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        try:
            read = Tally.from_bytes(wire.packed(bytes(bad)), plan)
        except DataError:
            continue
        assert read.to_bytes() == wire.packed(bytes(bad))       # another tally that is whole, and no crash


def test_another_plan_is_refused(plan: Plan) -> None:
    other = compile_plan([Need(axes=("label",))], binding())
    with pytest.raises(DataError, match="another plan"):
        Tally.from_bytes(Tally.zero(other).to_bytes(), plan)
    with pytest.raises(InputError, match="different plans"):
        Tally.zero(other) + Tally.zero(plan)


def test_a_bomb_is_not_unpacked(plan: Plan) -> None:
    body = zlib.compress(bytes(2**26), 9)
    bomb = wire.MAGIC + hashlib.sha256(body).digest() + struct.pack("<Q", len(body)) + body
    with pytest.raises(DataError, match="more than 1,000,000 bytes"):
        Tally.from_bytes(bomb, plan, most=10**6)
    nested = b"[" * 10**5
    with pytest.raises(DataError):
        Tally.from_bytes(wire.packed(struct.pack("<Q", len(nested)) + nested), plan)
