"""Blocks of a graph: what each gives, and that steps which belong together become one without a circle."""

from __future__ import annotations

import numpy as np

from shall import graph as g
from shall.graph.blocks import Blocks, condensed, merged
from shall.graph.proof import Watched
from shall.graph.value import Value
from tests.runtimes import made


def chain(steps: int) -> g.Compiled:
    x = g.inputs({"a": "number", "b": "number"})
    value, other = x["a"], x["b"]
    for step in range(steps):
        value = value * (1.0 + step) + 0.5
        other = other - value if step % 3 == 0 else other
    return g.compile(x, score=Value("elementwise", (value,), {"function": "sigmoid"}), other=other)


def test_every_block_gives_what_its_node_says():
    graph = made.loans().graph
    blocks = merged(Blocks(graph).found)
    assert {name for block in blocks for name in block.inputs} == {"age", "pay", "city", "day"}
    assert all(block.nodes for block in blocks if block.what != "input")
    packed = {"numbers": np.array([[41.0, 2.0, 1.7e15]]), "texts": np.array([["Ulm"]], dtype=object)}
    values = Watched(graph)(packed)
    outputs = {block.title: values[block.nodes[0]][0, 0] for block in blocks if block.what == "output"}
    assert outputs["decision"] == "yes" and 0.5 <= outputs["score"] <= 1


def test_steps_between_the_same_ends_become_one():
    blocks = merged(Blocks(chain(9).graph).found)
    few = condensed(blocks)
    assert len(few) < len(blocks) / 2 and [block.what for block in few].count("output") == 2
    assert all(before < place for place, block in enumerate(few) for before in block.before), "no circle"
    assert all(block.layer > few[before].layer for block in few for before in block.before)
    inputs = [block.title for block in few if block.what == "input"]
    assert inputs == ["a", "b"]


def test_what_needs_what_is_kept():
    blocks = merged(Blocks(chain(6).graph).found)
    few = condensed(blocks)

    def behind(some, title):
        waiting, found = [place for place, block in enumerate(some) if block.title == title], set()
        while waiting:
            place = waiting.pop()
            found.add(some[place].title) if some[place].what == "input" else None
            waiting += some[place].before
        return found

    for title in ("score", "other"):
        assert behind(few, title) == behind(blocks, title)
