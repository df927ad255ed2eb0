"""The reductions approach on real rows, with two learners; and its mixture as one deterministic model."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from shall import registry
from shall.core.errors import InputError
from shall.methods.blend import Blend, learned_of
from shall.methods.learn import logistic_regression
from shall.methods.mitigate.reductions import fit
from shall.methods.task import Recipe, Target
from tests.methods.mitigate.conftest import SEXES, World, accuracy, rates, ratio

PARITY = Target("ratio", None, SEXES, 0.8)
FEW = {"rounds": 12}


@pytest.fixture(scope="module")
def regression(census: World) -> Recipe:
    return replace(census.recipe, learner="logistic_regression", fit=logistic_regression.fit)


def test_selection_rates_of_boosted_trees(census: World) -> None:
    quick = replace(census.recipe, settings={"rounds": 40})
    found = fit(census.train, (PARITY,), quick, FEW)
    assert ratio(census.plain(), census.new, PARITY) < 0.45
    assert ratio(found, census.new, PARITY) > 0.75
    assert accuracy(found, census.new) > 0.82


def test_the_mixture_is_deterministic_and_comes_back(census: World, regression: Recipe) -> None:
    found, again = (fit(census.train, (PARITY,), regression, FEW) for _ in range(2))
    assert isinstance(found, Blend)
    assert sum(found.weights) == pytest.approx(1)
    assert found.content() == again.content()
    back = learned_of(found.content(), "logistic_regression", partial(registry.find, "methods"))
    np.testing.assert_array_equal(back.probabilities(census.new.X), found.probabilities(census.new.X))
    assert ratio(found, census.new, PARITY) > 0.75


def test_a_looser_bound_moves_less(census: World, regression: Recipe) -> None:
    gap = Target("difference", None, SEXES, 0.1)
    tight, loose = (np.ptp(rates(fit(census.train, (gap,), regression, {"bound": bound}), census.new, gap))
                    for bound in (0.5, 2.0))
    assert tight < loose < np.ptp(rates(regression(census.train.X, census.train.label), census.new, gap))


def test_true_and_false_positive_rates(compas: World) -> None:
    both = (Target("difference", 1, SEXES, 0.05), Target("difference", 0, SEXES, 0.05))
    recipe = replace(compas.recipe, learner="logistic_regression", fit=logistic_regression.fit, settings={})
    before, after = recipe(compas.train.X, compas.train.label), fit(compas.train, both, recipe)
    widest = [max(np.ptp(rates(learned, compas.train, target)) for target in both) for learned in (before, after)]
    assert widest[1] < widest[0] / 2
    assert accuracy(after, compas.new) > 0.55


def test_what_it_cannot_take_is_said(census: World, regression: Recipe) -> None:
    level = Target("least", None, SEXES, 0.1)
    with pytest.raises(InputError, match="takes one ratio or difference"):
        fit(census.train, (level,), regression)
    with pytest.raises(InputError, match="takes one ratio or difference"):
        fit(census.train, (PARITY, Target("ratio", 1, SEXES, 0.8)), regression)
    with pytest.raises(InputError, match="bound"):
        fit(census.train, (PARITY,), regression, {"bound": 0})
    with pytest.raises(InputError, match="rounds"):
        fit(census.train, (PARITY,), regression, {"rounds": 1.5})
