from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import lookup
from tests.graph.ops.agreeing import agree, odd, texts

WIDE: dict[str, Any] = {"keys": ("a", "b"), "table": np.array([[1.0, 2.0], [3.0, np.nan]]),
                        "default": np.array([7.0, 8.0]), "missing": np.array([-1.0, -2.0])}
NARROW = WIDE | {"table": WIDE["table"][:, :1], "default": np.array([7.0]), "missing": np.array([9.0])}


@pytest.mark.parametrize("settings", [WIDE, NARROW])
@pytest.mark.parametrize("keys", [("a", "b"), ("a", MISSING)])
def test_texts(settings: dict[str, Any], keys: tuple[str, ...]) -> None:
    agree("lookup", settings | {"keys": keys}, texts(["a", "b", "c"]))


@pytest.mark.parametrize("settings", [WIDE, NARROW])
@pytest.mark.parametrize("keys", [np.array([0.0, 2.5]), np.array([np.nan, -np.inf])])
def test_numbers(settings: dict[str, Any], keys: Any) -> None:
    agree("lookup", settings | {"keys": keys}, odd(1))


def test_a_known_answer() -> None:
    given = np.array([["b"], ["nobody"], [MISSING]], dtype=object)
    assert agree("lookup", NARROW, given).tolist() == [[3.0], [7.0], [9.0]]


@pytest.mark.parametrize("change", [{"keys": ("a",)}, {"default": np.zeros(3)}, {"keys": ("a", "a")},
                                    {"table": np.zeros(2)}])
def test_what_does_not_fit_is_a_fault(change: dict[str, Any]) -> None:
    with pytest.raises(Fault):
        lookup.kind((Kind("text"),), WIDE | change)
    with pytest.raises(Fault, match="2 columns wide"):
        lookup.kind((Kind("text", 2),), WIDE)
