"""Changes of images: known answers, ways back, and the same as other libraries where both mean the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from shall.core.errors import DataError
from shall.probes.image_changes import CHANGES, changed


@pytest.fixture(scope="module")
def images():
    rough = np.random.default_rng(0).random((12, 28, 20))
    smooth = ndimage.gaussian_filter(rough, (0, 2, 2))
    return ((smooth - smooth.min()) / np.ptp(smooth)).astype(np.float32)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.uint8])
def test_nothing_is_changed_at_0_to_the_last_bit(images, name, kind):
    given = (images * 255).astype(kind) if kind is np.uint8 else images.astype(kind) / 3
    some = np.where(np.arange(12) % 2, 0.0, CHANGES[name].usual[1])
    assert (changed(given, {name: 0.0}) == given).all()
    found = changed(given, {name: some})
    assert (found[1::2] == given[1::2]).all() and (found[::2] != given[::2]).any()
    assert found.dtype == given.dtype and found.shape == given.shape


@pytest.mark.parametrize("name", CHANGES)
def test_each_image_is_changed_by_itself(images, name):
    strengths = np.linspace(*CHANGES[name].usual, 12)
    together = changed(images, {name: strengths})
    for row in (0, 5, 11):
        alone = changed(images[row:row + 1], {name: float(strengths[row])}, numbers=np.array([row]))
        np.testing.assert_allclose(together[row], alone[0], atol=2e-6)


@pytest.mark.parametrize("name", sorted({*CHANGES} - {"compression", "noise"}))     # a colour has noise of its own
def test_colours_are_changed_alike(images, name):
    grey, colour = images, np.repeat(images[..., None], 3, axis=-1)
    found = changed(colour, {name: CHANGES[name].usual[1]})
    np.testing.assert_allclose(found, np.repeat(changed(grey, {name: CHANGES[name].usual[1]})[..., None], 3, -1),
                               atol=1e-6)


def test_a_quarter_turn_is_that_of_numpy(images):
    square = images[:, :20]
    for turn in (1, 2, 3):
        found = changed(square, {"rotation": 90.0 * turn})
        np.testing.assert_allclose(found, np.rot90(square, turn, (1, 2)), atol=1e-6)


@pytest.mark.parametrize("angle", [-30.0, 12.5])
def test_inside_a_turn_is_that_of_scipy(images, angle):
    """At the border scipy fills at once, and here the last pixel is mixed with what is outside."""
    square = images[:, :20]
    wanted = ndimage.rotate(square, angle, axes=(2, 1), reshape=False, order=1)
    near = ndimage.rotate(np.ones_like(square), angle, axes=(2, 1), reshape=False, order=1)
    inside = ndimage.minimum_filter(near, (1, 3, 3)) == 1
    np.testing.assert_allclose(changed(square, {"rotation": angle})[inside], wanted[inside], atol=1e-5)


def test_whole_pixels_are_moved_as_they_are(images):
    right, down = changed(images, {"shift_x": 0.15}), changed(images, {"shift_y": 0.25})
    np.testing.assert_allclose(right[:, :, 3:], images[:, :, :-3], atol=1e-6)
    assert (right[:, :, :3] == 0).all() and (down[:, :7] == 0).all()
    np.testing.assert_allclose(down[:, 7:], images[:, :-7], atol=1e-6)
    np.testing.assert_allclose(changed(images, {"shift_x": 0.15}, fill=0.5)[:, :, :2], 0.5)
    np.testing.assert_allclose(changed(images, {"shift_x": 0.15}, fill=None)[:, :, 0], images[:, :, 0], atol=1e-6)


@pytest.mark.parametrize("name, strength, back", [("rotation", 25, -25), ("shift_x", 0.13, -0.13), ("shear", 15, -15),
                                                  ("shift_y", 0.08, -0.08), ("zoom", 0.25, 1 / 1.25 - 1),
                                                  ("yaw", 0.1, -0.1)])
def test_a_warp_has_a_way_back(name, strength, back):
    y, x = np.mgrid[:64, :64] - 31.5
    dot = np.exp(-(x**2 + (y - 4) ** 2) / 120)[None]
    there = changed(dot, {name: float(strength)})
    np.testing.assert_allclose(changed(there, {name: float(back)})[0, 16:48, 16:48], dot[0, 16:48, 16:48], atol=0.01)


def test_light_has_an_exact_way_back(images):
    middle = 0.3 + 0.4 * images.astype(np.float64)
    for name, strength in (("brightness", -2.0), ("contrast", -1.5), ("gamma", 1.7)):
        there = changed(middle.astype(np.float32), {name: strength})
        np.testing.assert_allclose(changed(there, {name: -strength}), middle, atol=1e-5)


def test_known_answers(images):
    plain = np.full((2, 16, 16), 0.5, dtype=np.float32)
    assert np.allclose(changed(plain, {"brightness": -1.0}), 0.25) and np.allclose(changed(plain, {"haze": 0.5}), 0.75)
    assert np.allclose(changed(plain, {"gamma": 1.0}), 0.25) and np.allclose(changed(plain, {"contrast": 2.0}), 0.5)
    assert np.allclose(changed(plain, {"blur": 3.0}), 0.5)
    assert np.allclose(changed(plain, {"zoom": 1.0}, fill=0.0)[:, 1:-1, 1:-1], 0.5)
    covered = changed(np.ones((500, 16, 16), dtype=np.float32), {"occlusion": 0.2})
    np.testing.assert_allclose(1 - covered.mean(axis=(1, 2)), 0.2, atol=1e-6)
    noisy = changed(np.full((200, 32, 32), 0.5, dtype=np.float32), {"noise": 0.1})
    assert abs(noisy.std() - 0.1) < 0.001 and abs(noisy.mean() - 0.5) < 0.001
    halves = np.where(np.arange(28) < 14, 0.0, 1.0)[None, None].repeat(28, 1)
    assert np.allclose(changed(halves, {"contrast": -16.0}), 0.5, atol=1e-4)


def test_a_view_from_the_side_is_narrower_and_nearer_on_one_side():
    bars = np.zeros((1, 101, 101), dtype=np.float32)
    bars[0, 20:81, 20:81] = 1
    seen = changed(bars, {"yaw": 40.0})[0] > 0.5
    tall, turn = seen.sum(axis=0), np.radians(40)
    columns = np.flatnonzero(tall)
    for end, column in ((-30.5, columns[0]), (30.5, columns[-1])):      # similar triangles, the camera 202 pixels away
        nearer = 1 + end * np.sin(turn) / 202
        assert abs(column - 50 - end * np.cos(turn) / nearer) <= 1
        assert abs(tall[column] - 61 / nearer) <= 2


def test_what_is_drawn_belongs_to_the_image_and_grows_with_the_strength(images):
    some = changed(images, {"noise": 0.01}, numbers=np.arange(100, 112), seed=3)
    again = changed(images[4:6], {"noise": 0.01}, numbers=np.array([104, 105]), seed=3)
    assert (some[4:6] == again).all()
    assert (changed(images, {"noise": 0.01}, seed=4) != changed(images, {"noise": 0.01}, seed=3)).any()
    middle = np.full((1, 28, 20), 0.5, dtype=np.float32)
    weak, strong = (changed(middle, {"noise": size}) - 0.5 for size in (0.02, 0.04))
    np.testing.assert_allclose(strong, 2 * weak, atol=1e-6)
    less, more = (changed(middle, {"occlusion": size}) == 0 for size in (0.1, 0.4))
    assert (more[less]).all() and more.sum() > less.sum()


def test_all_warps_are_one_look_up(images):
    """Two quarter turns and two shifts come back to the bit, where four look-ups would blur."""
    square = images[:, :20]
    found = changed(square, {"rotation": 180.0, "shift_x": 0.0, "zoom": 0.0})
    np.testing.assert_allclose(found, square[:, ::-1, ::-1], atol=1e-6)


@pytest.mark.parametrize("strengths, told", [({"rotatoin": 3.0}, "there is no change rotatoin"),
                                             ({"blur": -1.0}, "blur goes from 0"), ({"haze": np.nan}, "haze goes from"),
                                             ({"occlusion": np.full(12, 2.0)}, "occlusion goes from 0 to 1")])
def test_a_wrong_strength_is_told(images, strengths, told):
    with pytest.raises(DataError, match=told):
        changed(images, strengths)


@pytest.mark.parametrize("wrong, told", [
    (np.zeros((3, 4)), "images are"), (np.zeros((2, 0, 4)), "images are"), (np.zeros((2, 4, 4), dtype=int), "uint8"),
    (np.full((2, 4, 4), 255.0), "divide by 255"), (np.full((2, 4, 4), np.nan), "in 0 to 1")])
def test_what_is_no_image_is_told(wrong, told):
    with pytest.raises(DataError, match=told):
        changed(wrong, {"blur": 1.0})


def test_no_images_stay_none():
    assert changed(np.zeros((0, 8, 8)), {"blur": 1.0, "rotation": 5.0, "noise": 0.1}).shape == (0, 8, 8)
