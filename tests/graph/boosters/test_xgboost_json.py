from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.graph.boosters import xgboost_json
from tests.graph.boosters import edges

xgboost = pytest.importorskip("xgboost")
BINARY = {"objective": "binary:logistic"}
MULTI = {"objective": "multi:softprob", "num_class": 3}
TARGET = edges.DIABETES_TARGET


def matrix(x: Any, y: Any = None, types: Any = None, missing: float = np.nan) -> Any:
    return xgboost.DMatrix(x, y, feature_types=types, enable_categorical=True, missing=missing, nthread=1)


def trained(x: Any, y: Any, rounds: int = 20, types: Any = None, missing: float = np.nan, **params: Any) -> Any:
    return xgboost.train({"nthread": 1, "verbosity": 0, **params}, matrix(x, y, types, missing), rounds)


def read(booster: Any) -> Any:
    """Read from JSON, and from UBJSON: the same."""
    ours = xgboost_json.read(bytes(booster.save_raw("json")))
    binary = xgboost_json.read(bytes(booster.save_raw("ubj")))
    for name, setting in ours.settings.items():
        np.testing.assert_array_equal(binary.settings[name], setting)
    return ours


def holds(booster: Any, x: Any, types: Any = None, more: tuple[float, ...] = (2.7, -0.5), **missing: float) -> None:
    """Margins are the same bits on every edge."""
    ours = read(booster)
    rows = edges.placed(ours, x, more)
    theirs = booster.predict(matrix(rows, None, types, **missing), output_margin=True).reshape(len(rows), -1)
    np.testing.assert_array_equal(edges.raw(ours, rows, **missing), theirs)


@pytest.mark.parametrize("params", [
    BINARY, BINARY | {"scale_pos_weight": 3}, BINARY | {"base_score": 0.3},
    BINARY | {"booster": "dart", "rate_drop": 0.5},
    BINARY | {"booster": "dart", "rate_drop": 0.5, "normalize_type": "forest"}, {"objective": "binary:hinge"},
    {"objective": "binary:logitraw"}, BINARY | {"grow_policy": "lossguide", "max_leaves": 31, "max_depth": 0},
    BINARY | {"tree_method": "exact", "gamma": 5.0}, BINARY | {"max_depth": 12, "min_child_weight": 0},
    BINARY | {"num_parallel_tree": 5, "subsample": 0.6}, BINARY | {"booster": "gblinear"}],
    ids=lambda params: "-".join(map(str, params.values())))
def test_margins_are_the_same_bits(params: dict[str, Any]) -> None:
    holds(trained(edges.HOLED, edges.CANCER_LABEL, **params), edges.HOLED)


@pytest.mark.parametrize("params", [
    MULTI, MULTI | {"booster": "dart", "rate_drop": 0.5}, MULTI | {"num_parallel_tree": 3, "subsample": 0.7},
    {"objective": "multi:softmax", "num_class": 3}, MULTI | {"booster": "gblinear"}])
def test_several_classes(params: dict[str, Any]) -> None:
    holds(trained(edges.WINE, edges.WINE_LABEL, **params), edges.WINE)


@pytest.mark.parametrize("objective", [
    "reg:squarederror", "count:poisson", "reg:gamma", "reg:tweedie", "reg:absoluteerror", "reg:pseudohubererror",
    "reg:squaredlogerror", "reg:logistic", "rank:pairwise", "survival:cox"])
def test_every_objective_of_a_number(objective: str) -> None:
    y = TARGET / TARGET.max() if objective == "reg:logistic" else TARGET
    holds(trained(edges.DIABETES, y, objective=objective), edges.DIABETES)


def test_several_quantiles() -> None:
    holds(trained(edges.DIABETES, TARGET, objective="reg:quantileerror", quantile_alpha=[0.1, 0.9]), edges.DIABETES)


def test_a_number_that_stands_for_missing() -> None:
    x = np.where(np.isnan(edges.HOLED), -1.0, edges.HOLED)
    holds(trained(x, edges.CANCER_LABEL, missing=-1.0, **BINARY), x, missing=-1.0)


def test_categories() -> None:
    x, y = edges.coded()
    types = ["c", "c", "c", "c", "q"]
    booster = trained(x, y, 50, types, max_cat_to_onehot=4, **BINARY)
    assert (read(booster).settings["member"] >= 0).any()
    holds(booster, x, types, (0.5, 2.7, -0.5, 64.0, 65.0, 999.0, 1e9, 2.0**24))


