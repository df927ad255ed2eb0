"""MurmurHash3 of 32 bits, as scikit-learn's hashers take it.

Reference: Appleby (2011), MurmurHash3_x86_32, in the public domain.
"""

from __future__ import annotations

from typing import Final

WORD: Final = 0xFFFFFFFF


def murmurhash3_32(content: bytes, seed: int = 0) -> int:
    """The hash as a signed number."""
    h, whole = seed & WORD, len(content) & ~3
    for place in range(0, whole, 4):
        h ^= _mixed(int.from_bytes(content[place:place + 4], "little"))
        h = (_turned(h, 13) * 5 + 0xE6546B64) & WORD
    if whole < len(content):
        h ^= _mixed(int.from_bytes(content[whole:], "little"))
    h ^= len(content)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        h = ((h ^ (h >> shift)) * factor) & WORD
    return h - (1 << 32) if h >> 31 else h


def _mixed(word: int) -> int:
    return _turned(word * 0xCC9E2D51 & WORD, 15) * 0x1B873593 & WORD


def _turned(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & WORD
