from __future__ import annotations

import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import cast
from tests.graph.ops.agreeing import agree, odd


def test_truths_are_1_and_0() -> None:
    given = odd(3) > 0
    assert (agree("cast", {}, given) == given).all()
    with pytest.raises(Fault):
        cast.kind((Kind("text"),), {})
