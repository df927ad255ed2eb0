"""The picture of limits: every direction has its panel, every test its point."""

from __future__ import annotations

import math
from xml.etree import ElementTree

from shall.phases.images.limits import Reach
from shall.reports import svg
from shall.reports._images import png
from shall.stats.monotone import bounded


class Found:
    requirement, confidence, limit = "accuracy >= 0.8 <&>", 0.95, 0.8
    reaches = (Reach("blur", 4.0, 1.0, 2.0, {1.0: bounded(90, 100, 0.01), 2.0: bounded(50, 100, 0.01)}),
               Reach("yaw", -50.0, 0.0, -math.inf, {-50.0: bounded(80, 100, 0.01)}))


def parts(tag, text):
    return [one for one in ElementTree.fromstring(text).iter() if one.tag.rsplit("}")[-1] == tag]


def test_each_direction_is_a_panel():
    text = svg.image_limits(Found())
    assert [len(parts(tag, text)) for tag in ("g", "circle", "image")] == [2, 1 + 3, 0], "the legend has one"
    said = [one.text for one in parts("text", text)]
    assert "blur: met up to 1, broken from 2" in said and "yaw: met nowhere that was shown" in said
    assert "accuracy >= 0.8 <&>" in said[0] and "pixels" in said and "degrees" in said
    assert [float(one.get("cx")) for one in parts("circle", text)][1:] == [70, 140, 280]
    for words in ("shown to be met", "nothing is shown", "shown to be broken", "asked, with bounds", "limit"):
        assert words in said
    assert all(float(one.get("width")) >= 0 for one in parts("rect", text))


def test_images_stand_below():
    two, three, one = (2, 1, 1, b"\x00\xff"), (1, 1, 3, b"abc"), (1, 1, 1, b"a")
    text = svg.image_limits(Found(), [[(0.0, two)], [(0.0, three), (1.0, one)]])
    assert len(parts("image", text)) == 3
    assert parts("image", text)[0].get("href") == png((2, 1, 1, b"\x00\xff"))
    assert png((1, 1, 3, b"abc")).startswith("data:image/png;base64,iVBORw0KGgo")
