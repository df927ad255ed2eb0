"""What features tell of an attribute: all, nothing, and something."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.probes.proxy import answers


def learn(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes).probabilities


def told(X, value):
    return float(answers(X, value, learn).mean())


def test_a_copy_tells_all_and_noise_nothing():
    chance = np.random.default_rng(0)
    value = chance.integers(0, 3, 2000)
    noise = chance.normal(size=(2000, 2))
    assert told(np.column_stack([value.astype(float), noise]), value) > 0.95
    assert -0.1 < told(noise, value) < 0.01


def test_between_them_it_is_the_information_by_theory():
    """A binary symmetric channel: 1 - H(0.1) / H(0.5) of the uncertainty is taken away."""
    chance = np.random.default_rng(1)
    value = chance.integers(0, 2, 4000)
    X = np.where(chance.random(4000) < 0.1, 1 - value, value).astype(float)[:, None]
    theory = 1 + (0.1 * np.log2(0.1) + 0.9 * np.log2(0.9))
    assert told(X, value) == pytest.approx(theory, abs=0.03)


@pytest.mark.parametrize(("rows", "values", "words"), [
    (20, 2, "needs 50 rows"), (100, 1, "1 values"), (100, 51, "51 values")])
def test_what_has_no_answer(rows, values, words):
    with pytest.raises(DataError, match=words):
        answers(np.zeros((rows, 1)), np.arange(rows) % values, learn)


def test_a_value_with_one_row_is_no_error():
    value = np.r_[np.zeros(60, dtype=np.int64), 1]
    assert np.isfinite(answers(np.random.default_rng(0).normal(size=(61, 1)), value, learn)).all()