def test_the_best_round_counts_unless_all_are_asked_for() -> None:
    half = np.arange(len(edges.HOLED)) % 2 == 0
    inside, outside = (matrix(edges.HOLED[part], edges.CANCER_LABEL[part]) for part in (half, ~half))
    params = {"verbosity": 0, "eta": 0.9, "num_parallel_tree": 2, "subsample": 0.5, **BINARY}
    booster = xgboost.train(params, inside, 200,
                            evals=[(outside, "valid")], early_stopping_rounds=5, verbose_eval=False)
    content = bytes(booster.save_raw("json"))
    best, every = xgboost_json.read(content), xgboost_json.read(content, best_only=False)
    rows = matrix(edges.HOLED)
    assert booster.best_iteration + 1 < booster.num_boosted_rounds()
    theirs = booster.predict(rows, output_margin=True, iteration_range=(0, booster.best_iteration + 1))
    np.testing.assert_array_equal(edges.raw(best, edges.HOLED)[:, 0], theirs)
    np.testing.assert_array_equal(edges.raw(every, edges.HOLED)[:, 0], booster.predict(rows, output_margin=True))


def test_what_stands_around_the_trees() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"age": [1.0, 2, 3, 4] * 9})
    frame["city"] = pandas.Categorical(["Oslo", "Bergen", "Roros", None] * 9)
    ours = read(xgboost.train({"verbosity": 0, **BINARY}, matrix(frame, [0, 1] * 18), 3))
    assert (ours.objective, ours.link, ours.precision, ours.names) == ("binary:logistic", "sigmoid", "single", (
        "age", "city"))
    assert ours.categories == {1: ("Bergen", "Oslo", "Roros")}


def test_names_beyond_ascii_are_lost_and_not_guessed() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"city": pandas.Categorical(["Oslo", "Bergen", "Ås", "Ås"] * 9)})
    assert read(xgboost.train({"verbosity": 0, **BINARY}, matrix(frame, [0, 1] * 18), 3)).categories == {0: ()}


def test_the_format_of_dart_since_version_3_3() -> None:
    booster = trained(edges.WINE, edges.WINE_LABEL, booster="dart", rate_drop=0.5, **MULTI)
    told = json.loads(booster.save_raw("json"))
    old = told["learner"]["gradient_booster"]
    told["learner"]["gradient_booster"] = {"name": "gbtree", "model": old["gbtree"]["model"] | {
        "weight_drop": old["weight_drop"]}}
    told["version"] = [3, 4, 1]
    again = xgboost_json.read(json.dumps(told).encode())
    np.testing.assert_array_equal(again.settings["value"], read(booster).settings["value"])


def changed(*path: Any, to: Any) -> bytes:
    x, y = edges.coded()
    told = json.loads(trained(x, y, 3, ["c", "c", "c", "c", "q"], max_depth=3, **BINARY).save_raw("json"))
    here = told
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = to
    return json.dumps(told).encode()


TREE = ("learner", "gradient_booster", "model", "trees", 0)
MODEL = ("learner", "learner_model_param")


@pytest.mark.parametrize(("path", "to", "why"), [
    (("learner",), 1, "no 'learner'"), (("version",), [9, 0, 0], "not known"), (("version",), "x", "not known"),
    ((*TREE, "left_children"), [0] * 15, "damaged|one child"), ((*TREE, "left_children"), [], "one child|no node|not"),
    ((*TREE, "right_children"), [99] * 15, "one child|damaged"), ((*TREE, "split_indices"), [7] * 15, "column 7"),
    ((*TREE, "split_conditions"), ["x"] * 15, "no numbers"), ((*TREE, "categories"), [2**30], "damaged categories"),
    ((*TREE, "categories_nodes"), [99], "and not 1|damaged"),
    ((*TREE, "tree_param"), {"size_leaf_vector": "3"}, "several"),
    ((*MODEL, "num_feature"), "1", "column"), ((*MODEL, "num_feature"), 10**12, "1,000,000"),
    ((*MODEL, "base_score"), "2", "no probability"), ((*MODEL, "base_score"), "x", "no model"),
    ((*MODEL, "num_class"), -1, "0 to"), (("learner", "gradient_booster", "name"), "gbforest", "gbforest"),
    (("learner", "gradient_booster", "model", "tree_info"), [3, 3, 3], "output 3 of 1"),
    (("learner", "objective"), {}, "name")])
def test_a_damaged_model_is_a_clear_error(path: Any, to: Any, why: str) -> None:
    with pytest.raises(DataError, match=why):
        xgboost_json.read(changed(*path, to=to))


def test_children_that_go_in_a_circle_are_refused() -> None:
    told = json.loads(changed("note", to=1))
    tree = told["learner"]["gradient_booster"]["model"]["trees"][0]
    tree["left_children"][1] = 0
    with pytest.raises(DataError, match=r"damaged children|several parents"):
        xgboost_json.read(json.dumps(told).encode())


@pytest.mark.parametrize("content", [
    b"", b"{", b"{}", b"[" * 200_000, b'{"learner":' * 100_000, b"{L", b"{i\x07learner{", b"{$U#l\x7f\xff\xff\xff",
    b"{i\x01a[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff", b"{i\x01a[$T#l\x7f\xff\xff\xff", b"{" + b"i\x01a[" * 1000])
def test_bytes_that_are_no_model(content: bytes) -> None:
    with pytest.raises(DataError):
        xgboost_json.read(content)
