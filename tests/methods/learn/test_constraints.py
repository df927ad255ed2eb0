"""What trees must keep to, on Adult: a direction of a feature, and which features may meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall import registry
from shall.core.errors import InputError
from tests.methods.learn.conftest import Split

AGE, EDUCATION, HOURS = 0, 2, 7                 # places in the rows; capital_gain is 6
RISING = "1,0,1,0,0,0,1,1"
BOTH = ("hist_gradient_boosting", "lightgbm", "xgboost")


def curves(learned: Any, X: Any, place: int) -> Any:
    """float64[n, 40]: log-odds of each row with one feature moved over the range that it has."""
    steps = np.linspace(X[:, place].min(), X[:, place].max(), 40)
    moved = np.repeat(X[:, None, :], 40, axis=1)
    moved[:, :, place] = steps
    found = learned.probabilities(moved.reshape(-1, X.shape[1]))
    return (np.log(found[:, 1]) - np.log(found[:, 0])).reshape(len(X), 40)


@pytest.mark.parametrize("name", [*BOTH, "additive"])
def test_a_direction_is_kept_everywhere(name: str, census: Split) -> None:
    learner = registry.find("methods", name)
    free, kept = (learner.fit(census.X, census.y, census.sizes, settings=settings)
                  for settings in ({}, {"monotone": RISING}))
    for place in (AGE, HOURS):
        assert np.diff(curves(free, census.new[:200], place)).min() < -0.01      # what is to be mended is there
        assert np.diff(curves(kept, census.new[:200], place)).min() > -1e-5      # float32 in XGBoost
    right = [((one.probabilities(census.new)[:, 1] > 0.5) == census.truth).mean() for one in (free, kept)]
    assert right[1] > right[0] - 0.01


@pytest.mark.parametrize("name", BOTH)
def test_features_meet_only_where_they_may(name: str, census: Split) -> None:
    learner = registry.find("methods", name)
    free, kept = (learner.fit(census.X, census.y, census.sizes, settings=settings)
                  for settings in ({}, {"interactions": f"{AGE},{EDUCATION};3,4,5"}))
    rows = census.new[:100]
    for place, changes in ((HOURS, False), (AGE, True)):
        # one feature moves the log-odds by the same in every row, or by what another one allows
        free_moves, kept_moves = (np.diff(curves(one, rows, place)).std(axis=0).max() for one in (free, kept))
        assert free_moves > 0.05
        assert (kept_moves > 0.01) == changes


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("settings", "message"), [
    ({"monotone": "1,0"}, "each of the 8 features"), ({"monotone": "2,0,0,0,0,0,0,0"}, "must be 1, -1 or 0"),
    ({"monotone": "0,1,0,0,0,0,0,0"}, "feature 1 has categories"), ({"monotone": "up"}, "whole numbers with commas"),
    ({"monotone": 1}, "monotone must be text"), ({"interactions": "0,8"}, "there is no feature 8"),
    ({"interactions": "0,-1"}, "there is no feature -1"), ({"interactions": "0;;1"}, "whole numbers with commas"),
])
def test_what_makes_no_sense_is_refused(name: str, census: Split, settings: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        registry.find("methods", name).fit(census.X, census.y, census.sizes, settings=settings)


def test_histograms_have_no_direction_of_several_classes(census: Split) -> None:
    learner = registry.find("methods", "hist_gradient_boosting")
    with pytest.raises(InputError, match="two classes or a number only"):
        learner.fit(census.X, census.X[:, 3].astype(int) % 3, census.sizes, classes=3, settings={"monotone": RISING})
