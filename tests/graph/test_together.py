from __future__ import annotations

import numpy as np
import onnx

from shall import graph as g
from shall.graph import onnx as written
from shall.graph import session
from shall.graph.simplified import simplified
from tests.graph.ops.agreeing import odd

X = odd(4)


def both(**outputs: g.Value) -> tuple[g.Compiled, list[str]]:
    """Compiled, and the same bits as of every node by itself; its operators."""
    x = g.inputs({name: "number" for name in "abcd"})
    made = g.compile(x, **{name: value(x) for name, value in outputs.items()})
    every = session.Session(written.emitted(made.graph, range(len(made.graph.nodes))))({"numbers": X})
    said = session.Session(made.onnx)({"numbers": X})
    for name, value in said.items():
        assert value.tobytes() == every[name].tobytes()
    return made, [node.op_type for node in onnx.load_from_string(made.onnx).graph.node]


def test_sigmoids_of_several_columns_are_one() -> None:
    made, ops = both(out=lambda x: g.mean(*(g.sigmoid(x[name] * 2) for name in "abcd")))
    assert ops.count("Exp") == ops.count("Reciprocal") == 1 and "Split" in ops
    assert len([node for node in simplified(made.graph).nodes if node.op == "elementwise"]) == 1


def test_those_that_need_one_another_stay_apart() -> None:
    def nested(x: g.Columns) -> g.Value:
        inner = g.sigmoid(x["a"])
        return g.sigmoid(inner + x["b"]) + g.sigmoid(x["c"]) + inner

    _, ops = both(out=nested)
    assert ops.count("Exp") == 2


def test_one_alone_and_wide_ones_stay() -> None:
    _, ops = both(out=lambda x: g.sigmoid(x["a"]), wide=lambda x: g.sigmoid(x.numeric))
    assert ops.count("Exp") == 2


def test_many_are_one_for_all() -> None:
    _, ops = both(**{f"out{place}": lambda x, place=place: g.sigmoid(x["abcd"[place % 4]] + place)
                     for place in range(11)})
    assert ops.count("Exp") == 1
    assert np.isfinite(X).any()
