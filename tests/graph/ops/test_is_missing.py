from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import is_missing
from tests.graph.ops.agreeing import agree, odd, texts


def test_numbers_and_texts() -> None:
    numbers, words = odd(3), texts(["a", "b"], 2)
    assert (agree("is_missing", {}, numbers) == np.isnan(numbers)).all()
    assert (agree("is_missing", {}, words) == (words == MISSING)).all()


def test_a_truth_is_never_missing() -> None:
    with pytest.raises(Fault, match="never missing"):
        is_missing.kind((Kind("truth"),), {})
