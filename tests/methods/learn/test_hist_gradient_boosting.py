"""Our plain trees say what scikit-learn's estimator says."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from shall.core.errors import ShallError
from shall.methods.learn import hist_gradient_boosting
from tests.methods.learn.conftest import Split


def test_it_says_what_scikit_learn_says(census: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    """On rows with missing values and unseen categories too, in another order of the columns."""
    made: list[Any] = []
    class Kept(HistGradientBoostingClassifier):
        def fit(self, *rows: Any) -> Any:
            made.append(self)
            return super().fit(*rows)
    monkeypatch.setattr(hist_gradient_boosting.ensemble, "HistGradientBoostingClassifier", Kept)
    chance = np.random.default_rng(0)
    X, new = (np.where(chance.random(rows.shape) < 0.1, np.nan, rows) for rows in (census.X, census.new))
    X[X[:, 4] == 2, 4] = 3                      # so that category 2 is unseen
    learned = hist_gradient_boosting.fit(X, census.y, census.sizes)
    assert (new[:, 4] == 2).any()
    first = [place for place, size in enumerate(census.sizes) if size]
    order = [*first, *(place for place in range(8) if place not in first)]
    codes = new[:, order]
    codes[:, first.index(4)] = [np.nan if code == 2 else code - (code > 2) for code in new[:, 4]]
    np.testing.assert_allclose(learned.probabilities(new), made[0].predict_proba(codes), rtol=1e-12)


def test_content_is_plain_json(cancer: Split) -> None:
    learned = hist_gradient_boosting.fit(cancer.X, cancer.y, cancer.sizes)
    said = json.loads(learned.content(), parse_constant=pytest.fail)        # no NaN, no Infinity
    assert len(said["steps"]) == 120
    assert set(said["steps"][0][0]) == {"feature", "threshold", "left", "right", "missing", "value", "codes"}


def test_many_categories_are_taken_as_a_number(census: Split) -> None:
    chance = np.random.default_rng(0)
    city = chance.integers(0, 400, 2000).astype(float)
    learned = hist_gradient_boosting.fit(city[:, None], (city < 200).astype(np.int64), (400,))
    assert learned.probabilities(np.array([[10.0], [390.0], [450.0]]))[:2, 1].round().tolist() == [1, 0]


def test_another_scikit_learn_is_not_trusted(cancer: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = hist_gradient_boosting._tree
    def swapped(*arguments: Any) -> Any:
        made = tree(*arguments)
        return type(made)(made.feature, made.threshold, made.right, made.left, made.missing, made.value, made.codes)
    monkeypatch.setattr(hist_gradient_boosting, "_tree", swapped)
    with pytest.raises(ShallError, match="keeps its trees in a way"):
        hist_gradient_boosting.fit(cancer.X, cancer.y, cancer.sizes)
