"""The gate keeps its promise, and two graphs answer as one."""

import lightgbm
import numpy as np
import pytest
from sklearn.datasets import make_classification

from shall import graph as g
from shall.graph.compiled import Compiled, load
from shall.methods import nodes as said
from shall.methods.compress import early_exit
from shall.methods.compress._parts import Rows


@pytest.fixture(scope="module")
def case():
    X, y = make_classification(6000, 8, n_informative=5, class_sep=1.5, random_state=0)
    boosted = lightgbm.LGBMClassifier(n_estimators=200, n_jobs=1, verbose=-1).fit(X[:2000], y[:2000])
    x = g.inputs({f"x{place}": "number" for place in range(8)})
    p = g.predict_proba(boosted, x.numeric)[:, 1]
    return g.compile(x, score=p, decision=said.number(p >= 0.5)).graph, X


def test_the_bound_is_broken_no_more_often_than_it_may_be():
    broken = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        distance = random.random(1500)
        otherwise = random.random(1500) < 0.3 * np.exp(-6 * distance)
        far, leaving = early_exit.gate(distance, otherwise, 0.01)
        assert leaving > 0
        broken += 0.05 * (np.exp(-6 * far) - np.exp(-6)) > 0.01          # the share of all rows, by the integral
    assert broken <= 16                                                 # of 200 at 5 %: 10 ± 3


def test_none_leaves_where_rows_are_few_or_all_are_decided_otherwise():
    assert early_exit.gate(np.ones(50), np.zeros(50, bool), 0.01)[1] == 0
    assert early_exit.gate(np.ones(5000), np.ones(5000, bool), 0.01)[1] == 0
    assert early_exit.gate(np.full(5000, np.nan), np.zeros(5000, bool), 0.01)[1] == 0


def test_two_graphs_answer_as_one(case, tmp_path):
    graph, X = case
    found = list(early_exit.candidates(graph, Rows({"numbers": X[2000:4000]})))
    assert found and all(one.first is not None for one in found)
    full, both = Compiled(graph), Compiled(found[-1].graph, first=Compiled(found[-1].first))
    rows = [dict(zip((f"x{place}" for place in range(8)), row, strict=True)) for row in X[4000:].tolist()]
    alone, said_of = full(rows), both(rows)
    assert (alone["decision"] == said_of["decision"]).mean() >= 0.98
    sure = Compiled(found[-1].first)(rows)["sure"]
    assert 0.2 < sure.mean() < 1 and (alone["score"][~sure] == said_of["score"][~sure]).all()
    again = load(both.save(tmp_path))
    for name, value in said_of.items():
        assert (np.concatenate([both(row)[name] for row in rows[:200]]) == value[:200]).all()
        assert (again(rows)[name] == value).all()


def test_nothing_without_a_decision(case):
    x = g.inputs({f"x{place}": "number" for place in range(8)})
    assert not list(early_exit.candidates(g.compile(x, score=x["x0"]).graph, Rows({"numbers": case[1]})))
