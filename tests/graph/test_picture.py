from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from shall import graph as g
from shall.graph.blocks import Blocks, merged

SVG = "{http://www.w3.org/2000/svg}"
RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(80, 2)), RANDOM.integers(2, size=80)


def made(names: tuple[str, str] = ("age", "pay")) -> g.Compiled:
    x = g.inputs({**dict.fromkeys(names, "number"), "city": ["Oslo", "Rome"]})
    scaler = StandardScaler().fit(X)
    z = g.transform(scaler, g.stack(*(x[name] for name in names)))
    p = g.predict_proba(LogisticRegression().fit(scaler.transform(X), Y), z)[:, 1]
    return g.compile(x, score=g.where(x["city"] == "Oslo", 0.5, p), decision=p > 0.5)


def titles(compiled: g.Compiled) -> list[str]:
    return [block.title for block in Blocks(compiled.graph).found]


def test_fitted_parts_are_one_block_each_and_moves_are_none() -> None:
    found = titles(made())
    assert found[:3] == ["age", "pay", "city"]
    assert found.count("StandardScaler") == found.count("LogisticRegression") == 1
    assert not {"pick", "stack", "constant", "linear"} & set(found)
    assert found[-2:] == ["score", "decision"]


def test_each_block_comes_after_those_that_it_needs() -> None:
    blocks = Blocks(made().graph).found
    by_title = {block.title: block for block in blocks}
    assert [blocks[place].title for place in by_title["StandardScaler"].before] == ["age", "pay"]
    assert [blocks[place].title for place in by_title["LogisticRegression"].before] == ["StandardScaler"]
    assert all(blocks[place].layer < block.layer for block in blocks for place in block.before)


def test_many_inputs_are_one_block_of_a_kind_and_equal_steps_one() -> None:
    x = g.inputs({**{f"n{place}": "number" for place in range(20)}, "city": ["Oslo"], "town": ["Rome"]})
    coded = [g.codes(x["city"]), g.codes(x["town"])]
    blocks = Blocks(g.compile(x, out=g.stack(*coded, x.numeric) + 1).graph).found
    assert [block.title for block in blocks].count("codes") == 2
    found = {block.title: block.about for block in merged(blocks)}
    assert found["codes"] == "city, town" and "20 numbers" in found and "2 texts" in found


def test_the_picture_is_svg_with_a_box_a_block_and_a_path_an_edge() -> None:
    tree = ElementTree.fromstring(made().svg())
    blocks = merged(Blocks(made().graph).found)
    assert len(tree.findall(f".//{SVG}rect")) == len(blocks)
    assert len(tree.findall(f"{SVG}path")) == sum(len(block.before) for block in blocks)
    assert made().svg() == made()._repr_svg_()


def test_hostile_names_are_text() -> None:
    name = '<script>alert("x")</script>\x00'
    tree = ElementTree.fromstring(made((name, "pay")).svg())
    assert not list(tree.iter(f"{SVG}script"))
    assert any("script" in (one.text or "") for one in tree.iter(f"{SVG}title"))


def test_an_edge_over_several_layers_meets_no_block() -> None:
    x = g.inputs({"age": "number", "pay": "number"})
    deep = x["age"]
    for _ in range(4):
        deep = g.exp(deep)
    tree = ElementTree.fromstring(g.compile(x, score=deep + x["pay"]).svg())
    boxes = [[float(box.attrib[name]) for name in ("x", "y", "width", "height")]
             for box in tree.findall(f".//{SVG}rect")]
    for path in tree.findall(f"{SVG}path"):
        for x_of_lane, y_of_lane in re.findall(r" ([\d.]+) ([\d.]+)H", path.attrib["d"]):
            assert not any(left <= float(x_of_lane) < left + wide and top < float(y_of_lane) < top + tall
                           for left, top, wide, tall in boxes)


def test_a_constant_is_said_where_it_is_taken() -> None:
    x = g.inputs({"age": "number"})
    found = titles(g.compile(x, young=x["age"] < 25, half=g.minimum(x["age"], 0.5), rest=1 - x["age"]))
    assert {"< 25", "minimum 0.5", "1 −"} <= set(found)
