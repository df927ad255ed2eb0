"""A score card on real rows: small points, few questions, a readable table, and probabilities that are right."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from shall.core.errors import InputError
from shall.methods.learn import score_card
from shall.methods.learn._points import Counted, whole
from tests.methods.conftest import FEATURES
from tests.methods.learn.conftest import Split


@pytest.mark.parametrize(("questions", "points"), [(3, 2), (8, 5), (15, 10)])
def test_it_has_few_questions_and_small_points(census: Split, questions: int, points: int) -> None:
    learned = score_card.fit(census.X, census.y, census.sizes, settings={"questions": questions, "points": points})
    assert 2 <= len(learned.questions) <= questions
    assert all(0 < abs(number) <= points for number in learned.points)
    assert learned.score(census.new).dtype == np.int64


def test_its_probabilities_are_right_on_new_rows(census: Split) -> None:
    learned = score_card.fit(census.X, census.y, census.sizes)
    said, total = learned.probabilities(census.new)[:, 1], learned.score(census.new)
    for score in np.unique(total):
        rows = total == score
        if rows.sum() > 400:
            assert said[rows].mean() == pytest.approx(census.truth[rows].mean(), abs=0.06)


def test_it_can_be_read(compas: Split) -> None:
    learned = score_card.fit(compas.X, compas.y, compas.sizes, settings={"questions": 4})
    lines = list(learned.lines(("age", "priors", "degree", "a", "b", "c"), {2: ("F", "M")}))
    assert any(re.fullmatch(r"[+-] ?\d  (priors|age) at most \d+", line.strip()) for line in lines)
    assert "everybody" in lines[len(learned.questions)]
    chances = [float(line.split()[-1].rstrip("%")) for line in lines if " points: " in line]
    assert chances == sorted(chances) and len(chances) > 4
    assert any(line.endswith("feature 1 at most 2") or "feature 1" in line for line in learned.lines())


def test_categories_and_missing_values_have_questions_of_their_own(census: Split) -> None:
    X = census.X.copy()
    X[census.y == 1, 0] = np.where(np.random.default_rng(0).random(census.y.sum()) < 0.5, np.nan, X[census.y == 1, 0])
    learned = score_card.fit(X, census.y, census.sizes)
    told = "\n".join(learned.lines(FEATURES))
    assert "age is missing" in told
    assert "marital_status is category 0" in told or "relationship is category 0" in told


def test_no_other_points_of_its_scale_are_better() -> None:
    chance = np.random.default_rng(1)
    answers = chance.random((400, 3)) < 0.5
    y = (chance.random(400) < 1 / (1 + np.exp(-(answers @ [1.4, -0.8, 0.4] - 0.5)))).astype(np.int64)
    counted = Counted(answers, y, np.ones(400))
    points, base, scale = whole(counted, 3)
    reached = counted.loss((answers @ points + base) / scale)
    every = itertools.product(range(-3, 4), repeat=3)
    best = min(counted.loss((answers @ some + constant) / scale) for some in every for constant in range(-4, 5))
    assert reached == pytest.approx(best, abs=1e-9)


def test_only_two_classes(wine: Split) -> None:
    with pytest.raises(InputError, match="tells two classes apart"):
        score_card.fit(wine.X, wine.y, wine.sizes, classes=3)
