from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from shall.measures.accuracy.mcc import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 1, 1, 1, 0, 0, None], decision=[1, 1, 1, 0, 1, 0, 1]))
    assert found.value[0] == pytest.approx((3 * 1 - 1 * 1) / np.sqrt(4 * 4 * 2 * 2)) and found.n.tolist() == [6]


def test_real_data(real: Any) -> None:
    wanted = [metrics.matthews_corrcoef(rows["label"], rows["decision"]) for rows in real.groups]
    np.testing.assert_allclose(estimate(real.cells("label", "decision")).value, wanted, rtol=1e-12)


def test_without_a_row_to_stand_on() -> None:
    for log in (cells(label=[1, 1], decision=[0, 1]), cells(label=[1, 0], decision=[1, 1])):
        found = estimate(log)
        assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [-1, 1]
