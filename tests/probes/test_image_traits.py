"""What an image looks like: bars of a known width and slant, plain images, real digits."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.probes.image_changes import changed
from shall.probes.image_traits import NAMES, bands, traits


def bar(width: int) -> np.ndarray:
    image = np.zeros((1, 101, 101), dtype=np.float32)
    image[0, 10:91, 50:50 + width] = 1
    return image


@pytest.mark.parametrize("width", [2, 3, 5])
def test_the_width_of_a_bar(width):
    """Twice the area by the outline, the ends of the bar included."""
    wanted = 2 * width * 81 / (2 * (width + 81))
    assert traits(bar(width))["stroke_width"][0] == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize("lean", [-25.0, 0.0, 10.0])
def test_the_slant_of_a_bar(lean):
    assert traits(changed(bar(3), {"shear": lean}))["slant"][0] == pytest.approx(lean, abs=0.1)


def test_light_and_spread():
    image = np.zeros((1, 10, 10), dtype=np.uint8)
    image[0, :5] = 255
    found = traits(image)
    assert (found["light"][0], found["spread"][0]) == (0.5, 0.5)
    assert traits(np.repeat(image[..., None], 3, -1))["light"][0] == pytest.approx(0.5)


def test_a_blur_takes_sharpness():
    sharp = traits(np.concatenate([bar(3), changed(bar(3), {"blur": 2.0})]))["sharpness"]
    assert sharp[0] > sharp[1]


def test_a_plain_image_has_no_strokes():
    found = traits(np.zeros((2, 8, 8), dtype=np.uint8))
    assert [*found] == [*NAMES] and np.isnan(found["slant"]).all() and np.isnan(found["stroke_width"]).all()
    assert (found["light"] == 0).all()


def test_bands_are_equally_full():
    values = np.arange(300.0)
    values[:3] = np.nan
    found = bands(values)
    assert [list(found).count(name) for name in ("low", "middle", "high", None)] == [99, 99, 99, 3]
    with pytest.raises(DataError, match="no value is known"):
        bands(np.array([np.nan]))


def test_no_images_are_told():
    with pytest.raises(DataError, match="no images"):
        traits(np.zeros((0, 8, 8)))
