"""A mitigation alone, on real rows: what it moves, and what it refuses."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.estimators import Mitigated

FAIR = "ratio of selection_rate over sex >= 0.80"
Rows = tuple[pd.DataFrame, pd.Series, pd.DataFrame]


@pytest.fixture(scope="module")
def adult() -> Rows:
    table = pq.read_table(fetch("adult") / "train.parquet").to_pandas().sample(14_000, random_state=1)
    income = table.pop("income")
    return table.drop(columns=["sex", "race"]), income, table[["sex"]]


def reached(adult: Rows, **parts: Any) -> tuple[Mitigated, float, float]:
    """Ratio of the selection rates and accuracy on fresh rows."""
    X, y, who = adult
    one = Mitigated(FAIR, settings={"lightgbm.rounds": 60}, **parts).fit(X[:8000], y[:8000],
                                                                         sensitive_features=who[:8000])
    decided, sex = one.predict(X[8000:]), who["sex"][8000:]
    rates = [(decided[sex == name] == ">50K").mean() for name in ("Female", "Male")]
    return one, min(rates) / max(rates), float((decided == y[8000:]).mean())


def test_each_method_alone_moves_the_rates(adult: Rows) -> None:
    plain, before, accuracy = reached(adult, adjust="")
    assert before < 0.4 and not plain.found_ and len(plain.tried_) == 1
    _, after, _ = reached(adult, adjust="", mitigate="reweighing")
    assert after > before + 0.1
    blind, fair, price = reached(adult, adjust="plug_in")
    assert fair > 0.7 and blind.found_ and price > accuracy - 0.03
    assert blind.best_estimator_.model.rule.events and sum(one.chosen for one in blind.tried_) == 1


def test_what_is_no_method_is_told(adult: Rows) -> None:
    X, y, who = adult
    for parts, message in (
            ({"mitigate": "prayer"}, "mitigate='prayer': there is no such method; there are: .*reweighing"),
            ({"adjust": "lightgbm"}, "adjust='lightgbm': there is no such method"),
            ({"settings": {"xgboost.rounds": 3}}, "xgboost.rounds is of no method that is used"),
            ({"settings": {"lightgbm.leaves": 3}}, "lightgbm could not be learned: .*there is no setting leaves")):
        with pytest.raises(ValueError, match=message):
            Mitigated(FAIR, **parts).fit(X[:500], y[:500], sensitive_features=who[:500])
    with pytest.raises(ValueError, match="Only binary classification is supported"):
        Mitigated().fit(X[:500], pd.Series(range(500)) % 3)
