from __future__ import annotations

import numpy as np
import pytest

from shall import graph as g
from shall.graph import onnx, session, written
from shall.graph.simplified import simplified

X = np.random.default_rng(0).normal(size=(50, 4))
X[3, 2] = np.nan


def inputs() -> g.Columns:
    return g.inputs({"a": "number", "b": "number", "c": "number", "d": "number"})


def ops(compiled: g.Compiled) -> list[str]:
    return [node.op for node in simplified(compiled.graph).nodes]


def same_bits(compiled: g.Compiled) -> None:
    """The shipped model and the one with every node as it was written."""
    every = session.Session(onnx.emitted(compiled.graph, range(len(compiled.graph.nodes))))({"numbers": X})
    said = session.Session(compiled.onnx)({"numbers": X})
    for name, value in said.items():
        assert value.tobytes() == every[name].tobytes()


def test_columns_that_are_picked_one_by_one_and_put_together_are_picked_at_once() -> None:
    x = inputs()
    made = g.compile(x, out=g.stack(*(x[name] + 0 for name in "a"), x["b"], x["c"], x["d"]))
    (last,) = [node for node in simplified(made.graph).nodes if node.op == "stack"]
    assert len(last.inputs) == 2
    same_bits(made)


def test_all_columns_in_their_places_need_no_node() -> None:
    x = inputs()
    made = g.compile(x, out=g.stack(*x.values()))
    assert ops(made) == ["numbers"]
    same_bits(made)


def test_a_pick_out_of_a_stack_goes_to_the_part_and_what_is_left_over_goes() -> None:
    x = inputs()
    both = g.stack(1 - x["a"], x["a"] * 2)
    made = g.compile(x, out=both[:, 1] + 1)
    assert ops(made).count("stack") == 0 and ops(made).count("arithmetic") == 2
    same_bits(made)


def test_a_pick_of_a_pick_and_through_what_works_on_each_column() -> None:
    x = inputs()
    made = g.compile(x, out=g.number(g.isna(x.numeric))[:, [2, 0]][:, 0] + 1)
    found = [node for node in simplified(made.graph).nodes if node.op == "pick"]
    assert [tuple(node.settings["columns"]) for node in found] == [(2,)]
    assert all(node.kind.width == 1 for node in simplified(made.graph).nodes if node.op in ("cast", "is_missing"))
    same_bits(made)


@pytest.mark.parametrize("columns", [[0, 0, 1], [3, 2, 1, 0], [1], slice(1, 3)])
def test_any_columns_of_anything(columns: object) -> None:
    x = inputs()
    nested = g.stack(g.stack(x["d"], x["a"] + x["b"]), g.stack(x["c"], x["c"]))
    made = g.compile(x, out=nested[:, columns], again=nested)
    same_bits(made)


def test_the_same_json_gives_the_same_bytes() -> None:
    x = inputs()
    made = g.compile(x, out=g.stack(x["b"], x["a"])[:, 1] * 2, other=x["a"] * 2)
    assert onnx.emitted(written.read(made.json)) == made.onnx
