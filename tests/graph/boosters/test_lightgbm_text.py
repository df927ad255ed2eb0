from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.graph.boosters import lightgbm_text
from tests.graph.boosters import edges

lightgbm = pytest.importorskip("lightgbm")
BINARY = {"objective": "binary"}
SMALL = {"min_data_per_group": 5, "cat_smooth": 1}
TARGET = edges.DIABETES_TARGET
SHARE = TARGET / TARGET.max()


def trained(x: Any, y: Any, rounds: int = 20, categories: Any = (), **params: Any) -> Any:
    told = {"verbose": -1, "num_threads": 1, "min_data_in_leaf": 5, **params}
    return lightgbm.train(told, lightgbm.Dataset(x, y, categorical_feature=list(categories)), rounds)


def read(booster: Any) -> Any:
    return lightgbm_text.read(booster.model_to_string().encode())


def holds(booster: Any, x: Any, more: tuple[float, ...] = (np.inf, -np.inf, 2.7, -0.5, 300.0)) -> None:
    """Raw scores are the same bits on every edge."""
    ours = read(booster)
    rows = edges.placed(ours, x, more)
    theirs = booster.predict(rows, raw_score=True).reshape(len(rows), -1)
    np.testing.assert_array_equal(edges.raw(ours, rows), theirs)


