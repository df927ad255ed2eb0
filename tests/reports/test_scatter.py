"""The picture of the frontier: every candidate inside, marks that differ in shape, limit and aim in words."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from shall.reports import svg
from shall.reports._candidates import columns
from shall.reports._marks import MOST, mark
from shall.reports._scatter import kinds_of, picture

NAMES = {"svg": "http://www.w3.org/2000/svg"}


def words(made) -> str:
    return " ".join(text.text or "" for text in made.iter("text"))


def test_the_limit_the_aim_and_the_chosen_one_are_named(built):
    made = picture(built, columns(built)[0], "f")
    for said in ("limit 0.800", "aim 0.887", "chosen", "accuracy", "fair ratio of selection_rate over sex >= 0.80",
                 "no mitigation", "plug-in", "reweighing"):
        assert said in words(made)
    in_per_cent = picture(built, columns(built)[1], "f")
    assert "limit 85.0%" in words(in_per_cent)
    assert "92%" in words(in_per_cent)


def test_every_candidate_with_a_value_has_a_mark_of_its_mitigation(built):
    made = picture(built, columns(built)[0], "f")
    shapes = [shape.get("class") for shape in made.iter() if (shape.get("class") or "").startswith("kind")]
    legend = len(kinds_of(built))
    assert len(shapes) == 4 + legend
    assert sum("behind" in shape for shape in shapes) == 1              # the logistic regression is beaten
    assert kinds_of(built) == ["none", "plug-in", "reweighing"]


def test_only_the_front_has_whiskers(built):
    made = picture(built, columns(built)[0], "f")
    whiskers = [line for line in made.iter("line") if line.get("class") == "light"]
    assert len(whiskers) == 2 * len(built.frontier.fronts[0])


def test_marks_differ_in_shape():
    shapes = [mark(kind, (0, 0), 5, "") for kind in range(MOST + 2)]
    assert len({shape.get("points") for shape in shapes[:MOST]}) == MOST
    assert shapes[MOST].get("points") == shapes[MOST - 1].get("points")


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), None, 1e300])
def test_odd_values_stay_inside(built, odd):
    unbounded = (float("-inf"), float("inf"))
    built.tried = (*built.tried, replace(built.tried[1], values=(odd, 0.9), spans=(unbounded, None)))
    built.frontier = replace(built.frontier, kinds=(*built.frontier.kinds, "none"), fronts=((1, 0, 4), (1,)))
    made = picture(built, columns(built)[0], "f")
    for shape in made.iter():
        for key in ("cx", "x1", "x2", "cy", "y1", "y2"):
            assert -20 <= float(shape.get(key, 0)) <= 500


def test_nothing_to_draw_is_no_picture(built):
    built.tried = tuple(replace(one, values=(None, one.values[1])) for one in built.tried)
    built.frontier = replace(built.frontier, fronts=((), ()))
    assert picture(built, columns(built)[0], "f") is None


def test_alone_it_is_a_file_of_its_own(built):
    whole = svg.build(built)
    root = ElementTree.fromstring(whole)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "svg .ring" in root.findtext("svg:style", "", NAMES)
    assert "prefers-color-scheme: dark" in root.findtext("svg:style", "", NAMES)
    assert "fair ratio" in " ".join("".join(text.itertext()) for text in root.iterfind(".//svg:text", NAMES))
    assert "script" not in {shape.tag.rpartition("}")[2] for shape in root.iter()}
    assert svg.build(built) == whole
