from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.measures.fairness.generalized_entropy import estimate
from shall.testing import cells


def index(rows: Any, alpha: float) -> float:
    """Row by row, equation 2 of Speicher et al."""
    benefit = rows["decision"] - rows["label"] + 1.0
    ratio = benefit / benefit.mean()
    if alpha == 1:
        return float((ratio * np.log(np.where(ratio > 0, ratio, 1))).mean())
    return float(((ratio**alpha - 1) / (alpha * (alpha - 1))).mean())


def test_known_answer() -> None:
    """Benefits 0, 1, 1, 2: half of their variance over the squared mean."""
    found = estimate(cells(label=[1, 1, 0, 0], decision=[0, 1, 0, 1]))
    assert (found.value.tolist(), found.n.tolist()) == ([0.25], [4])


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 3.0])
def test_real_data(real: Any, alpha: float) -> None:
    found = estimate(real.cells("label", "decision"), alpha=alpha)
    np.testing.assert_allclose(found.value, [index(rows, alpha) for rows in real.groups], rtol=1e-12)


def test_equal_benefits_are_equal_whatever_the_bounds_say() -> None:
    found = estimate(cells(label=[1, 0] * 50, decision=[1, 0] * 50))
    low, high = found.bounds(0.05)
    assert found.value[0] == low[0] == 0 and 0.005 < high[0] < 0.1


def test_nobody_with_a_benefit_is_not_available() -> None:
    found = estimate(cells(label=[1, 1], decision=[0, 0]))
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, np.inf]
