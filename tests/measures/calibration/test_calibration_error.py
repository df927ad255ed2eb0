from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from shall.measures.calibration.calibration_error import estimate
from shall.testing import cells


def plain(rows: Any, strategy: str = "uniform") -> float:
    """Noise and all, from scikit-learn's curve."""
    share, mean = calibration_curve(rows["label"], rows["score"], n_bins=10, strategy=strategy)
    edges = np.linspace(0, 1, 11) if strategy == "uniform" else np.quantile(rows["score"], np.linspace(0, 1, 11))
    place = np.searchsorted(edges[1:-1], rows["score"])
    return float((np.abs(share - mean) * np.bincount(place, minlength=10)[np.bincount(place, minlength=10) > 0]).sum()
                 / len(place))


def test_known_answer() -> None:
    """Noise of 0.5 % beside an error of 25 % takes away nothing."""
    log = cells(label=[1, 0] * 5000, score=[0.75] * 10_000)
    found = estimate(log)
    assert found.plug_in[0] == 0.25 and found.value[0] == pytest.approx(0.25, abs=1e-12)


def test_real_data(real: Any) -> None:
    found = estimate(real.cells("label", "score"))
    np.testing.assert_allclose(found.plug_in, [plain(rows) for rows in real.groups], rtol=1e-9)
    assert np.all(found.value < found.plug_in)
    low, high = found.bounds(0.05)
    assert np.all((low <= found.value) & (found.value <= high))


def test_bins_of_equal_mass(real: Any) -> None:
    """Cells of the grid are not cut, so the edges are off by one cell at most."""
    found = estimate(real.cells("label", "score"), equal_mass=True)
    np.testing.assert_allclose(found.plug_in, [plain(rows, "quantile") for rows in real.groups], atol=2e-3)
    for rows, n in zip(found.rows, found.n, strict=True):
        assert np.abs(rows - n / 10).max() < 0.02 * n


def test_a_calibrated_score_is_called_so() -> None:
    chance = np.random.default_rng(0)
    score = chance.random(400)
    found = estimate(cells(label=(chance.random(400) < score).astype(int).tolist(), score=score.tolist()))
    assert found.plug_in[0] > 0.03 and found.value[0] < 0.01 and found.bounds(0.05)[0][0] == 0


def test_without_a_row_to_stand_on() -> None:
    for equal_mass in (False, True):
        found = estimate(cells(label=[None, 1], score=[0.5, None]), equal_mass=equal_mass)
        assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, 1]
