"""One map for all warps of an image."""

from __future__ import annotations

import numpy as np

from shall.probes.image_warps import maps, warped


def one(**strengths: float) -> np.ndarray:
    return maps({name: np.array([value]) for name, value in strengths.items()}, 21, 21)


def test_maps_of_single_warps():
    np.testing.assert_allclose(one(zoom=1.0)[0], np.diag([0.5, 0.5, 1]))
    np.testing.assert_allclose(one(shift_x=1 / 21)[0], [[1, 0, -1], [0, 1, 0], [0, 0, 1]], atol=1e-12)
    np.testing.assert_allclose(one(rotation=90.0)[0] @ [0, -1, 1], [1, 0, 1], atol=1e-12)    # up comes from the right


def test_warps_together_are_warps_in_turn():
    """Zoom, shear, rotation, view, shift: the product of their maps, the last one first."""
    names = ("zoom", "shear", "rotation", "yaw", "shift_x")
    strengths = dict(zip(names, (0.2, 10.0, 30.0, 20.0, 0.1), strict=True))
    together = one(**strengths)[0]
    turn = np.eye(3)
    for name in names:
        turn = turn @ one(**{name: strengths[name]})[0]
    np.testing.assert_allclose(together, turn, atol=1e-12)


def test_what_lies_behind_the_camera_is_outside():
    image = np.ones((1, 1, 21, 21), dtype=np.float32)
    found = warped(image, one(yaw=85.0), 0.0)
    assert np.isfinite(found).all() and found[0, 0, 10, 10] == 1 and found[0, 0, 10, -1] == 0


def test_one_row_of_pixels_is_an_image_too():
    image = np.arange(5, dtype=np.float32).reshape(1, 1, 1, 5) / 5
    found = warped(image, maps({"shift_x": np.array([0.2])}, 1, 5), 0.0)
    np.testing.assert_allclose(found[0, 0, 0], [0, 0, 0.2, 0.4, 0.6], atol=1e-6)
    assert warped(image[..., :1], one(rotation=10.0), None).shape == (1, 1, 1, 1)
