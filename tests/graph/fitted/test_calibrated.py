from __future__ import annotations

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.isotonic import IsotonicRegression
from sklearn.naive_bayes import GaussianNB

from shall import graph as g
from tests.graph.fitted import real
from tests.graph.fitted.agreeing import differences


def test_at_the_knots_of_an_isotonic_map() -> None:
    rows, label, _ = real.diabetes()
    fitted = IsotonicRegression(out_of_bounds="clip").fit(rows["bmi"], label)
    knots = fitted.X_thresholds_
    placed = np.concatenate([knots, np.nextafter(knots, -np.inf), np.nextafter(knots, np.inf), [-9.0, 9.0]])
    x = g.inputs({"bmi": "number"})
    said = g.compile(x, said=g.predict(fitted, x["bmi"]))({"bmi": placed})["said"]
    assert np.abs(said - fitted.predict(placed)).max() < 1e-9


def test_a_temperature_far_from_what_is_possible_is_told_to_a_millionth() -> None:
    """The logarithm of a share near 1e-12 multiplies the last bit of the share: scikit-learn's own noise."""
    rows, label, other = real.cancer()
    fitted = CalibratedClassifierCV(GaussianNB(), method="temperature", cv=3).fit(rows, label)
    found = differences(fitted, other)
    assert found["predict"] == 0 and found["predict_proba"] < 1e-5
