import numpy as np
import pytest

from shall.core.errors import FileError
from shall.graph import compile, inputs
from shall.graph.value import Value
from tests.graph.ops.agreeing import agree, odd


@pytest.mark.parametrize("knots", [1, 2, 3, 50])
def test_it_is_numpys_interp_to_the_last_bit(knots: int) -> None:
    at = np.sort(np.random.default_rng(knots).normal(size=knots))
    values = np.random.default_rng(knots + 1).normal(size=knots)
    x = np.concatenate([odd(1), at[:, None], np.nextafter(at, -9)[:, None], np.nextafter(at, 9)[:, None]])
    expected = np.where(np.isnan(x), np.nan, np.interp(x, at, values))
    assert np.array_equal(agree("interpolate", {"at": at, "values": values}, x), expected, equal_nan=True)


def test_of_equal_points_the_last_one_counts() -> None:
    at, values = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    x = np.array([[-1.0], [0.0], [0.5], [1.0], [1.5], [2.0], [3.0], [np.nan]])
    found = agree("interpolate", {"at": at, "values": values}, x)
    assert np.array_equal(found, np.interp(x, at, values), equal_nan=True)


def test_points_that_do_not_ascend_are_refused() -> None:
    x = inputs({"a": "number"})
    made = Value("interpolate", (x["a"],), {"at": np.array([1.0, 0.0]), "values": np.array([0.0, 1.0])})
    with pytest.raises(FileError, match="ascending"):
        compile(x, y=made)
