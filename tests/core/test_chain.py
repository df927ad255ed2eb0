"""Canonical JSON and the chain."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.core.chain import GENESIS, canonical, seal
from shall.core.errors import StoreError

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(plain, lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


@given(values)
def test_the_canonical_form_is_a_fixed_point_and_loses_nothing(value: object) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(texts, plain))
def test_the_order_of_keys_does_not_count(value: dict[str, object]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, {1: 1}, {None: 1}, {"a": [{2.5: 1}]}, {1, 2}, b"x", "\ud800"])
def test_what_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(StoreError, match="cannot be kept as JSON"):
        canonical(value)


@given(st.lists(texts, min_size=2, max_size=2), st.lists(texts, min_size=2, max_size=2))
def test_different_parts_have_different_digests(one: list[str], other: list[str]) -> None:
    assert (seal(tuple(one), GENESIS) == seal(tuple(other), GENESIS)) == (one == other)


def test_the_digest_depends_on_what_came_before() -> None:
    assert seal((1, "a"), GENESIS) != seal((1, "a"), seal((1, "a"), GENESIS))
