"""A student in place of all models: it says nearly the same, and rules after it stay."""

import lightgbm
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LogisticRegression

from shall import graph as g
from shall.graph.compiled import Compiled
from shall.methods import nodes as said
from shall.methods.compress import distillation
from shall.methods.compress._parts import Rows


@pytest.fixture(scope="module")
def case():
    X, y = load_breast_cancer(return_X_y=True)
    X = X[:, :10]
    boosted = lightgbm.LGBMClassifier(n_estimators=80, num_leaves=15, n_jobs=1, verbose=-1).fit(X[:300], y[:300])
    straight = LogisticRegression(max_iter=5000).fit(X[:300], y[:300])
    x = g.inputs({f"x{place}": "number" for place in range(10)})
    p = (g.predict_proba(boosted, x.numeric)[:, 1] + g.predict_proba(straight, x.numeric)[:, 1]) / 2.0
    capped = said.chosen(x["x0"] > 20.0, said.clipped(p, 0.0, 0.3), p)
    return g.compile(x, score=capped, decision=said.number(capped >= 0.5)).graph, Rows({"numbers": X})


def answer(graph, rows):
    return Compiled(graph)._session(dict(rows.packed))


def test_students_say_nearly_the_same_with_ever_fewer_trees(case):
    graph, rows = case
    full = answer(graph, rows)
    found = list(distillation.candidates(graph, rows, 0, ((100, 15), (20, 7))))
    assert [one.said for one in found] == [f"distilled into {trees} leaves" for trees in ("100 trees of 15",
                                                                                          "20 trees of 7")]
    far = [float(np.abs(answer(one.graph, rows)["score"] - full["score"]).mean()) for one in found]
    assert far[0] < 0.02 and far[0] < far[1] < 0.06
    assert (answer(found[0].graph, rows)["decision"] == full["decision"]).mean() > 0.97
    sizes = [len(Compiled(one.graph).onnx) for one in found]
    assert sizes[1] < sizes[0]


def test_rules_after_the_models_stay(case):
    graph, rows = case
    large = rows.packed["numbers"][:, 0] > 20
    small = next(iter(distillation.candidates(graph, rows, 0, ((20, 7),)))).graph
    assert large.any() and answer(small, rows)["score"][large].max() <= 0.3
    assert [node.op for node in small.nodes].count("trees") == 1
    assert "linear" not in [node.op for node in small.nodes]


def test_a_number_is_distilled_as_a_number():
    random = np.random.default_rng(0)
    X = random.normal(size=(800, 3))
    y = 10 * X[:, 0] + X[:, 1] ** 2 - 40
    boosted = lightgbm.LGBMRegressor(n_estimators=150, n_jobs=1, verbose=-1).fit(X, y)
    x = g.inputs({name: "number" for name in "abc"})
    graph = g.compile(x, score=g.predict(boosted, x.numeric)).graph
    small = next(iter(distillation.candidates(graph, Rows({"numbers": X}), 0, ((60, 31),)))).graph
    full, found = (answer(one, Rows({"numbers": X}))["score"] for one in (graph, small))
    assert np.abs(full - found).mean() < 0.1 * full.std()


def test_nothing_where_there_is_no_model_or_it_says_one_thing(case):
    _, rows = case
    x = g.inputs({f"x{place}": "number" for place in range(10)})
    assert not list(distillation.candidates(g.compile(x, score=x["x0"] * 2.0).graph, rows))
    constant = lightgbm.LGBMRegressor(n_estimators=12, n_jobs=1, verbose=-1).fit(rows.packed["numbers"], np.ones(569))
    assert not list(distillation.candidates(g.compile(x, score=g.predict(constant, x.numeric)).graph, rows))


def test_classes_are_distilled_together():
    X, y = load_wine(return_X_y=True)
    boosted = lightgbm.LGBMClassifier(n_estimators=60, min_child_samples=5, n_jobs=1, verbose=-1).fit(X, y)
    x = g.inputs({f"x{place}": "number" for place in range(13)})
    graph, rows = g.compile(x, score=g.predict_proba(boosted, x.numeric)).graph, Rows({"numbers": X})
    small = next(iter(distillation.candidates(graph, rows, 0, ((30, 15),)))).graph
    full, found = (answer(one, rows)["score"] for one in (graph, small))
    assert np.allclose(found.sum(axis=1), 1) and found.shape == (178, 3)
    assert (full.argmax(axis=1) == found.argmax(axis=1)).mean() > 0.97
    assert len(Compiled(small).onnx) < len(Compiled(graph).onnx)
