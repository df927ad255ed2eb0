from __future__ import annotations

import ctypes
import ctypes.util
import sys

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import _expf, link_single
from tests.graph.ops.agreeing import agree

MARGINS = np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32).astype(np.float64) * 20
EDGES = np.array([0.0, -0.0, 8.940697e-08, 8.9e-8, 1.2e-7, 88.7, -88.7, 88.8, -104.0, 104.0, 1e30, -1e30, 1e-40,
                  np.nan, np.inf, -np.inf])
EDGES = EDGES.astype(np.float32).astype(np.float64)[:, None]


@pytest.mark.parametrize("function", link_single.FUNCTIONS)
@pytest.mark.parametrize("x", [MARGINS, MARGINS[:, :1], EDGES])
def test_it_is_the_same_in_both_engines_to_the_last_bit(function: str, x: np.ndarray) -> None:
    if function != "two" or x.shape[1] == 1:
        agree("link_single", {"function": function}, x)


def test_known_values() -> None:
    p = agree("link_single", {"function": "two"}, np.array([[0.0], [1e30], [-1e30]]))
    assert p[0].tolist() == [0.5, 0.5] and p[1].tolist() == [0.0, 1.0] and p[2, 0] == 1.0 and p[2, 1] < 1e-38
    assert agree("link_single", {"function": "softmax"}, np.zeros((1, 4))).tolist() == [[0.25] * 4]


@pytest.mark.skipif(sys.platform != "linux" or ctypes.util.find_library("m") is None, reason="of glibc")
def test_the_exponential_is_that_of_the_c_library() -> None:
    library = ctypes.CDLL(ctypes.util.find_library("m"))
    library.expf.restype, library.expf.argtypes = ctypes.c_float, [ctypes.c_float]
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-105, 90, 20_000), rng.normal(size=20_000), rng.normal(size=10_000) * 1e-4])
    x = x.astype(np.float32)
    theirs = np.array([library.expf(float(one)) for one in x], np.float32)
    np.testing.assert_array_equal(_expf.run(x), theirs)


def test_two_shares_are_of_one_margin() -> None:
    for function, width in (("two", 2), ("log", 1)):
        with pytest.raises(Fault, match="there is no"):
            link_single.kind((Kind("number", width),), {"function": function})
