"""Directions of changes, and what asking costs."""

from __future__ import annotations

import numpy as np

from shall.phases.images.rays import Asking, rays


def test_a_change_has_a_ray_to_each_side():
    found = rays({"rotation": np.array([-20.0, -10.0, 0.0, 15.0]), "blur": np.array([0.0, 1.5])})
    assert [(ray.name, ray.strengths) for ray in found] == [
        ("rotation", (0, -10, -20)), ("rotation", (0, 15)), ("blur", (0, 1.5))]
    assert [str(ray.beyond(1)) for ray in found] == ["rotation <= -10", "rotation >= 15", "blur >= 1.5"]
    assert [str(ray.up_to(1)) for ray in found] == ["rotation >= -10", "rotation <= 15", "blur <= 1.5"]
    assert [ray.steps for ray in found] == [2, 1, 1]


def test_the_same_is_asked_once():
    said = []

    def ask(index, strengths):
        said.append(strengths)
        return index % 4 > 0

    asking = Asking(ask, 0.5)
    first = asking.test(np.arange(40), {"blur": 1.0}, 0.05)
    again = asking.test(np.arange(40), {"blur": 1.0, "rotation": 0.0}, 0.01)
    assert len(said) == 1 and asking.calls == 40 and first.rate == again.rate == 0.75 and again.low < first.low
    asking.test(np.arange(20), {"blur": 1.0}, 0.05)
    assert len(said) == 2 and asking.calls == 60
