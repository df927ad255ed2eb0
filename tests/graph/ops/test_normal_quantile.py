from statistics import NormalDist

import numpy as np

from tests.graph.ops.agreeing import agree


def test_it_is_pythons_normal_distribution() -> None:
    p = np.concatenate([np.linspace(1e-7, 1 - 1e-7, 5001), np.geomspace(1e-10, 0.1, 500), [0.5, 0.075, 0.925]])
    found = agree("normal_quantile", {}, p[:, None], ulps=4)
    expected = [NormalDist().inv_cdf(one) for one in p.tolist()]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-14, atol=1e-16)


def test_the_ends_are_held_and_missing_stays_missing() -> None:
    found = agree("normal_quantile", {}, np.array([[0.0], [1.0], [np.nan], [-1.0]]))
    np.testing.assert_allclose(found[[0, 1, 3], 0], [-6.361340902, 6.361340902, -6.361340902], rtol=1e-6)
    assert np.isnan(found[2, 0])
