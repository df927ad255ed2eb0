from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.preprocessing import FunctionTransformer, PowerTransformer

from shall import graph as g
from shall.core.errors import InputError
from shall.graph.fitted.functions import MADE, NAMED
from tests.graph.fitted import real
from tests.graph.fitted.agreeing import differences


@pytest.mark.parametrize("function", [*NAMED, *MADE], ids=lambda function: function.__name__)
@pytest.mark.filterwarnings("ignore")
def test_functions_of_numpy(function: np.ufunc) -> None:
    rows, _, other = real.diabetes()
    one = FunctionTransformer(function).fit(rows)
    assert max(differences(one, real.with_missing(other).abs() + 0.1).values()) < 1e-12


@pytest.mark.parametrize("one", [
    FunctionTransformer(lambda x: x + 1), FunctionTransformer(np.clip, kw_args={"a_min": 0}),
    FunctionTransformer(np.log1p, kw_args={"dtype": np.float32})])
def test_python_is_refused(one: FunctionTransformer) -> None:
    with pytest.raises(InputError, match=r"which is Python.*@graph\.function"):
        g.transform(one, g.inputs({"age": "number"}))


def test_a_target_that_no_function_turns_back_is_refused() -> None:
    rows, label, _ = real.diabetes()
    model = TransformedTargetRegressor(Ridge(), transformer=PowerTransformer()).fit(rows, label)
    with pytest.raises(InputError, match="turns its target back by a PowerTransformer"):
        g.predict(model, g.inputs_of(rows))
