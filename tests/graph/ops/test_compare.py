from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import compare
from tests.graph.ops.agreeing import agree, odd, texts


@pytest.mark.parametrize("function", list(compare.FUNCTIONS))
def test_it_is_numpys(function: str) -> None:
    left, right = odd(2), odd(1)
    with np.errstate(invalid="ignore"):
        assert (agree("compare", {"function": function}, left, right) == getattr(np, function)(left, right)).all()


@pytest.mark.parametrize("function", ["equal", "not_equal"])
def test_texts_are_equal_or_not(function: str) -> None:
    agree("compare", {"function": function}, texts(["a", "b"]), texts(["a", "b"]))


def test_truths_are_equal_or_not() -> None:
    agree("compare", {"function": "equal"}, odd(2) > 0, odd(2) > 0)


@pytest.mark.parametrize(("function", "kinds"), [
    ("less", (Kind("text"), Kind("text"))), ("equal", (Kind("text"), Kind("number"))),
    ("less", (Kind("truth"), Kind("number"))), ("near", (Kind("number"), Kind("number"))),
    ("less", (Kind("number", 2), Kind("number", 3)))])
def test_what_cannot_be_compared_is_a_fault(function: str, kinds: tuple[Kind, ...]) -> None:
    with pytest.raises(Fault):
        compare.kind(kinds, {"function": function})
