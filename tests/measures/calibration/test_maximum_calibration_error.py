from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from shall.measures.calibration.maximum_calibration_error import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, 0, 1, 1, 1], score=[0.25, 0.25, 0.25, 0.75, 0.75, 0.75]), bins=2)
    assert found.value[0] == 0.25 and found.n.tolist() == [6]


def test_equal_width_as_scikit_learn_has_it(real: Any) -> None:
    found = estimate(real.cells("label", "score"), equal_mass=False)
    for value, rows in zip(found.value, real.groups, strict=True):
        share, mean = calibration_curve(rows["label"], rows["score"], n_bins=10)
        assert value == pytest.approx(np.abs(share - mean).max(), rel=1e-9)


def test_equal_mass_on_real_data(real: Any) -> None:
    """Cells of the grid are not cut, so the edges are off by one cell at most."""
    found = estimate(real.cells("label", "score"))
    for value, rows in zip(found.value, real.groups, strict=True):
        share, mean = calibration_curve(rows["label"], rows["score"], n_bins=10, strategy="quantile")
        assert value == pytest.approx(np.abs(share - mean).max(), abs=0.01)
    low, high = found.bounds(0.05)
    assert np.all((low <= found.value) & (found.value <= high) & (high < found.value + 0.05))


def test_without_a_row_to_stand_on() -> None:
    found = estimate(cells(label=[None, 1], score=[0.5, None]))
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, 1]
