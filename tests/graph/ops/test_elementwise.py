from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import elementwise
from tests.graph.ops.agreeing import agree, odd

NEARLY = {"exp": 4, "expm1": 4, "log": 2, "log1p": 4, "sigmoid": 4, "tanh": 8}      # units in the last place


@pytest.mark.parametrize("width", [1, 3, 8])
@pytest.mark.parametrize("function", list(elementwise.FUNCTIONS))
def test_it_is_numpys_and_has_the_same_bits_in_any_batch(function: str, width: int) -> None:
    agree("elementwise", {"function": function}, odd(width), ulps=NEARLY.get(function, 0))


@pytest.mark.parametrize("function", ["log1p", "expm1"])
def test_small_numbers_keep_their_digits(function: str) -> None:
    small = np.concatenate([10.0 ** -np.arange(0.5, 300, 7.3), -(10.0 ** -np.arange(0.5, 300, 7.3))])[:, None]
    agree("elementwise", {"function": function}, small, ulps=4)


def test_a_sigmoid_far_below_0_is_not_0() -> None:
    far = np.array([[-40.0], [-700.0]])
    assert (agree("elementwise", {"function": "sigmoid"}, far, ulps=4) > 0).all()


@given(st.floats(0.01, 5))
def test_its_inverse_leads_back(value: float) -> None:
    for function, one in elementwise.FUNCTIONS.items():
        if one.inverse and not (function == "tanh" and value > 3):
            (place, column, back), = elementwise.back({"function": function}, 2)
            assert (place, column) == (0, 2)
            said = elementwise.run((np.array([[value]]),), {"function": function})
            assert back(said).item() == pytest.approx(value)


def test_it_bends_at_0() -> None:
    assert elementwise.jumps({"function": "relu"}, 2) == {0: (0.0,), 1: (0.0,)}
    assert elementwise.jumps({"function": "exp"}, 2) == {}


def test_text_is_a_fault_that_says_what_to_do() -> None:
    with pytest.raises(Fault) as raised:
        elementwise.kind((Kind("text"),), {"function": "log"})
    assert "codes(" in raised.value.fix
    with pytest.raises(Fault, match="there is no logarithm"):
        elementwise.kind((Kind("number"),), {"function": "logarithm"})
