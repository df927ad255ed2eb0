from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingRegressor, HistGradientBoostingClassifier, HistGradientBoostingRegressor

from shall import graph as g
from tests.graph.fitted import real
from tests.graph.fitted.agreeing import apart, differences, packed_rows, said_by_graph


def test_categories_that_a_frame_knew() -> None:
    rows, label, other = real.adult()
    typed, asked = (frame.astype(dict.fromkeys(real.TEXTS, "category")) for frame in (rows, other))
    model = HistGradientBoostingClassifier(max_iter=30).fit(typed, label)
    x = g.inputs_of(typed)
    said, _ = said_by_graph(g.predict_proba(model, x), x, packed_rows(other))
    assert apart(said, model.predict_proba(asked)) < 1e-12


def test_many_numbered_categories_some_missing_some_new() -> None:
    random = np.random.default_rng(0)
    rows = pd.DataFrame({"store": random.integers(0, 250, 4000).astype(float), "pay": random.normal(size=4000)})
    rows.loc[::17, "store"] = np.nan
    effect = random.normal(size=251)[rows["store"].fillna(250).astype(int)]
    model = HistGradientBoostingRegressor(max_iter=30, categorical_features=["store"]).fit(rows, effect + rows["pay"])
    asked = pd.DataFrame({"store": [*range(-2, 260), 3.5, np.nan], "pay": 0.0})
    assert set(differences(model, asked).values()) == {0.0}


@pytest.mark.parametrize(
    "model", [HistGradientBoostingRegressor(max_iter=20), GradientBoostingRegressor(n_estimators=20)])
def test_on_the_thresholds_the_sum_has_the_same_bits(model: HistGradientBoostingRegressor | GradientBoostingRegressor
                                                     ) -> None:
    rows, label, _ = real.diabetes()
    model.fit(rows, label)
    if isinstance(model, HistGradientBoostingRegressor):
        nodes = np.concatenate([tree.nodes for stage in model._predictors for tree in stage])
        splits = nodes[nodes["is_leaf"] == 0]
        at, columns = splits["num_threshold"], splits["feature_idx"]
    else:
        trees = [tree.tree_ for tree in model.estimators_[:, 0]]
        at = np.concatenate([tree.threshold[tree.feature >= 0] for tree in trees])
        columns = np.concatenate([tree.feature[tree.feature >= 0] for tree in trees])
    placed = np.repeat(rows.to_numpy()[:1], len(at) * 5, axis=0)
    values = np.column_stack([at, np.nextafter(at, -np.inf), np.nextafter(at, np.inf), at.astype(np.float32),
                              np.nextafter(at.astype(np.float32), np.float32(np.inf))])
    placed[np.arange(len(placed)), np.repeat(columns, 5)] = values.ravel()
    assert set(differences(model, pd.DataFrame(placed, columns=rows.columns)).values()) == {0.0}
