from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from shall import graph as g
from shall.graph.fitted import _normal


def test_quantiles_of_the_normal_are_those_of_scipy() -> None:
    tail = 10.0 ** -np.arange(1, 300, 7)
    shares = np.concatenate([np.linspace(0.0, 1.0, 1001), tail, 1 - tail[:3], [np.exp(-2), 1 - np.exp(-2), np.nan]])
    x = g.inputs({"share": "number"})
    said = g.compile(x, said=_normal.quantile(x["share"]))({"share": shares})["said"]
    expected = ndtri(shares)
    finite = np.isfinite(expected)
    assert np.abs(said[finite] - expected[finite]).max() < 1e-13 * 40
    assert np.array_equal(said[~finite], expected[~finite], equal_nan=True)
    assert _normal.of(1e-7) == -_normal.of(1 - 1e-7) or abs(_normal.of(1e-7) - ndtri(1e-7)) < 1e-14
