from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from shall import graph as g
from shall.core.errors import FileError, InputError

P, AGE = np.array([0.1, 0.45, 0.55, 0.9, np.nan]), np.array([20.0, 30.0, np.nan, 70.0, 40.0])
CITY = ["Oslo", "Rome", None, "Bonn", "Oslo"]


def said(of: Callable[[g.Columns], g.Value]) -> Any:
    x = g.inputs({"p": "number", "age": "number", "city": ["Oslo", "Rome"]})
    return g.compile(x, it=of(x))({"p": P, "age": AGE, "city": CITY})["it"]


def same(one: Any, other: Any) -> bool:
    return np.array_equal(one, np.asarray(other, dtype=float), equal_nan=True)


def test_the_first_case_that_holds() -> None:
    found = said(lambda x: g.switch((x["age"] < 25, 1), (x["age"] < 60, x["p"]), (x["age"].isna(), 3), default=-1))
    assert same(found, [1, 0.45, 3, -1, np.nan])


def test_cases_of_a_text() -> None:
    assert same(said(lambda x: g.switch(x["city"], {"Oslo": 1, None: 2}, default=0)), [1, 0, 2, 0, 1])
    assert same(said(lambda x: g.switch(x["city"], {"Oslo": x["p"], "Rome": 2}, default=0)), [0.1, 2, 0, 0, np.nan])
    assert said(lambda x: g.switch((x["p"] > 0.5, "high"), default="low")).tolist() == [
        "low", "low", "high", "high", "low"]


@pytest.mark.parametrize(("of", "match"), [
    (lambda x: g.switch((x["age"] < 25, 1)), "no case where none of its conditions holds"),
    (lambda x: g.switch(x["city"], {"Oslo": 1}), "no case for Rome"),
    (lambda x: g.switch(x["city"], {"Oslo": 1, "Rome": 2}), "no case for a text that nobody saw"),
    (lambda x: g.switch(x["city"], {"Olso": x["p"]}, default=0), "did you mean 'Oslo'"),
    (lambda x: g.decide(x["p"], abstain=(0.6, 0.4))["decision"], "where nothing lies"),
    (lambda x: g.cap(x["p"], 0.5, when=x["age"]), "its condition is number")])
def test_rules_with_a_gap_are_a_fault(of: Any, match: str) -> None:
    with pytest.raises(FileError, match=match):
        said(of)


def test_guardrails() -> None:
    assert same(said(lambda x: g.cap(x["p"], 0.5)), [0.1, 0.45, 0.5, 0.5, np.nan])
    assert same(said(lambda x: g.cap(x["p"], 0.5, when=x["age"] > 60)), [0.1, 0.45, 0.55, 0.5, np.nan])
    assert same(said(lambda x: g.floor(x["p"], 0.5)), [0.5, 0.5, 0.55, 0.9, np.nan])
    assert same(said(lambda x: g.floor(x["p"], 0.5, when=x["city"] == "Oslo")), [0.5, 0.45, 0.55, 0.9, np.nan])
    assert same(said(lambda x: g.floor(x["p"] * 10)), [1, 4, 5, 9, np.nan])
    assert same(said(lambda x: g.veto(x["p"], x["city"] == "Oslo")), [0, 0.45, 0.55, 0.9, 0])


def test_a_score_card() -> None:
    found = said(lambda x: g.score_card((x["age"] < 25, -10), (x["city"].isin(["Oslo", None]), 15), base=600))
    assert same(found, [605, 600, 615, 600, 615])
    with pytest.raises(InputError):
        g.score_card()


def test_calibration_by_points_and_by_a_fitted_one() -> None:
    assert np.allclose(said(lambda x: g.calibrate(x["p"], [0, 1], [0.5, 1])), 0.5 + P / 2, equal_nan=True)
    fitted = IsotonicRegression(out_of_bounds="clip").fit([0.0, 0.2, 0.5, 0.8], [0.0, 0.3, 0.2, 0.9])
    assert np.allclose(said(lambda x: g.calibrate(x["p"], fitted))[:4], fitted.predict(P[:4]), atol=1e-15)


def test_a_model_over_scores() -> None:
    rows = np.column_stack([np.nan_to_num(P), np.nan_to_num(AGE)])
    final = LogisticRegression().fit(rows, [0, 1, 0, 1, 0])
    found = said(lambda x: g.stacking(final, g.impute(x["p"], 0), g.impute(x["age"], 0)))
    assert np.allclose(found, final.predict_proba(rows), atol=1e-15)
    with pytest.raises(InputError, match="not transform"):
        said(lambda x: g.stacking(final, x["p"], method="transform"))


def test_a_decision_and_where_it_abstains() -> None:
    x = g.inputs({"p": "number", "q": "number"})
    made = g.compile(x, score=x["p"], **g.decide(x["p"], at=0.5, abstain=(0.45, 0.6)))
    found = made({"p": P, "q": P})
    assert found["decision"].tolist() == [0, 0, 1, 1, 0]
    assert found["abstained"].tolist() == [False, False, True, False, True]
    named = g.compile(x, **g.decide(x["p"], at=0.45, labels=("no", "yes")))({"p": P, "q": P})
    assert named["decision"].tolist() == ["no", "yes", "yes", "yes", "no"]
    assert named["abstained"].tolist() == [False, False, False, False, True]
    with pytest.raises(FileError, match=r"decide: its labels are \[0, 1\], and a label is a text") as raised:
        g.compile(x, **g.decide(x["p"], labels=[0, 1]))  # type: ignore[list-item]
    assert "write labels=['0', '1']; without labels it decides 0, 1 and so on" in str(raised.value)
    several = g.compile(x, **g.decide(x.numeric, abstain=(0.0, 0.6)))({"p": [0.2, 0.9], "q": [0.5, 0.1]})
    assert several["decision"].tolist() == [1, 0] and several["abstained"].tolist() == [True, False]
