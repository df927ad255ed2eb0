"""Which images are changed how."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError, InputError
from shall.phases.images.designs import pieces, scales


def rows(design, changes, count=None, seed=0):
    return [*pieces(design, scales(changes, 2), 40, count, seed)]


def test_a_pair_is_a_range_with_0_in_it():
    found = scales({"rotation": (-30, 20), "blur": (0, 2), "haze": [0.5], "shift_x": (-0.2, 0)}, 2)
    assert {name: values.tolist() for name, values in found.items()} == {
        "rotation": [-30, -15, 0, 10, 20], "blur": [0, 1, 2], "haze": [0, 0.5], "shift_x": [-0.2, -0.1, 0]}
    assert scales(["yaw"], 1)["yaw"].tolist() == [-50, 0, 50]


@pytest.mark.parametrize("changes, told", [({}, "no change is named"), ({"blur": (1, 2)}, "leaves out 0"),
                                           ({"blur": [0.0]}, "no strength besides 0"), (["blurr"], "no change blurr"),
                                           ({"blur": [-1]}, "blur goes from 0"), ({"haze": []}, "no strength")])
def test_a_wrong_scale_is_told(changes, told):
    with pytest.raises((InputError, DataError), match=told):
        scales(changes, 4)


def test_each_is_a_point_a_strength_and_one_of_none():
    found = rows("each", {"rotation": (-10, 10), "blur": (0, 2)})
    assert [piece.strengths for piece in found] == [{}, *({"rotation": value} for value in (-10, -5, 5, 10)),
                                                    {"blur": 1}, {"blur": 2}]
    assert all((piece.index == np.arange(40)).all() for piece in found)


def test_a_grid_is_every_combination_perhaps_of_some_images():
    found = rows("grid", {"rotation": (0, 10), "blur": (0, 2)}, 10)
    assert len(found) == 9 and found[4].strengths == {"rotation": 5, "blur": 1}
    assert all(len(np.unique(piece.index)) == 10 for piece in found)
    assert len({tuple(piece.index) for piece in found}) == 9


def test_a_spread_takes_every_image_once_a_turn_and_every_stretch_once():
    found = rows("spread", {"rotation": (-10, 30), "blur": (0, 2)}, 100)
    assert [len(piece.index) for piece in found] == [40, 40, 20]
    for piece in found:
        assert len(np.unique(piece.index)) == len(piece.index)
        for name, (low, high) in {"rotation": (-10, 30), "blur": (0, 2)}.items():
            stretch = (piece.strengths[name] - low) / (high - low) * len(piece.index)
            assert sorted(np.floor(stretch)) == [*range(len(piece.index))]
    assert (rows("spread", {"blur": (0, 2)}, 100)[1].index == found[1].index).all()


def test_an_unknown_design_is_told():
    with pytest.raises(InputError, match="no design some"):
        rows("some", ["blur"])


def test_the_usual_range_may_stand_beside_others():
    found = scales({"rotation": None, "blur": (0, 1)}, 2)
    assert [*found] == ["rotation", "blur"] and found["blur"].tolist() == [0, 0.5, 1]
    assert found["rotation"].tolist() == scales(["rotation"], 2)["rotation"].tolist() == [-45, -22.5, 0, 22.5, 45]
