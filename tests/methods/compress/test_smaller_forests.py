import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from shall import graph as g
from shall.graph import forest as forests
from shall.graph.compiled import Compiled
from shall.graph.session import Session
from shall.methods.compress import smaller_forests
from shall.methods.compress._parts import Rows


def boosted(**settings):
    import lightgbm

    X, y = load_breast_cancer(return_X_y=True)
    return X, y, lightgbm.LGBMClassifier(n_estimators=120, num_leaves=7, verbose=-1, n_jobs=1, **settings)


def random_forest():
    from sklearn.ensemble import RandomForestClassifier

    X, y = load_digits(return_X_y=True)
    return X, y, RandomForestClassifier(40, max_depth=6, random_state=0)


def boosted_classes():
    import xgboost

    X, y = load_digits(return_X_y=True)
    return X, y, xgboost.XGBClassifier(n_estimators=20, max_depth=3, n_jobs=1)


def case(made):
    X, y, learner = made()
    learner.fit(X[::2], y[::2])
    x = g.inputs({f"x{place}": "number" for place in range(X.shape[1])})
    return g.compile(x, score=g.predict_proba(learner, x.numeric)).graph, X, y


def accuracy(graph, X, y):
    return float((Session(Compiled(graph).onnx)({"numbers": X[1::2]})["score"].argmax(axis=1) == y[1::2]).mean())


def leaves_of(graph):
    return sum(len(node.settings["value"]) for node in graph.nodes if node.op == "trees")


@pytest.mark.parametrize("made, lost", [(boosted, 0.02), (random_forest, 0.05), (boosted_classes, 0.08)])
@pytest.mark.parametrize("leaves", [1.0, 0.5])
def test_a_quarter_of_the_trees_for_hardly_an_answer(made, lost, leaves):
    graph, X, y = case(made)
    found = smaller_forests.smaller(graph, Rows({"numbers": X[::2]}), 0.25, leaves)
    assert leaves_of(found) < leaves_of(graph) * (0.35 if leaves == 1 else 0.2)
    assert accuracy(found, X, y) > accuracy(graph, X, y) - lost > 0.8


def test_fitted_leaves_come_nearer_to_the_whole_forest():
    graph, X, _ = case(boosted)
    place, = (place for place, node in enumerate(graph.nodes) if node.op == "trees")
    settings = graph.nodes[place].settings
    rows = Rows({"numbers": X[::2]})
    given, whole = (rows.values(graph, [graph.nodes[place].inputs[0], place]))
    fewer = smaller_forests.first(forests.of(settings), 30)
    reached = forests.leaves(fewer, given)
    before = fewer.value[reached].sum(axis=1, keepdims=True)
    after = smaller_forests.refitted(fewer, reached, whole)
    assert ((after.value[reached].sum(axis=1, keepdims=True) - whole) ** 2).mean() < ((before - whole) ** 2).mean() / 4


def test_leaves_that_say_the_same_become_one_and_nothing_changes():
    graph, X, _ = case(boosted)
    place, = (place for place, node in enumerate(graph.nodes) if node.op == "trees")
    one = forests.of(graph.nodes[place].settings)
    same = forests.Forest(**{**one.settings(), "value": np.ones_like(one.value)})
    less = smaller_forests.merged(same, np.ones(len(one.value)), 0.5)
    forests.check(less, X.shape[1])
    assert len(less.value) <= len(one.value) * 0.51
    np.testing.assert_array_equal(less.value[forests.leaves(less, X)], 1.0)


def test_a_graph_without_forests_has_no_candidate():
    x = g.inputs({"a": "number"})
    graph = g.compile(x, score=x.numeric * 2).graph
    assert list(smaller_forests.candidates(graph, Rows({"numbers": np.ones((20, 1))}))) == []


def test_a_share_stays_one():
    graph, X, _ = case(random_forest)
    for found in smaller_forests.candidates(graph, Rows({"numbers": X[:150]})):
        said = Session(Compiled(found.graph).onnx)({"numbers": X})["score"]
        assert said.min() >= 0 and said.max() <= 1
