from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import metrics

from shall.measures.accuracy.accuracy import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 1, 1, 1, 0, 0, None, 0], decision=[1, 1, 1, 0, 1, 0, 1, None]))
    assert (found.value.tolist(), found.n.tolist()) == ([4 / 6], [6])


def test_real_data(real: Any) -> None:
    wanted = [metrics.accuracy_score(rows["label"], rows["decision"]) for rows in real.groups]
    np.testing.assert_allclose(estimate(real.cells("label", "decision")).value, wanted, rtol=1e-12)


def test_without_a_row_to_stand_on() -> None:
    found = estimate(cells(label=[None, 1], decision=[1, None]))
    assert np.isnan(found.value).all() and found.n.tolist() == [0]
    assert [end[0] for end in found.bounds(0.05)] == [0, 1]
