from __future__ import annotations

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import reduce
from tests.graph.ops.agreeing import RANDOM, agree, odd


@pytest.mark.parametrize("width", [1, 2, 5, reduce.FEW])
@pytest.mark.parametrize("function", reduce.FUNCTIONS)
def test_few_columns_are_taken_in_their_order(function: str, width: int) -> None:
    agree("reduce", {"function": function}, odd(width))


@pytest.mark.parametrize("width", [reduce.FEW + 1, 40])
@pytest.mark.parametrize("function", reduce.FUNCTIONS)
def test_many_columns(function: str, width: int) -> None:
    exact = function not in ("sum", "mean")
    agree("reduce", {"function": function}, odd(width) if exact else RANDOM.random((1000, width)),
          ulps=0 if exact else 64)


def test_it_is_numpys() -> None:
    given = RANDOM.normal(size=(1000, 5)).round(1)
    for function, known in (("sum", np.sum), ("mean", np.mean), ("product", np.prod), ("min", np.min), ("max", np.max),
                            ("argmin", np.argmin), ("argmax", np.argmax)):
        assert np.allclose(agree("reduce", {"function": function}, given)[:, 0], known(given, axis=1), atol=1e-14)


def test_a_missing_number_is_not_forgotten() -> None:
    for width in (3, 40):
        given = RANDOM.normal(size=(width, width))
        given[np.diag_indices(width)] = np.nan
        for function in ("sum", "mean", "product", "min", "max"):
            assert np.isnan(agree("reduce", {"function": function}, given)).all()
        assert (agree("reduce", {"function": "argmax"}, given)[:, 0] == np.arange(width)).all()


def test_faults() -> None:
    with pytest.raises(Fault, match="there is no median"):
        reduce.kind((Kind("number", 3),), {"function": "median"})
    with pytest.raises(Fault, match="it takes number"):
        reduce.kind((Kind("truth", 3),), {"function": "sum"})
