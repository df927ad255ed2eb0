"""Buckets of units: the same unit in the same bucket, whatever its type, batch or encoding."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from shall.tally.units import _PRIME, BUCKETS, bucket_of


def by_hand(text: str) -> int:
    """The documented hash, in whole numbers of any size."""
    key = sum((byte + 1) * _PRIME ** (place + 1) for place, byte in enumerate(text.encode())) % 2**64
    key = (key + 0x9E3779B97F4A7C15) % 2**64
    key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    key = (key ^ key >> 27) * 0x94D049BB133111EB % 2**64
    return (key ^ key >> 31) % BUCKETS


@given(st.lists(st.one_of(st.none(), st.text(max_size=20))), st.integers(0, 3))
def test_texts(units: list[str | None], start: int) -> None:
    array = pa.array(units, pa.string())
    wanted = [0 if unit is None else by_hand(unit) for unit in units]
    assert bucket_of(array).tolist() == wanted
    assert bucket_of(array.slice(start)).tolist() == wanted[start:]
    assert bucket_of(array.dictionary_encode()).tolist() == wanted
    assert bucket_of(array.cast(pa.large_string())).tolist() == wanted


@given(st.lists(st.one_of(st.none(), st.integers(-2**31, 2**31 - 1))))
def test_whole_numbers_of_any_width(units: list[int | None]) -> None:
    buckets = [bucket_of(pa.array(units, kind)).tolist() for kind in (pa.int32(), pa.int64(), pa.float64())]
    assert buckets[0] == buckets[1] == buckets[2]
    assert all(bucket == 0 for bucket, unit in zip(buckets[0], units, strict=True) if unit is None)


def test_they_spread_evenly() -> None:
    for units in (pa.array(range(100_000)), pa.array([f"household {number}" for number in range(100_000)])):
        rows = np.bincount(bucket_of(units), minlength=BUCKETS)
        assert rows.min() > 380
        assert rows.max() < 620


def test_known_buckets_never_change() -> None:
    assert bucket_of(pa.array([0, 1, 2, 10**12, -7])).tolist() == KNOWN_NUMBERS
    assert bucket_of(pa.array(["", "a", "household 12"])).tolist() == list(map(by_hand, ["", "a", "household 12"]))


KNOWN_NUMBERS = [135, 65, 110, 24, 152]
