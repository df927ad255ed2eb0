import numpy as np

from tests.graph.ops.agreeing import agree, odd


def test_infinite_is_missing_and_all_else_as_it_was() -> None:
    x = odd(3)
    found = agree("finite", {}, x)
    assert np.isnan(found[np.isinf(x)]).all()
    assert np.array_equal(found[~np.isinf(x)], x[~np.isinf(x)], equal_nan=True)
