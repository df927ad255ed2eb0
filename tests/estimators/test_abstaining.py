"""A classifier that abstains: as right as promised on real rows, in each group, and what it refuses."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import cross_val_score

from examples.fetch import fetch
from shall.estimators import AbstainingClassifier, Learner

FEATURES = ["age", "education_num", "hours_per_week", "capital_gain", "sex", "relationship"]


@cache
def people() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """People up to 60, twice, and older ones."""
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 24_000).to_pandas()
    young = table[table["age"] <= 60]
    return young[:14_000], young[14_000:], table[table["age"] > 60]


def test_it_is_as_right_as_promised_and_sends_away_what_it_has_not_seen() -> None:
    train, fresh, old = people()
    model = AbstainingClassifier(Learner("lightgbm", rounds=60), risk=0.05, by="sex")
    model.fit(train[FEATURES], train["income"])
    answered = ~model.abstains(fresh[FEATURES])
    wrong = model.predict(fresh[FEATURES]) != fresh["income"]
    assert answered.mean() >= 0.45
    for sex in ("Male", "Female"):
        assert wrong[answered & (fresh["sex"] == sex)].mean() <= 0.05
    assert wrong.mean() > 0.1
    assert {one.code for one in model.rulings(old[FEATURES])} == {"unseen"}
    some = fresh[FEATURES][:50]
    assert [one.decision for one in model.rulings(some) if one.answered] == model.predict(some)[answered[:50]].tolist()


def test_digits_that_it_has_not_seen_are_found_by_their_pixels() -> None:
    table = pq.read_table(fetch("mnist") / "digits.parquet").to_pandas().sample(frac=1, random_state=0)
    X, label = table.drop(columns=["id", "label"]) / 255, table["label"].to_numpy()
    known, unknown = label < 8, label >= 8
    learner = LogisticRegression(C=0.01, max_iter=200)
    model = AbstainingClassifier(learner, risk=0.05).fit(X[known][:3000], label[known][:3000])
    old, new = model.rulings(X[known][3000:]), model.rulings(X[unknown])
    assert np.mean([one.code == "unseen" for one in old]) <= 0.08
    assert np.mean([one.code == "unseen" for one in new]) >= 0.35
    right = [one.decision == true for one, true in zip(old, label[known][3000:], strict=True) if one.answered]
    assert np.mean(right) >= 0.95 and len(right) >= 0.5 * len(old)
    assert np.mean([one.answered for one in new]) < 0.45          # of images it is no more than a help


def test_it_is_an_estimator_as_any_other() -> None:
    train, _, _ = people()
    X, y = train[FEATURES[:4]][:2000], train["income"][:2000]
    model = AbstainingClassifier(LogisticRegression(), coverage=0.9, alpha=0.1)
    assert clone(model).get_params()["coverage"] == 0.9
    assert cross_val_score(model, X, y, cv=2).mean() > 0.75


def test_what_it_cannot_be_made_of_is_refused() -> None:
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    with pytest.raises(ValueError, match="between 0 and 1"):
        AbstainingClassifier(LogisticRegression(), calibration_size=1.0).fit(X, y)
    with pytest.raises(ValueError, match="lie between 0 and 1"):
        AbstainingClassifier(LogisticRegression(), risk=0.0).fit(X, y)
    with pytest.raises(ValueError, match="predict_proba"):
        AbstainingClassifier(RidgeClassifier()).fit(X, y)
    with pytest.raises(ValueError, match="neither a column"):
        AbstainingClassifier(LogisticRegression(), by="sex").fit(X, y)
    few = AbstainingClassifier(LogisticRegression()).fit(X, y)
    assert few.abstains(X).all() and few.rulings(X)[0].code == "unsure"     # 8 rows promise nothing
