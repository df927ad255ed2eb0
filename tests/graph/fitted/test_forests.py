from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from shall.core.errors import InputError
from shall.graph import inputs, predict
from tests.graph.fitted import real
from tests.graph.fitted.agreeing import differences


def _on_thresholds(trees: Any, names: Any) -> Any:
    """Rows at each threshold, at the next numbers of both precisions, and half of a float32 step beside it."""
    rows = []
    for tree in trees:
        for feature, threshold in zip(tree.feature, tree.threshold, strict=True):
            if feature >= 0:
                near = np.float32(threshold)
                step = float(np.nextafter(near, np.float32(np.inf))) - float(near)
                values = [threshold, *np.nextafter(threshold, [-np.inf, np.inf]), float(near), near + step, near - step,
                          threshold + step / 2, threshold - step / 2, near + step / 2, near - step / 2]
                for value in values:
                    row = np.zeros(len(names))
                    row[feature] = value
                    rows.append(row)
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize("model", [DecisionTreeClassifier(random_state=0), RandomForestClassifier(15, random_state=0)])
def test_rows_on_a_threshold_go_the_same_way(model: Any) -> None:
    rows, label, _ = real.cancer()
    model.fit(rows * 1.1, label)
    trees = [one.tree_ for one in getattr(model, "estimators_", [model])]
    found = differences(model, _on_thresholds(trees, rows.columns))
    assert set(found.values()) == {0.0}


def test_missing_numbers_that_training_never_saw() -> None:
    rows, label, other = real.cancer()
    model = RandomForestClassifier(10, random_state=0).fit(rows, label)
    assert set(differences(model, real.with_missing(other)).values()) == {0.0}


def test_unusual_rows_have_the_same_mark() -> None:
    rows, _, other = real.cancer()
    found = differences(IsolationForest(n_estimators=20, max_features=5, random_state=0).fit(rows), other)
    assert found["predict"] == 0 and found["decision_function"] < 1e-12


def test_several_targets_are_refused() -> None:
    rows, label, _ = real.cancer()
    model = RandomForestClassifier(3).fit(rows, np.column_stack([label, label]))
    with pytest.raises(InputError, match="several targets"):
        predict(model, inputs(dict.fromkeys(rows, "number")))
