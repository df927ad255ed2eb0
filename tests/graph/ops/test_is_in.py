from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import is_in
from tests.graph.ops.agreeing import agree, odd, texts


@pytest.mark.parametrize("values", [(1.0, -0.0, np.inf, 2.5), (0,), (1, 2, 3)])
def test_numbers_are_numpys(values: tuple[float, ...]) -> None:
    given = odd(2)
    assert (agree("is_in", {"values": values}, given) == np.isin(given, values)).all()


def test_none_is_a_missing_text() -> None:
    given = texts(["a", "b", "c"], 3)
    assert (agree("is_in", {"values": ("a", None)}, given) == np.isin(given, ["a", MISSING])).all()
    assert (agree("is_in", {"values": (None,)}, given) == (given == MISSING)).all()


def test_truths_are_0_and_1() -> None:
    agree("is_in", {"values": (True,)}, odd(2) > 0)


@pytest.mark.parametrize(("kind", "values", "fix"), [
    (Kind("text", 1, ("Oslo", "Rome")), ("Olso",), "did you mean 'Oslo'?"),
    (Kind("text", 1, tuple("abcdefghij")), ("zz",), "or one of 2 others"),
    (Kind("text"), (3,), "say it as text"), (Kind("number"), ("a",), "say numbers"), (Kind("number"), (None,), "isna"),
    (Kind("number"), (), "")])
def test_what_never_holds_is_a_fault(kind: Kind, values: tuple[Any, ...], fix: str) -> None:
    with pytest.raises(Fault) as raised:
        is_in.kind((kind,), {"values": values})
    assert fix in raised.value.fix


def test_its_numbers_are_edges() -> None:
    assert is_in.jumps({"values": (1, 2.5)}, 2) == {0: [1.0, 2.5], 1: [1.0, 2.5]}
    assert is_in.jumps({"values": ("a", None)}, 1) == {}
