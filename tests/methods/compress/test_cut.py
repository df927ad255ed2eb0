"""Where all models of a graph come together, and what is left when nodes are replaced."""

import lightgbm
import numpy as np

from shall import graph as g
from shall.graph.compiled import Compiled
from shall.graph.kinds import Kind
from shall.graph.node import Node
from shall.methods import nodes as said
from shall.methods.compress import _cut

ROWS = np.random.default_rng(0).normal(size=(300, 3))


def trees(target):
    return lightgbm.LGBMRegressor(n_estimators=12, n_jobs=1, verbose=-1).fit(ROWS, target)


def ops(graph, places):
    return [graph.nodes[place].op for place in places]


def test_models_that_are_added_meet_at_their_sum():
    x = g.inputs({name: "number" for name in "abc"})
    both = g.predict(trees(ROWS[:, 0]), x.numeric) + g.predict(trees(ROWS[:, 1]), x.numeric) * 2.0
    graph = g.compile(x, score=said.chosen(x["a"] > 0.0, said.clipped(both, -1.0, 1.0), both)).graph
    found = _cut.waists(graph)
    assert ops(graph, found) == ["arithmetic"]                          # the rule looks at an input, so it stays
    assert len(_cut.models(graph)) == 2 and found[0] > max(_cut.models(graph))


def test_models_of_two_outputs_never_meet():
    x = g.inputs({name: "number" for name in "abc"})
    outputs = {"one": g.predict(trees(ROWS[:, 0]), x.numeric), "other": g.predict(trees(ROWS[:, 1]), x.numeric)}
    assert not _cut.waists(g.compile(x, **outputs).graph)


def test_what_is_replaced_goes_with_all_that_only_it_needed():
    x = g.inputs({name: "number" for name in "abc"})
    graph = g.compile(x, score=g.predict(trees(ROWS[:, 0]), x.numeric * 3.0) + 1.0).graph
    place = _cut.waists(graph)[0]
    number = next(place for place, node in enumerate(graph.nodes) if node.op == "numbers")
    more = [Node("pick", (number,), {"columns": (2,)}, Kind("number")),
            Node("elementwise", (place,), {"function": "absolute"}, Kind("number"))]
    found = _cut.spliced(graph, place, more).pruned()
    assert "trees" not in ops(found, range(len(found.nodes))) and found.inputs == graph.inputs
    assert (Compiled(found)._session({"numbers": ROWS})["score"][:, 0] == np.abs(ROWS[:, 2]) + 1.0).all()
