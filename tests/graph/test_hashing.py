from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils import murmurhash3_32 as known

from shall.graph.hashing import murmurhash3_32


@given(st.binary(max_size=40), st.integers(0, 2**32 - 1))
def test_it_is_scikit_learns(content: bytes, seed: int) -> None:
    assert murmurhash3_32(content, seed) == known(content, seed=seed)
