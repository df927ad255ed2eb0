"""Pictures of slices, changes, searches and graphs: what they show, and that a name in them is a text."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree.ElementTree import tostring

import pytest

from shall.core.evidence import Evidence, GroupRow, Outcome
from shall.core.requirement import Requirement
from shall.graph.blocks import Block
from shall.phases.changed import Change, Changes
from shall.phases.slices.drilling import Drilled, Split, Value
from shall.reports import _compared, _drilled, _flow
from tests.reports.hostile import NAMES


def part(value: float) -> Evidence:
    return Evidence("accuracy", "each", (), ">=", Outcome.MEASURED, value, value - 0.05, value + 0.05, 100)


def drilled(line: str = "accuracy >= 0.7") -> Drilled:
    requirement = Requirement.parse(line)
    where = Requirement.parse("accuracy >= 0.7 where a = 1").where
    return Drilled(requirement, where, requirement, "accuracy", here=part(0.6), rest=part(0.8), whole=part(0.75),
                   gap=(-0.2, -0.3, -0.1))


def test_a_slice_stands_beside_all_other_rows_and_the_limit():
    text = "".join(tostring(one, encoding="unicode") for one in _drilled.beside(drilled(), "k"))
    for words in ("this slice", "all other rows", "all rows", "limit 0.7", "0.600"):
        assert words in text
    filtered = drilled("accuracy >= 0.7 where b = 2")
    text = "".join(tostring(one, encoding="unicode") for one in _drilled.beside(filtered, "k"))
    assert "all its rows" in text and "all rows" not in text
    assert "those of equal on all rows where b = 2: surely" in _drilled.gap(
        replace(filtered, own=True, requirement=replace(filtered.requirement, name="equal")))
    ratio = _drilled.beside(drilled("ratio of accuracy over sex >= 0.7"), "k")
    text = "".join(tostring(one, encoding="unicode") for one in ratio)
    assert "limit" not in text, "that of a ratio is none of its measure"
    assert _drilled.gap(drilled()) == ("0.200 less than in all other rows, 95% bounds: between 0.100 and 0.300 less, "
                                       "as of one pair of groups that was chosen beforehand: surely different.")
    named = replace(drilled(), own=True, requirement=replace(drilled().requirement, name="equal"))
    assert "bounds: between 0.010 less and 0.300 more, " in _drilled.gap(replace(drilled(), gap=(0.2, -0.01, 0.3)))
    for low, high, words in ((0.1, math.inf, "at least 0.100 more"), (-0.1, math.inf, "at most 0.100 less"),
                             (-math.inf, -0.1, "at least 0.100 less"), (-math.inf, 0.1, "at most 0.100 more")):
        assert f"bounds: {words}, " in _drilled.gap(replace(drilled(), gap=(0.2, low, high)))
    assert "between 0.100 and 0.300 less, those of equal on all rows: surely" in _drilled.gap(named)


@pytest.mark.parametrize("name", NAMES[::7])
def test_a_name_in_a_picture_is_a_text(name):
    row = GroupRow((("sex", name),), 10, 10, 0.5, 0.4, 0.6)
    split = Split("sex", "sex", (Value(name, row, None),))
    change = Changes("accuracy", ("sex",), tuple(Change((("sex", one),), (9, 9), 0.5, 0.6, 0.0, 0.2)
                                                 for one in (name, "b")), "higher", 0.95)
    block = Block("output", name, name, [], 0, [0])
    made = [*_drilled.split(drilled(), split, "k", lambda value: None), *_compared.changed(change, "k"),
            _flow.picture([Block("input", name, name), Block("output", name, name, [0], 1)], [name, name]),
            _flow.table([block], [name])]
    for one in made:
        text = tostring(one, encoding="unicode", method="html")
        assert "<script" not in text.lower() and "<img" not in text.lower()
        assert not [key for inside in one.iter() for key in inside.attrib if key.startswith("on")]


def searched(*points: tuple[float, float]) -> dict:
    tried = [{"values": [value], "objective": objective, "chosen": place == 0}
             for place, (value, objective) in enumerate(points)]
    return {"requirements": ["fair"], "objective": "accuracy", "minimised": False, "tried": tried,
            "frontier": {"fronts": [[0, 1]]}}


def test_two_searches_are_in_one_picture():
    found = _compared.frontiers(searched((0.7, 0.8), (0.8, 0.7)), searched((0.75, 0.85), (0.9, 0.6), (0.6, 0.5)),
                                "fair", "k")
    text = tostring(found, encoding="unicode")
    assert text.count('class="ring was"') == text.count('class="ring now"') == 1 and text.count("front was") == 1
    assert text.count('class="now behind"') == 1
    assert _compared.frontiers(None, searched((1.0, 1.0)), "fair", "k") is None
    assert _compared.frontiers(searched((1.0, 1.0)), searched((1.0, 1.0)), "other", "k") is None
    other = {**searched((0.7, 0.8)), "objective": "roc_auc"}
    assert _compared.frontiers(searched((0.7, 0.8)), other, "fair", "k") is None, "they have no axis in common"
    empty = {**searched((0.7, 0.8)), "tried": [{"values": [None], "objective": None, "chosen": False}]}
    assert _compared.frontiers(empty, searched((1.0, 1.0)), "fair", "k") is None


def test_a_graph_is_drawn_from_its_inputs_down():
    blocks = [Block("input", "a"), Block("input", "b"), Block("step", "+", "", [0, 1], 1),
              Block("output", "s", "", [0, 2], 2)]
    picture = _flow.picture(blocks, ["1", "2", "3", "3"])
    tops = {box.findtext("text"): float(box.find("rect").get("y")) for box in picture.iter("g")}
    assert tops["a"] == tops["b"] < tops["+"] < tops["s"] and len(list(picture.iter("path"))) == 4
    assert "3" in [text.text for text in picture.iter("text") if text.get("class") == "value"]
