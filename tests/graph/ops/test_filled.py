from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import filled
from tests.graph.ops.agreeing import agree, texts


def test_only_what_is_missing_is_filled() -> None:
    given = np.array([["Oslo", MISSING], [MISSING, ""], ["nan", "None"]], dtype=object)
    assert agree("filled", {"text": "?"}, given).tolist() == [["Oslo", "?"], ["?", ""], ["nan", "None"]]
    agree("filled", {"text": "most"}, texts(["a", "b"], 3))


def test_it_knows_what_a_column_can_be() -> None:
    assert filled.kind((Kind("text", 1, ("a", "b")),), {"text": "?"}).values == ("a", "b", "?")
    assert filled.kind((Kind("text", 2),), {"text": "?"}) == Kind("text", 2)
    with pytest.raises(Fault, match="takes text, and gets number"):
        filled.kind((Kind("number"),), {"text": "?"})
