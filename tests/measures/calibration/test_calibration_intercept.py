from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from shall.measures.calibration.calibration_intercept import estimate
from shall.testing import cells


def fitted(rows: Any) -> float:
    place = np.log(rows["score"] / (1 - rows["score"]))
    model = sm.GLM(rows["label"], np.ones((len(place), 1)), family=sm.families.Binomial(), offset=place).fit(tol=1e-13)
    return float(model.params[0])


def test_known_answer() -> None:
    log = cells(label=[1, 0, 0, 0, None], score=[0.75] * 5)
    assert estimate(log).value[0] == pytest.approx(np.log(1 / 3) - np.log(3), rel=1e-12)


def test_scores_in_cells_of_their_own_as_statsmodels_has_them() -> None:
    chance = np.random.default_rng(0)
    score = (chance.permutation(900)[:300] + 50.5) / 1000
    label = (chance.random(300) < score**2).astype(int)
    found = estimate(cells(label=label.tolist(), score=score.tolist()))
    assert found.value[0] == pytest.approx(fitted({"label": label, "score": score}), rel=1e-9)


def test_real_data(real: Any) -> None:
    wanted = [fitted({**rows, "score": np.clip(rows["score"], 2.0**-21, 1 - 2.0**-21)}) for rows in real.groups]
    found = estimate(real.cells("label", "score"))
    assert found.value == pytest.approx(wanted, abs=2e-4)
    low, high = found.bounds(0.05)
    assert np.all((low < found.value) & (found.value < high) & (high - low < 0.5))


def test_one_class_is_not_available() -> None:
    found = estimate(cells(label=[1, 1], score=[0.1, 0.2]))
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [-np.inf, np.inf]
