from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest

from shall import graph as g
from shall.graph import onnx as written
from shall.graph import session
from shall.graph.kinds import MISSING
from tests.graph.ops.agreeing import ODD, texts

CITIES, PLANS = ["Oslo", "Rome", "Bonn"], ["a", "b"]
ROWS = np.random.default_rng(0)
NUMBERS = np.column_stack([ROWS.choice(ODD, 400) for _ in range(5)])
TEXTS = np.column_stack([texts(CITIES, rows=400), texts(PLANS, rows=400), texts(["Oslo", "a", "z"], rows=400)])


def inputs() -> g.Columns:
    return g.inputs({**{name: "number" for name in "vwxyz"}, "city": CITIES, "plan": PLANS, "both": "text"})


def ops(made: g.Compiled) -> list[str]:
    return [node.op_type for node in onnx.load_from_string(made.onnx).graph.node]


def same_bits(made: g.Compiled) -> dict[str, Any]:
    """The shipped model in any chunks, and the one with every node as it was written."""
    packed = {"numbers": NUMBERS, "texts": TEXTS}
    takes = {one.name for one in onnx.load_from_string(made.onnx).graph.input}
    packed = {name: value for name, value in packed.items() if name in takes}
    every = session.Session(written.emitted(made.graph, range(len(made.graph.nodes))))(packed)
    shipped = session.Session(made.onnx)
    said = shipped(packed)
    parts = [shipped({name: value[start:start + 7] for name, value in packed.items()}) for start in range(0, 400, 7)]
    for name, value in said.items():
        assert value.tobytes() == every[name].tobytes() == np.concatenate([part[name] for part in parts]).tobytes()
    return said


@pytest.mark.parametrize("count", [2, 3, 5, 8, 9, 20])
def test_a_long_sum_is_few_operators_and_adds_in_its_order(count: int) -> None:
    x = inputs()
    total: Any = x["v"]
    expected = NUMBERS[:, :1]
    with np.errstate(all="ignore"):
        for place in range(1, count):
            total, expected = total + x["vwxyz"[place % 5]], expected + NUMBERS[:, place % 5:place % 5 + 1]
    made = g.compile(x, total=total)
    assert sum(op in ("Add", "Sum") for op in ops(made)) == -(-(count - 1) // 7)
    assert np.array_equal(same_bits(made)["total"], expected, equal_nan=True)


def test_a_sum_that_others_need_stays() -> None:
    x = inputs()
    two = x["v"] + x["w"]
    made = g.compile(x, two=two, three=two + x["x"], four=two + x["x"] + x["y"])
    said = same_bits(made)
    with np.errstate(all="ignore"):
        assert np.array_equal(said["three"], said["two"] + NUMBERS[:, 2:3], equal_nan=True)


def test_columns_of_columns_are_picked_from_their_source() -> None:
    x = inputs()
    wide = x.numeric * 2
    made = g.compile(x, few=wide[:, [4, 2, 0]][:, [2, 1]], one=wide[:, [3, 1]][:, 1])
    assert ops(made).count("Gather") == 2
    same_bits(made)


def test_texts_that_several_look_up_are_numbered_once() -> None:
    x = inputs()
    made = g.compile(
        x, codes=g.codes(g.stack(x["city"], x["both"]), [CITIES, ["a", "Oslo"]]), alone=g.codes(x["plan"], PLANS),
        hot=g.one_hot(g.stack(x["plan"], x["city"])),
        rate=g.lookup(x["city"], {"Oslo": 1.5, "Rome": -2.0}, default=9.0),
        rows=g.lookup(x["both"], {"z": [1.0, 2.0], None: [3.0, 4.0]}, default=[0.0, -1.0]),
        crossed=g.cross(x["city"], x["plan"]).codes(), one=g.one_hot(x["plan"]))
    found = [node for node in onnx.load_from_string(made.onnx).graph.node if "texts" in node.input]
    assert len(found) == 1
    said = same_bits(made)
    assert np.array_equal(said["hot"][:, :2], said["one"])
    plans = {"a": 0.0, "b": 1.0, MISSING: np.nan}
    assert np.array_equal(said["alone"][:, 0], [plans.get(one, -1.0) for one in TEXTS[:, 1]], equal_nan=True)
    assert np.array_equal(said["rate"][:, 0], [{"Oslo": 1.5, "Rome": -2.0}.get(one, 9.0) for one in TEXTS[:, 0]])


def test_one_column_of_many_is_looked_up_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    x = inputs()
    made = g.compile(x, code=g.codes(x["city"], CITIES))
    assert ops(made) == ["Gather", "LabelEncoder"]
    same_bits(made)
    both = {"code": g.codes(x["city"], CITIES), "hot": g.one_hot(g.stack(x["plan"], x["city"]))}
    assert ops(g.compile(x, **both)).count("LabelEncoder") == 1
    monkeypatch.setattr(written, "LARGEST", 3)
    assert ops(g.compile(x, **both)).count("LabelEncoder") == 2


def test_an_output_takes_the_name_of_its_tensor() -> None:
    x = inputs()
    made = g.compile(x, twice=x["v"] * 2, again=x["v"] * 2, itself=x["w"] + 0, more=x["v"] * 2 + x["w"])
    assert ops(made).count("Identity") == 1
    same_bits(made)
