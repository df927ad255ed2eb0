"""Blends on disk: of several learners, each with its own steps, the same to the last bit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from shall import registry
from shall.methods.blend import BLEND, Blend, Prepared, learned_of
from shall.methods.learn import extra_trees, logistic_regression, ridge
from shall.methods.model import Model, load
from shall.methods.prepare import encode, scale
from shall.methods.rule import Rule
from tests.methods.conftest import FEATURES, Adult

find = partial(registry.find, "methods")


@pytest.fixture(scope="module")
def model(adult: Adult) -> Model:
    encoding = encode.fit(adult.table, FEATURES)
    X = encoding(adult.table)
    step = scale.fit(X, adult.label, encoding.sizes)
    parts = (Prepared("logistic_regression", (("scale", step),),
                      logistic_regression.fit(step(X), adult.label, step.sizes)),
             Prepared("extra_trees", (), extra_trees.fit(X, adult.label, encoding.sizes, settings={"trees": 20})))
    return Model(BLEND, encoding, Blend(parts, (0.3, 0.7)), rule=Rule(0.4))


def test_each_part_prepares_its_own_rows(model: Model, held_out: Adult) -> None:
    X = model.encoding(held_out.table)
    assert isinstance(model.target, Blend)
    alone = [part.probabilities(X) for part in model.target.parts]
    np.testing.assert_allclose(model.target.probabilities(X), 0.3 * alone[0] + 0.7 * alone[1])
    assert np.abs(alone[0] - alone[1]).max() > 0.1


def test_it_comes_back_to_the_last_bit(model: Model, held_out: Adult, tmp_path: Path) -> None:
    back = load(model.save(tmp_path), find)
    np.testing.assert_array_equal(back.score(held_out.table), model.score(held_out.table))
    np.testing.assert_array_equal(back.decide(held_out.table), model.decide(held_out.table))
    assert back.digest == model.digest and back.learner == BLEND


def test_numbers_are_blended_too() -> None:
    X, y = load_diabetes(return_X_y=True)
    sizes = (0,) * X.shape[1]
    parts = (ridge.fit(X, y, sizes, 0), extra_trees.fit(X, y, sizes, 0, settings={"trees": 20}))
    found = Blend(tuple(Prepared(name, (), part) for name, part in zip(("ridge", "extra_trees"), parts, strict=True)),
                  (0.5, 0.5))
    back = learned_of(found.content(), BLEND, find)
    np.testing.assert_array_equal(back.values(X), found.values(X))
    np.testing.assert_allclose(found.values(X), (parts[0].values(X) + parts[1].values(X)) / 2)
