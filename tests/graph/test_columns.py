from __future__ import annotations

import pytest

from shall import graph as g
from shall.core.errors import FileError, InputError

ROWS = {"a": [1.0, 2.0], "b": [3.0, None], "c": ["x", None]}


@pytest.fixture
def x() -> g.Columns:
    return g.inputs({"a": "number", "c": "text", "b": "number"})


def test_blocks_are_in_the_order_of_the_columns(x: g.Columns) -> None:
    assert x.numeric.names == ("a", "b") and x.texts.names == ("c",)
    assert list(x.only(["b", "a"])) == ["b", "a"] and x.only(["b", "a"]).numeric.names == ("b", "a")
    assert "a" in x and "nobody" not in x and len(x) == 3


def test_columns_of_one_source_are_picked_at_once(x: g.Columns) -> None:
    both = g.stack(x["b"], x["a"])
    assert both.op == "pick" and both.settings["columns"] == (1, 0)
    assert g.compile(x, it=both)(ROWS)["it"][0].tolist() == [3.0, 1.0]


def test_a_number_beside_columns_counts_for_every_row(x: g.Columns) -> None:
    truths = g.stack(x["a"] > 1, g.value.value_of(True))
    made = g.compile(x, it=g.stack(x["a"], 7.0, x["a"] + 1), truth=g.number(truths))
    assert made(ROWS)["it"].tolist() == [[1, 7, 2], [2, 7, 3]]
    assert made(ROWS)["truth"].tolist() == [[0, 1], [1, 1]]


def test_a_column_that_is_not_there_is_told_when_the_graph_is_made(x: g.Columns) -> None:
    with pytest.raises(FileError, match="there is no column d"):
        g.compile(x, it=x["d"] + 1, other=x["a"])
    with pytest.raises(FileError, match="it takes number, and gets text"):
        g.compile(x, it=g.stack(x["a"], x["c"]))


def test_some_columns_by_a_list_of_names(x: g.Columns) -> None:
    assert list(x[["b", "a"]]) == list(x.only(["b", "a"])) == ["b", "a"]
    assert x[["b", "a"]].numeric.names == ("b", "a") and list(x.only("c")) == ["c"]
    with pytest.raises(FileError, match="there is no column d"):
        g.compile(x, it=x[["a", "d"]].numeric)


def test_a_column_is_taken_by_its_name(x: g.Columns) -> None:
    for wrong in (0, ("a", "b"), slice(None), None):
        with pytest.raises(InputError, match=r'is no name of a column: .*x\["a"\].*there are a, c, b'):
            x[wrong]  # type: ignore[call-overload]
