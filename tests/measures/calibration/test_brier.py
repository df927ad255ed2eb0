from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import metrics

from shall.measures.calibration.brier import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, 1, None, 1], score=[0.75, 0.5, 0.5, 0.25, None]))
    assert (found.value.tolist(), found.n.tolist()) == ([(1 / 16 + 1 / 4 + 1 / 4) / 3], [3])


def test_real_data(real: Any) -> None:
    wanted = [metrics.brier_score_loss(rows["label"], rows["score"]) for rows in real.groups]
    np.testing.assert_allclose(estimate(real.cells("label", "score")).value, wanted, rtol=1e-12)


def test_without_a_row_to_stand_on() -> None:
    found = estimate(cells(label=[None, 1], score=[0.5, None]))
    assert np.isnan(found.value).all() and found.n.tolist() == [0]
    assert [end[0] for end in found.bounds(0.05)] == [0, 1]
