"""A small graph before the full one: who answers what, for any number of rows."""

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import DataError
from shall.graph.compiled import Compiled, load


def both():
    x = g.inputs({"a": "number", "city": "text"})
    full = g.compile(x, score=x["a"] * 2.0, known=x["city"].isin(["Oslo"]))
    first = g.compile(x, score=x["a"] * 0.0, known=~x["city"].isna(), sure=x["a"] > 0.0)
    return Compiled(full.graph, first=first)


def test_the_full_graph_answers_what_the_first_is_not_sure_of():
    rows = [{"a": a, "city": city} for a, city in ((1.0, "Bonn"), (-1.0, "Bonn"), (2.0, None), (float("nan"), "Oslo"))]
    said = both()(rows)
    assert said["score"][:3].tolist() == [0.0, -2.0, 0.0] and np.isnan(said["score"][3])
    assert said["known"].tolist() == [True, False, False, True]
    for row, score in zip(rows, said["score"], strict=True):
        np.testing.assert_array_equal(both()(row)["score"], [score])


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [-1.0, -2.0]])
def test_all_rows_or_none_are_sure(values):
    said = both()([{"a": a, "city": "Oslo"} for a in values])
    assert said["score"].tolist() == [0.0 if a > 0 else 2 * a for a in values]


def test_saved_and_read_again(tmp_path):
    place = both().save(tmp_path / "graph")
    assert sorted(one.name for one in place.iterdir()) == ["first.json", "first.onnx", "graph.json", "graph.onnx"]
    row = {"a": 3.0, "city": "Oslo"}
    assert load(place)(row)["score"].tolist() == [0.0]
    Compiled(both().graph).save(place)                      # the first graph of the older one goes
    assert load(place)(row)["score"].tolist() == [6.0]


def test_a_first_graph_of_other_outputs_is_refused():
    x = g.inputs({"a": "number"})
    full, first = g.compile(x, score=x["a"]), g.compile(x, other=x["a"], sure=x["a"] > 0.0)
    with pytest.raises(DataError, match="other outputs"):
        Compiled(full.graph, first=first)({"a": 1.0})
