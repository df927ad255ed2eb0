"""Every learner: by the rules of the kit, the same again, back to the last bit, and sound where rows are odd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall import registry
from shall.core.errors import DataError, InputError
from shall.methods.task import Recipe
from shall.testing import check_method
from tests.methods.learn.conftest import Split

LEARNERS = ("additive", "extra_trees", "hist_gradient_boosting", "lightgbm", "logistic_regression", "mlp", "ridge",
            "score_card", "xgboost")


WITHOUT = {"multiclass": ("ridge", "score_card"), "binary": ("ridge",)}


def found(name: str) -> Any:
    """Its module; skipped where it has nothing to learn with."""
    if name == "mlp":
        pytest.importorskip("torch")
    return registry.find("methods", name)


def of(kind: str) -> Any:
    """Every learner of a kind."""
    return pytest.mark.parametrize("name", [name for name in LEARNERS if name not in WITHOUT[kind]])


@pytest.fixture(scope="module", params=LEARNERS)
def learner(request: pytest.FixtureRequest) -> Any:
    return found(request.param)


def answers(learner: Any, learned: Any, X: Any) -> Any:
    return learned.values(X) if learner.KINDS == ("regressor",) else learned.probabilities(X)


def classes(learner: Any) -> int:
    return 0 if learner.KINDS == ("regressor",) else 2


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name == "mlp" else ())
                                  for name in LEARNERS])
def test_it_keeps_the_rules(name: str) -> None:
    check_method(found(name))


@pytest.mark.parametrize("name", LEARNERS)
def test_its_kinds_are_all_that_it_has(name: str) -> None:
    lacking = {kind for kind, names in WITHOUT.items() if name in names}
    assert set(found(name).KINDS) & set(WITHOUT) == set(WITHOUT) - lacking


def test_it_comes_back_to_the_last_bit(learner: Any, census: Split) -> None:
    recipe = Recipe(learner.__name__, learner.fit, census.sizes, classes(learner), seed=3)
    learned = recipe(census.X[:3000], census.y[:3000])
    says = answers(learner, learned, census.new)
    back = learner.load(learned.content())
    np.testing.assert_array_equal(answers(learner, back, census.new), says)
    assert back.content() == learned.content()
    assert recipe(census.X[:3000], census.y[:3000]).content() == learned.content()


@of("multiclass")
def test_several_classes(name: str, census: Split, adult: Any) -> None:
    learner = found(name)
    y = census.y + 2 * adult.female
    learned = learner.fit(census.X, y, census.sizes, classes=4)
    says = learned.probabilities(census.X)
    assert says.shape == (8000, 4)
    assert (says.argmax(axis=1) == y).mean() > 0.6
    assert learner.load(learned.content()).probabilities(census.X[:0]).shape == (0, 4)


@of("multiclass")
def test_a_class_that_no_row_has_is_unlikely(name: str, census: Split) -> None:
    learner = found(name)
    says = learner.fit(census.X, 2 * census.y, census.sizes, classes=4).probabilities(census.new)
    assert says[:, [1, 3]].max() < 0.05
    assert says[:, 2].mean() == pytest.approx(census.truth.mean(), abs=0.05)


@of("binary")
def test_one_class_is_nearly_certain(name: str, census: Split) -> None:
    learner = found(name)
    for label in (0, 1):
        same = np.full(2000, label)
        says = learner.fit(census.X[:2000], same, census.sizes).probabilities(census.new)
        assert says[:, label].min() > 0.99


def test_rows_that_weigh_nothing_are_not_there(learner: Any, census: Split) -> None:
    weight = (np.arange(8000) < 4000).astype(float)
    y = np.where(weight > 0, census.y, 1 - census.y)
    learned = learner.fit(census.X, y, census.sizes, classes=classes(learner), weight=weight)
    half = learner.fit(census.X[:4000], census.y[:4000], census.sizes, classes=classes(learner))
    says, should = (answers(learner, one, census.new) for one in (learned, half))
    assert np.abs(says - should).mean() < 0.06


@pytest.mark.parametrize(("weight", "message"), [
    (np.full(10, -1.0), "none below zero"), (np.zeros(10), "not all zero"), (np.full(10, np.nan), "one number a row"),
    (np.ones(9), "one number a row"),
])
def test_weights_that_cannot_be_are_refused(learner: Any, census: Split, weight: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        learner.fit(census.X[:10], census.y[:10], census.sizes, classes=classes(learner), weight=weight)


def test_no_row_and_missing_labels_are_refused(learner: Any, census: Split) -> None:
    with pytest.raises(DataError, match="no row"):
        learner.fit(census.X[:0], census.y[:0], census.sizes, classes=classes(learner))
    with pytest.raises(DataError, match="needs a label"):
        learner.fit(census.X[:9], census.y[:8], census.sizes, classes=classes(learner))


def test_settings_that_cannot_be_are_refused(learner: Any, census: Split) -> None:
    choice = learner.SPACE[0]
    for settings, message in (({"sorcery": 1}, "no setting sorcery; there are: "),
                              ({choice.name: choice.high * 2}, "must lie between"),
                              ({choice.name: "much"}, "number, not 'much'"),
                              ({choice.name: float("nan")}, "number, not nan")):
        with pytest.raises(InputError, match=message):
            learner.fit(census.X, census.y, census.sizes, classes=classes(learner), settings=settings)
