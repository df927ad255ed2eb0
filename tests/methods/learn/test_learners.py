"""Both learners: deterministic, saved and read back to the last bit, and better than nothing on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from shall import registry
from shall.methods.prepare import encode
from tests.methods.conftest import FEATURES, Adult

LEARNERS = ("lightgbm", "logistic_regression")


@pytest.fixture(scope="module", params=LEARNERS)
def learner(request: pytest.FixtureRequest) -> Any:
    return registry.find("methods", request.param)


def test_it_learns(learner: Any, adult: Adult, held_out: Adult) -> None:
    encoding = encode.fit(adult.table, FEATURES)
    learned = learner.fit(encoding(adult.table), adult.label, encoding.sizes)
    found = learned.probabilities(encoding(held_out.table))
    assert found.shape == (8000, 2)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert roc_auc_score(held_out.label, found[:, 1]) > 0.88
    again = learner.fit(encoding(adult.table), adult.label, encoding.sizes)
    np.testing.assert_array_equal(again.probabilities(encoding(held_out.table)), found)
    back = learner.load(learned.content())
    np.testing.assert_array_equal(back.probabilities(encoding(held_out.table)), found)
    assert back.content() == learned.content()


def test_it_learns_more_than_two_classes(learner: Any, adult: Adult) -> None:
    encoding = encode.fit(adult.table, FEATURES)
    classes = adult.label + 2 * adult.female
    learned = learner.fit(encoding(adult.table), classes, encoding.sizes, classes=4)
    found = learned.probabilities(encoding(adult.table))
    assert found.shape == (8000, 4)
    assert (found.argmax(axis=1) == classes).mean() > 0.6
    assert learner.load(learned.content()).probabilities(np.zeros((0, len(encoding.sizes)))).shape == (0, 4)
