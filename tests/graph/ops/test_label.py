from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import label
from tests.graph.ops.agreeing import agree, odd


def test_a_code_is_its_text() -> None:
    agree("label", {"texts": ("a", "b", "c")}, odd(2))
    given = np.array([[1.0], [2.0], [np.nan], [0.5]])
    assert agree("label", {"texts": ("a", "b")}, given).tolist() == [["b"], [MISSING], [MISSING], [MISSING]]


def test_its_texts_are_known() -> None:
    assert label.kind((Kind("number"),), {"texts": ("a", "b")}).values == ("a", "b")
    with pytest.raises(Fault):
        label.kind((Kind("number"),), {"texts": ()})
