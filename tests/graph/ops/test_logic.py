from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import logic
from tests.graph.ops.agreeing import agree, odd


@pytest.mark.parametrize("function", ["and", "or", "xor"])
def test_two_truths_are_numpys(function: str) -> None:
    left, right = odd(3) > 0, odd(1) > 0
    said = agree("logic", {"function": function}, left, right)
    assert (said == getattr(np, f"logical_{function}")(left, right)).all()


def test_not_turns_each() -> None:
    given = odd(3) > 0
    assert (agree("logic", {"function": "not"}, given) == ~given).all()


def test_a_number_is_no_truth() -> None:
    with pytest.raises(Fault, match="it takes truths, and gets number") as raised:
        logic.kind((Kind("truth"), Kind("number")), {"function": "and"})
    assert "with brackets" in raised.value.fix
    with pytest.raises(Fault, match="there is no not of 2"):
        logic.kind((Kind("truth"), Kind("truth")), {"function": "not"})
