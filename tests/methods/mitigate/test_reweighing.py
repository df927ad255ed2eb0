"""Reweighing on real rows: groups and labels become independent, and rates come nearer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shall.core.errors import InputError
from shall.methods.learn import logistic_regression
from shall.methods.mitigate.reweighing import fit, weights
from shall.methods.task import Target
from tests.methods.mitigate.conftest import SEXES, World, accuracy, rates, ratio

PARITY = Target("ratio", None, SEXES, 0.8)


def test_groups_and_labels_are_independent_in_the_weighted_rows(census: World) -> None:
    found = weights(census.train, (PARITY,))
    shares = [np.average(census.train.label[inside], weights=found[inside])
              for inside in PARITY.members(census.train).T]
    assert shares[0] == pytest.approx(shares[1])
    assert found.sum() == pytest.approx(len(found))
    assert census.train.label[PARITY.members(census.train)[:, 0]].mean() < 0.15     # as few women had the label before


def test_selection_rates_come_nearer_with_strength(census: World) -> None:
    found = [fit(census.train, (PARITY,), census.recipe, {"strength": strength}) for strength in (0.0, 1.0, 2.0)]
    ratios = [ratio(learned, census.new, PARITY) for learned in found]
    assert ratios[0] < 0.45 < ratios[1] < 0.75 < ratios[2]
    np.testing.assert_array_equal(found[0].probabilities(census.new.X), census.plain().probabilities(census.new.X))
    assert accuracy(found[2], census.new) > accuracy(found[0], census.new) - 0.03


def test_compas_comes_nearer_too(compas: World) -> None:
    ages = Target("ratio", None, ((("age_cat", "Less than 25"),), (("age_cat", "Greater than 45"),)), 0.8)
    before, after = compas.plain(), fit(compas.train, (ages,), compas.recipe, {"strength": 2.0})
    assert ratio(after, compas.new, ages) > ratio(before, compas.new, ages) + 0.05


def test_true_positive_rates_weigh_positive_rows_only(census: World) -> None:
    target = Target("difference", 1, SEXES, 0.05)
    found = weights(census.train, (target,))
    assert (found[census.train.label == 0] == 1).all()
    assert len(np.unique(found[census.train.label == 1])) == 2
    before, after = (rates(learned, census.new, target) for learned in (
        census.plain(), fit(census.train, (target,), census.recipe)))
    assert after[0] - after[1] > before[0] - before[1]                              # women gain


def test_another_learner_and_weights_of_the_rows(census: World) -> None:
    recipe = replace(census.recipe, learner="logistic_regression", fit=logistic_regression.fit)
    assert ratio(fit(census.train, (PARITY,), recipe), census.new, PARITY) > ratio(
        recipe(census.train.X, census.train.label), census.new, PARITY)
    doubled = replace(census.train, weight=np.where(census.train.label == 1, 2.0, 1.0))
    own = doubled.weight * weights(doubled, (PARITY,))
    shares = [np.average(doubled.label[inside], weights=own[inside]) for inside in PARITY.members(doubled).T]
    assert shares[0] == pytest.approx(shares[1])


@pytest.mark.parametrize("settings", [{"strength": -1.0}, {"strength": "much"}, {"power": 1.0}])
def test_settings_are_checked(census: World, settings: dict[str, float]) -> None:
    with pytest.raises(InputError, match="strength"):
        fit(census.train, (PARITY,), census.recipe, settings)
