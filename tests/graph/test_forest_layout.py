from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np
import onnx
import pytest
import xgboost
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

from shall import graph as g
from shall.graph import forest, forest_layout
from shall.graph.ops import trees
from tests.graph.forests import ODD
from tests.graph.forests import forest as grown
from tests.graph.ops.agreeing import agree

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3000, 6))
X[RNG.random(X.shape) < 0.1] = np.nan
Y = (np.nan_to_num(X[:, 0]) + np.nan_to_num(X[:, 1]) ** 2 + RNG.normal(size=3000) > 0.8).astype(int)


def counted(seed: int, precision: str) -> forest.Forest:
    rng = np.random.default_rng(seed)
    one = grown(rng, sets=0, precision=precision)
    return replace(one, often_left=rng.random(len(one.feature)) < 0.6,
                   threshold=np.where(one.threshold == -np.inf, one.dtype(0.5), one.threshold) if one.strict
                   else one.threshold)


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("seed", range(8))
def test_every_row_reaches_the_leaf_that_it_reached(seed: int, precision: str) -> None:
    one = counted(seed, precision)
    x = np.random.default_rng(seed).choice(ODD, (800, 4)).astype(one.dtype)
    laid, sides = forest_layout.turned(one, 4)
    assert not laid.missing_left.any()
    found = forest.leaves(laid, forest_layout.copied(x, sides).astype(one.dtype))
    assert found.tolist() == forest.leaves(one, x).tolist()


def test_most_splits_where_most_rows_go_left_are_turned() -> None:
    one = replace(counted(0, "double"), threshold=RNG.normal(size=len(counted(0, "double").threshold)))
    laid, _ = forest_layout.turned(one, 4)
    assert np.array_equal(laid.left[one.often_left], one.right[one.often_left])
    assert np.array_equal(laid.left[~one.often_left], one.left[~one.often_left])


@pytest.mark.parametrize("change", [
    {"often_left": np.zeros(0, np.bool_)}, {"member": "some"}, {"strict": True, "threshold": "low"}])
def test_some_forests_stay_as_they_are(change: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest_layout, "FEWEST", 1)
    one = counted(1, "double")
    assert forest_layout.laid_out(one, 4)[0] is not one
    named = {"member": np.zeros_like(one.member), "threshold": np.full_like(one.threshold, -np.inf)}
    other = replace(one, **{name: named[name] if isinstance(value, str) else value for name, value in change.items()})
    assert forest_layout.laid_out(other, 4) == (other, (forest_layout.PLAIN,))
    monkeypatch.setattr(forest_layout, "FEWEST", 10_000)
    assert forest_layout.laid_out(one, 4)[0] is one


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("reading", [{}, {"missing": -1.0}, {"zero": np.array([False, True, True, False])}])
def test_it_is_the_same_in_both_engines_to_the_last_bit(precision: str, reading: dict[str, object],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest_layout, "FEWEST", 1)
    for seed in range(3):
        agree("trees", counted(seed, precision).settings() | reading,
              np.random.default_rng(seed).choice(ODD, (300, 4)))


@pytest.mark.parametrize("fitted", [
    lightgbm.LGBMClassifier(n_estimators=20, verbose=-1), xgboost.XGBClassifier(n_estimators=20),
    HistGradientBoostingClassifier(max_iter=20), RandomForestClassifier(20, max_depth=8)])
def test_the_rows_of_each_library_are_counted(fitted: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest_layout, "FEWEST", 1)
    fitted.fit(X, Y)                                            # type: ignore[attr-defined]
    x = g.inputs({f"x{place}": "number" for place in range(6)})
    made = g.compile(x, p=g.predict_proba(fitted, x)[:, 1])
    (node,) = [node for node in made.graph.nodes if node.op == "trees"]
    one = forest.of(node.settings)
    assert one.often_left.shape == one.feature.shape
    reached = forest.leaves(one, trees.read(X, node.settings))
    visits = np.bincount(reached.ravel(), minlength=len(one.value)).astype(float)
    inside = np.zeros(len(one.feature))
    for place in range(len(inside) - 1, -1, -1):
        sides = [visits[~side] if side < 0 else inside[side] for side in (one.left[place], one.right[place])]
        inside[place] = sum(sides)
    often = [(visits[~one.left[place]] if one.left[place] < 0 else inside[one.left[place]]) * 2 > inside[place]
             for place in range(len(inside))]
    assert (np.array(often) == one.often_left).mean() > 0.85    # XGBoost weighs rows, a random forest draws them
    (written,) = [node for node in onnx.load_from_string(made.onnx).graph.node if node.op_type == "TreeEnsemble"]
    assert "nodes_missing_value_tracks_true" not in [one.name for one in written.attribute]
    assert made({f"x{place}": X[:, place] for place in range(6)})["p"].shape == (3000,)


def test_an_older_graph_has_no_counts() -> None:
    settings = dict(counted(0, "double").settings())
    settings.pop("often_left")
    assert forest.of(settings).often_left.shape == (0,)
