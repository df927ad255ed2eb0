from __future__ import annotations

import lightgbm
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from shall import graph as g
from shall.graph import asked

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2000, 5))
Y = 3 * X[:, 3] + X[:, 1] + RNG.normal(size=2000) > 0
NAMES = [f"x{place}" for place in range(5)]
TREES = lightgbm.LGBMClassifier(n_estimators=10, max_depth=2, verbose=-1)


def made(model: object, values: object = None, texts: bool = False) -> g.Compiled:
    x = g.inputs({**({"t": "text"} if texts else {}), **dict.fromkeys(NAMES, "number")})
    features = g.Columns({name: x[name] for name in NAMES}) if values is None else values(x)    # type: ignore[operator]
    return g.compile(x, p=g.predict_proba(model, features)[:, 1])


def test_columns_that_are_asked_most_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "FEWEST", 1)
    found = asked.most_asked(made(TREES.fit(X, Y), texts=True).graph)
    assert found[:2] == (3, 1) and len(set(found)) == len(found) <= 5
    scaled = make_pipeline(StandardScaler(), TREES).fit(X, Y)
    assert asked.most_asked(made(scaled).graph)[:2] == (3, 1)


def test_what_is_made_of_a_number_counts_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "FEWEST", 1)
    other = np.column_stack([np.exp(X[:, 3]), X[:, 1]])
    graph = made(TREES.fit(other, Y), lambda x: g.Columns({"e": g.exp(x["x3"]), "b": x["x1"]})).graph
    assert asked.most_asked(graph) == (3, 1)


def test_few_splits_want_no_order() -> None:
    assert asked.most_asked(made(TREES.fit(X, Y)).graph) == ()


def test_trees_over_texts_alone_want_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "FEWEST", 1)
    x = g.inputs({"t": ["a", "b", "c"], "x0": "number"})
    codes = RNG.integers(0, 3, 2000)
    model = TREES.fit(codes[:, None].astype(float), codes == 1)
    coded = g.Columns({"t": g.where(x["t"] == "a", 0.0, g.where(x["t"] == "b", 1.0, 2.0))})
    graph = g.compile(x, p=g.predict_proba(model, coded)[:, 1]).graph
    assert asked.most_asked(graph) == ()
