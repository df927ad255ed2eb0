from __future__ import annotations

from typing import Any

import numpy as np

from shall.measures.fairness.selection_rate import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(decision=[1, 1, 0, 0, 0, None]))
    assert (found.value.tolist(), found.n.tolist()) == ([2 / 5], [5])


def test_real_data(real: Any) -> None:
    wanted = [np.mean(rows["decision"] == 1) for rows in real.groups]
    np.testing.assert_allclose(estimate(real.cells("decision")).value, wanted, rtol=1e-12)


def test_without_a_row_to_stand_on() -> None:
    found = estimate(cells(decision=[None, None]))
    assert np.isnan(found.value).all() and found.n.tolist() == [0]
    assert [end[0] for end in found.bounds(0.05)] == [0, 1]
