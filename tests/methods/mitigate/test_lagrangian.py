"""The Lagrangian on real rows: the constraint is reached in one training run, and the result is plain text."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shall.core.errors import InputError
from shall.methods.learn import lightgbm
from shall.methods.mitigate.lagrangian import fit, inequalities
from shall.methods.task import Target
from tests.methods.mitigate.conftest import SEXES, World, accuracy, rates, ratio

PARITY = Target("ratio", None, SEXES, 0.8)
ODDS = (Target("difference", 1, SEXES, 0.05), Target("difference", 0, SEXES, 0.05))


def test_one_run_reaches_the_ratio_at_a_small_price(census: World) -> None:
    free, found = census.plain(), fit(census.train, (PARITY,), census.recipe)
    assert ratio(free, census.train, PARITY) < 0.45
    assert 0.8 <= ratio(found, census.train, PARITY) < 0.87
    assert ratio(found, census.new, PARITY) > 0.7
    assert accuracy(found, census.new) > accuracy(free, census.new) - 0.025


def test_differences_of_true_and_false_positive_rates(census: World) -> None:
    strict = tuple(replace(target, limit=0.02) for target in ODDS)
    free, found = census.plain(), fit(census.train, strict, census.recipe, {"step": 0.3})
    gaps = {name: [float(np.ptp(rates(learned, census.train, target))) for target in strict]
            for name, learned in (("free", free), ("found", found))}
    assert max(gaps["free"]) > 0.05
    assert max(gaps["found"]) <= 0.03
    assert accuracy(found, census.new) > accuracy(free, census.new) - 0.01


def test_levels_on_compas(compas: World) -> None:
    target = Target("least", 1, SEXES, 0.9)
    assert rates(compas.plain(), compas.train, target).min() < 0.82
    assert rates(fit(compas.train, (target,), compas.recipe, {"step": 0.3}), compas.train, target).min() >= 0.89


def test_a_slack_target_changes_little(census: World) -> None:
    free, found = census.plain(), fit(census.train, (replace(PARITY, limit=0.1),), census.recipe)
    gap = np.abs(free.probabilities(census.new.X) - found.probabilities(census.new.X)).mean()
    assert gap < 0.03
    assert abs(ratio(free, census.new, PARITY) - ratio(found, census.new, PARITY)) < 0.05


def test_it_comes_back_to_the_last_bit_as_probabilities(census: World) -> None:
    found = fit(census.train, (PARITY,), census.recipe)
    back = lightgbm.load(found.content())
    np.testing.assert_array_equal(back.probabilities(census.new.X), found.probabilities(census.new.X))
    assert back.content() == found.content()
    again = fit(census.train, (PARITY,), census.recipe)
    assert again.content() == found.content()
    P = found.probabilities(census.new.X)
    assert P.min() > 0
    assert P.max() < 1
    bins = (P[:, 1] * 10).astype(int).clip(0, 9)
    error = sum(abs(float((census.new.label - P[:, 1])[bins == one].mean())) * float((bins == one).mean())
                for one in range(10) if (bins == one).any())
    assert error < 0.05


def test_settings_of_the_learner_and_weights_count(census: World) -> None:
    small = fit(census.train, (PARITY,), replace(census.recipe, settings={"rounds": 40, "num_leaves": 4}))
    assert len(small.content()) < len(fit(census.train, (PARITY,), census.recipe).content()) / 4
    women = census.train.groups["sex"] == "Female"
    doubled = fit(replace(census.train, weight=np.where(women, 3.0, 1.0)), (PARITY,), census.recipe)
    assert 0.78 <= ratio(doubled, census.train, PARITY) < 0.9


def test_every_pair_is_an_inequality() -> None:
    of_rates, most = inequalities((PARITY, Target("most", 0, SEXES, 0.1)))
    np.testing.assert_array_equal(of_rates, [[0.8, -1, 0, 0], [-1, 0.8, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    np.testing.assert_array_equal(most, [0, 0, 0.1, 0.1])


@pytest.mark.parametrize("settings", [{"step": 0.0}, {"step": "large"}, {"rate": 1.0}])
def test_settings_are_checked(census: World, settings: dict[str, float]) -> None:
    with pytest.raises(InputError, match="step"):
        fit(census.train, (PARITY,), census.recipe, settings)
