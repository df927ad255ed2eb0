import numpy as np

from tests.graph.ops.agreeing import agree, odd


def test_it_is_what_float32_has() -> None:
    found = agree("single", {}, odd(3))
    np.testing.assert_array_equal(found, found.astype(np.float32).astype(np.float64))
    assert agree("single", {}, np.array([[0.1], [1e300]])).tolist() == [[float(np.float32(0.1))], [np.inf]]
