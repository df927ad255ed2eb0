"""What JPEG leaves: nothing lost at 0, blocks of one grey at the end, less with each step."""

from __future__ import annotations

import numpy as np

from shall.probes.image_files import COSINES, LIGHT, compressed


def photo(channels: int) -> np.ndarray:
    y, x = np.mgrid[:50, :43]
    return np.stack([0.5 + 0.4 * np.sin(x / (3 + c)) * np.cos(y / 5) for c in range(channels)])[None].astype(np.float32)


def test_the_cosines_are_orthonormal():
    np.testing.assert_allclose(COSINES @ COSINES.T, np.eye(8), atol=1e-6)


def test_the_better_the_quality_the_nearer():
    for channels in (1, 3):
        image = photo(channels)
        far = [np.abs(compressed(image, np.array([strength])) - image).mean() for strength in (0.0, 5.0, 50.0, 90.0)]
        assert far[0] == 0 and far[1] < 0.01 and far == sorted(far)


def test_one_wave_is_rounded_to_its_step():
    """A block of one grey has one wave only: 8 times its level, rounded to the first step of the table."""
    image = np.full((1, 1, 8, 8), 201 / 255, dtype=np.float32)
    step = LIGHT[0, 0]                                          # at quality 50 the table as it is
    level = round((201 - 128) * 8 / step) * step / 8 + 128
    np.testing.assert_allclose(compressed(image, np.array([50.0])) * 255, round(level), atol=1e-3)


def test_levels_stay_levels():
    found = compressed(photo(3), np.array([60.0])) * 255
    np.testing.assert_allclose(found, np.rint(found), atol=1e-3)
    assert found.min() >= 0 and found.max() <= 255
