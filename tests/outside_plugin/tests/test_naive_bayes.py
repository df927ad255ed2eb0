"""What the author of a method has to test."""

import numpy as np
from shall_outside import naive_bayes

from shall import testing


def test_it_keeps_the_rules() -> None:
    testing.check_method(naive_bayes)


def test_a_feature_without_a_value_says_nothing() -> None:
    X = np.array([[0.0, np.nan], [0.1, np.nan], [5.0, np.nan], [5.1, np.nan]])
    learned = naive_bayes.fit(X, np.array([0, 0, 1, 1]), (0, 0))
    assert learned.probabilities(X)[:, 1].round().tolist() == [0, 0, 1, 1]
