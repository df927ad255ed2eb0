from __future__ import annotations

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import FileError

ROW = {"a": 1.0, "b": 2.0, "c": "u"}


def test_columns_are_found_by_name_whichever_inputs_a_value_was_made_of() -> None:
    x, other = g.inputs({"a": "number", "b": "number"}), g.inputs({"b": "number", "a": "number"})
    assert g.compile(x, score=x["a"] * 10 + other["a"])(ROW)["score"] == [11.0]
    assert g.compile(x, score=g.inputs({"a": "number"})["a"] * 1)(ROW)["score"] == [1.0]


def test_models_that_were_given_columns_in_another_order_get_theirs() -> None:
    x, other = g.inputs({"a": "number", "b": "number"}), g.inputs({"b": "number", "a": "number"})
    made = g.compile(x, out=g.stack(other.numeric * 1, x.numeric * 1))
    assert made(ROW)["out"].tolist() == [[2.0, 1.0, 1.0, 2.0]]


def test_a_graph_may_take_a_part_of_the_inputs() -> None:
    x = g.inputs({"a": "number", "b": "number", "c": ["u", "v"]})
    made = g.compile(x.only(["b", "c"]), score=x["b"] + g.codes(x["c"]))
    assert [one.name for one in made.graph.inputs] == ["b", "c"]
    assert made({"b": 2.0, "c": "v"})["score"] == [3.0]


def test_texts_of_other_inputs_too() -> None:
    x, other = g.inputs({"d": "text", "c": "text", "a": "number"}), g.inputs({"c": "text"})
    assert g.compile(x, found=other["c"] == "u")({**ROW, "d": "u", "c": "w"})["found"].tolist() == [False]


def test_a_column_that_is_no_input_of_the_graph_is_told_with_its_line() -> None:
    x = g.inputs({"a": "number"})
    q = g.inputs({"q": "number"})["q"]
    with pytest.raises(FileError, match=r"test_assembled.py:\d+: it takes q, which is none of the inputs"):
        g.compile(x, score=x["a"] + q)


def test_a_column_of_another_kind_is_told() -> None:
    x = g.inputs({"a": "number"})
    text = g.inputs({"a": ["u", "v"]})["a"]
    with pytest.raises(FileError, match=r"it takes a as text, and compile\(x, …\) has it as number"):
        g.compile(x, score=x["a"] + g.codes(text))


def test_equal_steps_are_one_node_and_nothing_else_is() -> None:
    x = g.inputs({"a": "number"})
    same = g.compile(x, one=x["a"] * 2 + 1, two=x["a"] * 2 + 1).graph
    other = g.compile(x, one=x["a"] * 2 + 1, two=x["a"] * 2 + np.nextafter(1.0, 2.0)).graph
    assert [node.op for node in same.nodes].count("arithmetic") == 2
    assert [node.op for node in other.nodes].count("arithmetic") == 3