@pytest.mark.parametrize("params", [
    BINARY, BINARY | {"sigmoid": 2.0}, BINARY | {"use_missing": False}, BINARY | {"zero_as_missing": True},
    BINARY | {"boosting": "dart", "drop_rate": 0.5}, BINARY | {"boosting": "goss"},
    BINARY | {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, {"objective": "cross_entropy"},
    BINARY | {"boost_from_average": False}, BINARY | {"extra_trees": True}, BINARY | {"num_leaves": 200}],
    ids=lambda params: "-".join(map(str, params.values())))
def test_raw_scores_are_the_same_bits(params: dict[str, Any]) -> None:
    holds(trained(edges.HOLED, edges.CANCER_LABEL, **params), edges.HOLED)


@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
@pytest.mark.parametrize("boosting", ["gbdt", "dart"])
def test_several_classes(objective: str, boosting: str) -> None:
    booster = trained(edges.WINE, edges.WINE_LABEL, objective=objective, num_class=3, boosting=boosting)
    holds(booster, edges.WINE)
    assert read(booster).outputs == 3


@pytest.mark.parametrize("objective", [
    "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
    "cross_entropy_lambda"])
def test_every_objective_of_a_number(objective: str) -> None:
    holds(trained(edges.DIABETES, SHARE if "lambda" in objective else TARGET, objective=objective), edges.DIABETES)


def test_categories() -> None:
    x, y = edges.coded()
    booster = trained(x, y, 50, range(4), max_cat_threshold=300, **BINARY, **SMALL)
    assert (read(booster).settings["member"] >= 0).any()
    holds(booster, x, (np.inf, -np.inf, 2.7, -0.5, -0.999, 64.0, 65.0, 999.0, 1e9, 2.0**31, 1e300))


def test_timestamps_and_coordinates_keep_every_digit() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([1.7e9 + rng.integers(0, 10_000_000, 3000), rng.uniform(50, 60, 3000).round(6)])
    y = (x[:, 0] % 1000 > 500) ^ (x[:, 1] * 1e4 % 10 > 5)
    holds(trained(x, y.astype(int), 50, **BINARY), x)


@pytest.mark.parametrize("params", [
    {"objective": "regression"}, BINARY, {"objective": "multiclass", "num_class": 3},
    {"objective": "regression", "boosting": "dart", "drop_rate": 0.5}])
def test_trees_with_straight_lines(params: dict[str, Any]) -> None:
    label = edges.CANCER_LABEL + (edges.HOLED[:, 1] > 20) * (params["objective"] == "multiclass")
    booster = trained(edges.HOLED[:, :6], label, linear_tree=True, **params)
    assert read(booster).op == "linear_trees"
    holds(booster, edges.HOLED[:, :6], (1e300, -1e300))


def test_straight_lines_beside_categories() -> None:
    x, y = edges.coded()
    holds(trained(x, y, 20, range(2), linear_tree=True, **BINARY, **SMALL), x)


def test_the_best_round_of_early_stopping_is_the_last() -> None:
    half = np.arange(len(edges.HOLED)) % 2 == 0
    data = lightgbm.Dataset(edges.HOLED[half], edges.CANCER_LABEL[half])
    booster = lightgbm.train({"verbose": -1, "learning_rate": 0.5, **BINARY}, data, 200, callbacks=[
        lightgbm.early_stopping(5, verbose=False)], valid_sets=[
        lightgbm.Dataset(edges.HOLED[~half], edges.CANCER_LABEL[~half], reference=data)])
    assert 1 < booster.best_iteration < 200
    holds(booster, edges.HOLED)
    booster.best_iteration -= 1             # fewer than there are
    holds(booster, edges.HOLED)


def test_trees_that_are_only_a_leaf() -> None:
    holds(trained(edges.WINE[:10], edges.WINE_LABEL[:10], objective="regression", min_data_in_leaf=50), edges.WINE)
    holds(trained(edges.WINE, np.ones(len(edges.WINE)), **BINARY), edges.WINE)


def test_what_stands_around_the_trees() -> None:
    ours = read(trained(edges.CANCER, edges.CANCER_LABEL, 3, objective="binary", sigmoid=0.7, boosting="rf",
                        bagging_freq=1, bagging_fraction=0.5))
    assert (ours.made_by, ours.objective, ours.link) == ("lightgbm", "binary", "sigmoid")
    assert (ours.scale, ours.divisor) == (0.7, 3)
    assert ours.width == 30 and ours.names[0] == "Column_0" and ours.listed == ()
    squared = read(trained(edges.DIABETES, TARGET, 3, objective="regression", reg_sqrt=True))
    assert squared.link == "signed_square"


def text() -> str:
    x, y = edges.coded()
    return str(trained(x, y, 3, range(4), num_leaves=5, **BINARY, **SMALL).model_to_string())


@pytest.mark.parametrize(("old", "new", "why"), [
    ("tree\n", "three\n", "first line"), ("end of trees", "end", "cut off"), ("Tree=1", "Tree=7", "called"),
    ("num_leaves=5", "num_leaves=6", "not 5"), ("num_leaves=5", "num_leaves=-1", "1 to"),
    ("num_leaves=5", "num_leaves=x", "whole number"),
    ("num_tree_per_iteration=1", "num_tree_per_iteration=2", "round"),
    ("max_feature_idx=4", "max_feature_idx=0", "columns that it does not have"),
    ("max_feature_idx=4", "max_feature_idx=99999999999", "999,999"),
    ("leaf_value=", "leaf_value=nan ", "as leaf"),
    ("left_child=", "left_child=0 ", "as left_child"), ("cat_boundaries=0", "cat_boundaries=5", "damaged sets"),
    ("pandas_categorical:null", "pandas_categorical:[[", "not JSON"),
    ("pandas_categorical:null", "pandas_categorical:[[[1]]]", "neither text"),
    ("pandas_categorical:null", "pandas_categorical:" + "[" * 100_000, "not JSON")])
def test_a_damaged_text_is_a_clear_error(old: str, new: str, why: str) -> None:
    told = text()
    assert old in told
    lightgbm_text.read(told.encode())
    with pytest.raises(DataError, match=why):
        lightgbm_text.read(told.replace(old, new, 1).encode())


def test_a_circle_of_children_is_refused() -> None:
    told = text()
    line = next(line for line in told.splitlines() if line.startswith("left_child="))
    circle = "left_child=" + " ".join(["0"] * len(line.partition("=")[2].split()))
    with pytest.raises(DataError, match="damaged"):
        lightgbm_text.read(told.replace(line, circle, 1).encode())


def test_a_column_that_is_read_in_two_ways_is_refused() -> None:
    told = trained(edges.HOLED, edges.CANCER_LABEL, 5, zero_as_missing=True, **BINARY).model_to_string()
    line = next(line for line in told.splitlines() if line.startswith("decision_type="))
    other = "decision_type=" + " ".join("0" for _ in line.partition("=")[2].split())
    with pytest.raises(DataError, match="0 as missing in some trees and not in others"):
        lightgbm_text.read(told.replace(line, other, 1).encode())


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(DataError, match="UTF-8"):
        lightgbm_text.read(b"tree\n\xff\xfe")
    assert lightgbm_text.takes(b"tree\r\nversion=v4") and not lightgbm_text.takes(b'{"learner"')


def test_lines_may_end_as_on_windows() -> None:
    told = text()
    again = lightgbm_text.read(told.replace("\n", "\r\n").encode())
    np.testing.assert_array_equal(again.settings["value"], lightgbm_text.read(told.encode()).settings["value"])
