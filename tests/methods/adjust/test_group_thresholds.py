"""Thresholds of groups on Adult: against Fairlearn's randomised ones, and against trying all."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from fairlearn.postprocessing import ThresholdOptimizer
from sklearn.base import BaseEstimator

from shall.methods.adjust.group_thresholds import rules, thresholds
from shall.methods.adjust.plug_in import TIGHTNESS, Constraint
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Target
from tests.methods.conftest import FEATURES, Adult

SEXES = ((("sex", "Female"),), (("sex", "Male"),))


@pytest.fixture(scope="module")
def held(adult: Adult, held_out: Adult) -> HeldOut:
    encoding = encode.fit(adult.table, FEATURES)
    learned = lightgbm.fit(encoding(adult.table), adult.label, encoding.sizes)
    groups = {name: np.array(held_out.table.column(name).to_pylist(), dtype=np.str_) for name in ("sex", "race")}
    return HeldOut(learned.probabilities(encoding(held_out.table)), None, groups, held_out.label, groups)


def of(held: HeldOut, rule: Rule, target: Target) -> tuple[float, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    decided, abstains = rule.decide(held)
    assert not abstains.any()
    member = np.stack([np.all([held.everyone[name] == value for name, value in group], axis=0)
                       & ((held.label == target.label) | (target.label is None)) for group in target.groups], axis=1)
    return float((decided == held.label).mean()), decided @ member / member.sum(axis=0)


def test_a_ratio_costs_less_than_the_randomised_equality(held: HeldOut) -> None:
    target = Target("ratio", None, SEXES, 0.8)
    found = dict(rules(held, lambda tightness: (replace(target, limit=0.8 + 0.05 * tightness),)))
    accuracy, rates = of(held, found["group thresholds ×0"], target)
    assert rates.min() / rates.max() >= 0.8
    assert of(held, Rule(), target)[1].min() / of(held, Rule(), target)[1].max() < 0.45
    assert of(held, Rule(), target)[0] - 0.025 < accuracy < of(held, Rule(), target)[0]
    assert len(found) == len(TIGHTNESS)
    accuracies = [of(held, rule, target)[0] for rule in found.values()]
    assert accuracies[0] >= accuracies[-1]

    class Scores(BaseEstimator):  # type: ignore[misc]
        def fit(self, X: object, y: object) -> None: ...
        def predict(self, X: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> object: return X[:, 0]

    peer = ThresholdOptimizer(estimator=Scores(), constraints="demographic_parity", prefit=True,
                              predict_method="predict")
    peer.fit(held.score[:, None], held.label, sensitive_features=held.groups["sex"])
    decided = peer.predict(held.score[:, None], sensitive_features=held.groups["sex"], random_state=0)
    assert accuracy > (decided == held.label).mean()
    equal = dict(rules(held, lambda _: (replace(target, limit=0.99),)))["group thresholds ×0"]
    assert of(held, equal, target)[0] > (decided == held.label).mean() - 0.002


def test_true_and_false_positive_rates_over_two_attributes(held: HeldOut) -> None:
    groups = tuple((("sex", sex), ("race", race)) for sex in ("Female", "Male") for race in ("Black", "White"))
    asked = (Target("difference", 1, groups, 0.1), Target("difference", 0, groups, 0.05))
    found = dict(rules(held, lambda _: asked))["group thresholds ×1"]
    for target in asked:
        assert np.ptp(of(held, found, target)[1]) <= target.limit
    assert all(dict(group)["race"] != "Other" or len(group) == 2 for group, _ in found.by_group)
    assert of(held, found, asked[0])[0] > of(held, Rule(), asked[0])[0] - 0.02


def test_nobody_does_better_with_two_groups() -> None:
    generator = np.random.default_rng(0)
    cell = generator.integers(0, 2, 60)
    score = generator.choice(np.linspace(0.05, 0.95, 10), 60)
    label = (generator.random(60) < score * (0.6 + 0.4 * cell)).astype(np.int64)
    member = np.column_stack([cell == 0, cell == 1])
    found = thresholds(score, label, cell, member, [Constraint("ratio", (0, 1), 0.9)])
    assert found is not None

    def tried(pair: tuple[float, ...]) -> float:
        decided = score >= np.array(pair)[cell]
        rates = decided.astype(float) @ member / member.sum(axis=0)
        return float((decided == label).mean()) if rates.min() >= 0.9 * rates.max() else -1.0

    best = max(map(tried, product(np.linspace(0, 1.1, 12), repeat=2)))
    assert 0 <= tried(tuple(found)) <= best
    assert tried(tuple(found)) > best - 0.05


def test_nothing_without_leave_or_where_nothing_keeps_the_target(held: HeldOut) -> None:
    target = Target("ratio", None, SEXES, 0.8)
    assert not list(rules(replace(held, groups={"race": held.groups["race"]}), lambda _: (target,)))
    assert not list(rules(held, lambda _: ()))
    impossible = (Target("least", None, SEXES, 0.9), Target("most", None, SEXES, 0.1))
    assert not list(rules(held, lambda _: impossible))


def test_groups_that_are_too_small_share_a_threshold(held: HeldOut) -> None:
    rare = np.where(np.arange(len(held.label)) < 10, "Nobody", held.groups["sex"])
    odd = replace(held, groups={"sex": rare}, everyone={"sex": rare})
    rule = dict(rules(odd, lambda _: (Target("ratio", None, SEXES, 0.8),)))["group thresholds ×1"]
    assert {value for group, _ in rule.by_group for _, value in group} == {"Female", "Male"}
    assert Rule.of(rule.described()) == rule
