from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from shall.graph.kinds import MISSING, Fault, Kind
from shall.graph.ops import one_hot
from tests.graph.ops.agreeing import agree, odd, texts


@pytest.mark.parametrize("categories", [(("a", "b", MISSING), ("x", "a")), (("c", "a"),)])
def test_texts(categories: Any) -> None:
    given = texts(["a", "b", "c", "x"], len(categories))
    said = agree("one_hot", {"categories": categories}, given)
    encoder = OneHotEncoder(categories=[list(one) for one in categories], handle_unknown="ignore", sparse_output=False)
    assert (said == encoder.fit([[one[0] for one in categories]]).transform(given)).all()


@pytest.mark.parametrize("columns", [slice(0, 1), slice(0, 2)])
def test_numbers(columns: slice) -> None:
    own = (np.array([1.0, 0.5, -0.0]), np.array([np.inf, 2.5, np.nan]))[columns]
    agree("one_hot", {"categories": own}, odd(len(own)))


def test_a_truth_is_a_fault() -> None:
    with pytest.raises(Fault, match="gets truth"):
        one_hot.kind((Kind("truth"),), {"categories": ((0.0, 1.0),)})
