"""What lens and light make of an image."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from shall.probes.image_looks import LOOKS, covered

PLANES = np.random.default_rng(0).random((4, 2, 28, 20)).astype(np.float32)


@pytest.mark.parametrize("sigma", [0.4, 1.5, 6.0])
def test_a_blur_is_that_of_scipy(sigma):
    wanted = ndimage.gaussian_filter(PLANES, (0, 0, sigma, sigma), mode="nearest", truncate=4)
    found = LOOKS["blur"](PLANES, np.full(4, sigma, dtype=np.float32))
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_each_image_has_a_blur_of_its_own():
    sigma = np.array([0, 0.5, 2, 9], dtype=np.float32)
    together = LOOKS["blur"](PLANES, sigma)
    assert (together[0] == PLANES[0]).all()
    for row in range(4):
        np.testing.assert_allclose(together[row], LOOKS["blur"](PLANES[row:row + 1], sigma[row:row + 1])[0], atol=1e-6)


@pytest.mark.parametrize("name", ["haze", "brightness", "contrast", "gamma"])
def test_light_stays_in_its_range(name):
    for strength in (-3.0, 1.0, 3.0):
        found = LOOKS[name](PLANES, np.full(4, abs(strength) / 3 if name == "haze" else strength, dtype=np.float32))
        assert found.min() >= 0 and found.max() <= 1 and found.shape == PLANES.shape


def test_what_covers_has_the_mean_of_its_image_where_nothing_is_said():
    found = covered(PLANES, np.full(4, 0.25), np.full((4, 2), 0.5, dtype=np.float32), None)
    np.testing.assert_allclose(found[:, :, 14, 10], PLANES.mean(axis=(2, 3)), atol=1e-5)
    assert (found[:, :, 0] == PLANES[:, :, 0]).all()
